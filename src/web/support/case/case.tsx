import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Answer } from '../../../client/index.ts'
import { api, workingOn } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  ButtonLink,
  Facts,
  Loaded,
  Money,
  Muted,
  PageHead,
  Panel,
  Row,
  Time,
} from '../../kit/index.ts'
import { AccountLink, DueIn } from '../parts.tsx'
import { codeWords } from '../words.ts'
import { Actions } from './actions.tsx'
import css from './case.module.css'
import { Comparison } from './comparison.tsx'
import { Customer, History } from './customer.tsx'
import { caseScreenWords } from './words.ts'

export type Case = Answer<'getCase'>

/** Is the customer right, and by how much? */
export default function CaseScreen() {
  const { case: id = '' } = useParams({ strict: false }) as { readonly case?: string }
  // Before anything is read: the access log of the account names the case from the first look on.
  useEffect(() => workingOn(id), [id])
  const query = useQuery({
    queryKey: ['cases', 'one', id],
    queryFn: ({ signal }) => api.cases.get(id, { signal }),
    refetchInterval: 30_000,
  })
  return (
    <Loaded query={query}>
      {(own) => (
        <>
          <Head own={own} />
          <div className={css.columns}>
            <div className={`${css.part} ${css.customer}`}>
              <Customer own={own} />
            </div>
            <div className={`${css.part} ${css.middle}`}>
              <Comparison own={own} />
              <History own={own} />
            </div>
            <div className={`${css.part} ${css.actions}`}>
              <Actions own={own} />
              <About own={own} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  )
}

function Head({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const title = (
    <>
      {codes.origins[own.origin]}
      {own.amount !== null && (
        <>
          {' · '}
          <Money amount={own.amount} currency={own.currency} />
        </>
      )}
    </>
  )
  const actions = (
    <>
      {own.due_at !== null && <DueIn at={own.due_at} />}
      <ButtonLink to="/support" kind="quiet" size="small" icon="left">
        {words.queue}
      </ButtonLink>
    </>
  )
  return <PageHead title={title} lead={words.logged} actions={actions} />
}

function About({ own }: { readonly own: Case }) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const rows: (readonly [string, React.ReactNode])[] = [
    [words.id, <code key="id">{own.case_id}</code>],
    [words.account, <AccountLink key="a" account={own.account_id} caseId={own.case_id} />],
    [words.plan, own.plan ?? codes.nothing],
    [words.language, codes.languages[own.language]],
    [words.opened, <Time key="t" at={own.opened_at} />],
    [words.owner, own.assignee ?? <Muted key="o">{codes.nobody}</Muted>],
    ...(own.tier === null ? [] : [[words.tier, codes.tiers[own.tier]] as const]),
  ]
  return (
    <Panel title={words.stateOf(codes.states[own.state])} asOf={own}>
      <Facts rows={rows} />
      {own.account_id !== null && (
        <Row>
          <ButtonLink
            size="small"
            icon="timeline"
            to={`/support/accounts/${own.account_id}`}
            search={{ case: own.case_id } as never}
          >
            {words.timeline}
          </ButtonLink>
          <ButtonLink size="small" icon="eye" to={`/a/${own.account_id}`}>
            {words.asAccount}
          </ButtonLink>
        </Row>
      )}
      {own.related.length > 0 && (
        <Facts
          rows={[
            [
              words.related,
              <Row key="related">
                {own.related.map((id) => (
                  <ButtonLink key={id} kind="quiet" size="small" to={`/support/cases/${id}`}>
                    {id}
                  </ButtonLink>
                ))}
              </Row>,
            ],
          ]}
        />
      )}
    </Panel>
  )
}
