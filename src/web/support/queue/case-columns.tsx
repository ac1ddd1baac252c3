import { Link } from '@tanstack/react-router'
import { subjectSentence } from '../../../contract/cases/index.ts'
import { ruleSentence } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Money, Muted, Stack, StateWord } from '../../kit/index.ts'
import { AccountLink, DueIn } from '../parts.tsx'
import { codeWords } from '../words.ts'
import type { CaseRow } from './filters.tsx'
import { queueWords } from './words.ts'

type Columns = readonly Column<CaseRow>[]

/** What the queue shows of a case. */
export function useCaseColumns(): Columns {
  const { columns } = useWords(queueWords)
  const codes = useWords(codeWords)
  return [
    { id: 'case', label: columns.case, cell: (row) => <CaseCell row={row} /> },
    { id: 'due', label: columns.due, cell: ({ due_at }) => <DueIn at={due_at} /> },
    { id: 'amount', label: columns.amount, numeric: true, cell: (row) => <AtStake row={row} /> },
    {
      id: 'account',
      label: columns.account,
      priority: 2,
      cell: (row) => <AccountLink account={row.account_id} />,
    },
    { id: 'finding', label: columns.finding, priority: 2, cell: (row) => <Found row={row} /> },
    { id: 'plan', label: columns.plan, priority: 1, cell: ({ plan }) => plan ?? codes.nothing },
    {
      id: 'language',
      label: columns.language,
      priority: 1,
      cell: ({ language }) => codes.languages[language],
    },
    {
      id: 'owner',
      label: columns.owner,
      priority: 2,
      cell: ({ assignee }) => assignee ?? <Muted>{codes.nobody}</Muted>,
    },
  ]
}

function AtStake({ row: { amount, currency } }: { readonly row: CaseRow }) {
  const { nothing } = useWords(codeWords)
  return amount === null ? nothing : <Money amount={amount} currency={currency} />
}

function Found({ row: { rules } }: { readonly row: CaseRow }) {
  const { noFinding } = useWords(queueWords)
  const lang = useLang()
  if (rules.length === 0) return <Muted>{noFinding}</Muted>
  return rules.map((rule) => <div key={rule}>{ruleSentence(rule, lang)}</div>)
}

/** The type says as much. */
const SAID_BY_TYPE: readonly string[] = ['charge_disputed', 'person_asked']

function CaseCell({ row }: { readonly row: CaseRow }) {
  const words = useWords(queueWords)
  const codes = useWords(codeWords)
  const lang = useLang()
  return (
    <Stack gap={1}>
      <Link to={`/support/cases/${row.case_id}`} data-case={row.case_id}>
        {codes.origins[row.origin]}
      </Link>
      {!SAID_BY_TYPE.includes(row.subject) && <span>{subjectSentence(row.subject, lang)}</span>}
      <Muted>
        {codes.states[row.state]}
        {row.tier !== null && ` · ${words.with(codes.tiers[row.tier])}`}
      </Muted>
      {row.pending && <StateWord tone="warn">{words.waits}</StateWord>}
    </Stack>
  )
}
