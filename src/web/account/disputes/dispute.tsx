import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useAccountId } from '../../app/account.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  ButtonLink,
  Empty,
  Loaded,
  Money,
  PageHead,
  Panel,
  Split,
} from '../../kit/index.ts'
import { CaseActions } from './case-actions.tsx'
import { CaseFacts } from './case-facts.tsx'
import { type Dispute, useDispute } from './data.ts'
import { FindingTable } from './finding-table.tsx'
import { Letter } from './letter.tsx'
import { Messages } from './messages.tsx'
import { Offer } from './offer.tsx'
import { AskPerson } from './person.tsx'
import { Tracker } from './tracker.tsx'
import { disputeWords } from './words.ts'

/** One case: what was found, what is offered, where it stands, and what can be done now. */
export default function DisputeScreen() {
  const account = useAccountId()
  const { case: id = '' } = useParams({ strict: false }) as { readonly case?: string }
  const query = useDispute(account, id)
  return <Loaded query={query}>{(own) => <Whole account={account} own={own} />}</Loaded>
}

function Whole({ account, own }: { readonly account: string; readonly own: Dispute }) {
  const words = useWords(disputeWords)
  return (
    <>
      <PageHead
        title={<Title own={own} />}
        lead={words.states[own.state]}
        actions={
          <>
            <ButtonLink to={`/a/${account}/disputes`} icon="left" kind="quiet">
              {words.back}
            </ButtonLink>
            <PersonButton account={account} own={own} />
          </>
        }
      />
      <Split
        main={
          <>
            {own.offer && own.can.includes('accept') && (
              <Offer account={account} own={own} offer={own.offer} />
            )}
            <Letter account={account} own={own} />
            {own.about !== null && (
              <Panel title={words.found} asOf={own}>
                <FindingTable
                  account={account}
                  findings={own.findings.map((found) => ({ ...found, currency: own.currency }))}
                  empty={<Empty title={words.foundNone} />}
                />
              </Panel>
            )}
            <Messages account={account} own={own} />
          </>
        }
        aside={
          <>
            <Tracker own={own} />
            <CaseFacts account={account} own={own} />
            <CaseActions account={account} own={own} />
          </>
        }
      />
    </>
  )
}

/** What it is, and how much it is about: its number stands among its facts. */
function Title({ own }: { readonly own: Dispute }) {
  const words = useWords(disputeWords)
  if (own.amount === null) return words.origins[own.origin]
  return (
    <>
      {words.origins[own.origin]} · <Money amount={own.amount} currency={own.currency} />
    </>
  )
}

/** Always there: in this case while it can be asked in it, else in one of its own. */
function PersonButton({ account, own }: { readonly account: string; readonly own: Dispute }) {
  const words = useWords(disputeWords)
  const may = useMay()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  if (!may('cases_open')) return null
  return (
    <>
      <Button icon="person" onClick={() => setAsking(true)}>
        {words.person}
      </Button>
      {asking && (
        <AskPerson
          account={account}
          {...(own.can.includes('ask_person') && { caseId: own.case_id })}
          onClose={() => setAsking(false)}
          onOpened={(id) => void navigate({ to: `/a/${account}/disputes/${id}` })}
        />
      )}
    </>
  )
}
