import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAccountId } from '../../app/account.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, PageHead, Stack } from '../../kit/index.ts'
import { About } from './about-asked.tsx'
import { askedIn, NOTHING_ASKED } from './asked.ts'
import { Cases } from './cases.tsx'
import { Findings } from './findings.tsx'
import { Looks } from './looks.tsx'
import { OpenDispute } from './open-dispute.tsx'
import { AskPerson } from './person.tsx'
import { disputeWords } from './words.ts'

/** What is objected to, what our own check has found, and who has looked. */
export default function Disputes() {
  const words = useWords(disputeWords)
  const account = useAccountId()
  const may = useMay()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const [asking, setAsking] = useState(false)
  const asked = askedIn(search)
  const { campaign } = asked
  const toCase = (id: string): void => void navigate({ to: `/a/${account}/disputes/${id}` })
  const actions = may('cases_open') && (
    <Actions onPerson={() => setAsking(true)} onObject={() => change({ open: '1' })} />
  )
  return (
    <>
      <PageHead title={words.title} lead={words.lead} actions={actions} />
      <Stack gap={4}>
        {asked.isOpen && may('cases_open') && (
          <About account={account} asked={asked} key={JSON.stringify(asked)}>
            {(receipts) => (
              <OpenDispute
                account={account}
                receipts={receipts}
                purchase={asked.purchase}
                onOpened={toCase}
                onCancel={() => change(NOTHING_ASKED)}
              />
            )}
          </About>
        )}
        <Cases account={account} />
        {may('findings_read') && <Findings account={account} />}
        {may('access_log_read') && <Looks account={account} />}
      </Stack>
      {(asking || campaign !== undefined) && may('cases_open') && (
        <AskPerson
          account={account}
          {...(campaign !== undefined && { said: words.campaignSaid(campaign) })}
          onClose={() => {
            setAsking(false)
            if (campaign !== undefined) change(NOTHING_ASKED)
          }}
          onOpened={toCase}
        />
      )}
    </>
  )
}

function Actions({
  onPerson,
  onObject,
}: {
  readonly onPerson: () => void
  readonly onObject: () => void
}) {
  const words = useWords(disputeWords)
  return (
    <>
      <Button onClick={onPerson} icon="person">
        {words.person}
      </Button>
      <Button kind="primary" onClick={onObject} icon="dispute">
        {words.object}
      </Button>
    </>
  )
}
