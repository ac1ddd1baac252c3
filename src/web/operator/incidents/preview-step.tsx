import { Link } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Facts,
  Loaded,
  Money,
  Muted,
  Notice,
  Panel,
  SumTable,
  Table,
  useMoneyText,
} from '../../kit/index.ts'
import { CallTable } from './call-table.tsx'
import type { Incident } from './form.ts'
import { useImpact } from './queries.ts'
import { incidentWords } from './words.ts'

type Impact = Answer<'getIncidentImpact'>

/** Step 4: exactly what a run would give, to whom, and what they have had before. */
export function PreviewStep({
  own,
  onNext,
}: {
  readonly own: Incident
  readonly onNext: () => void
}) {
  const words = useWords(incidentWords)
  const impact = useImpact(own)
  if (own.measured_at === null)
    return (
      <Panel title={words.stepNames.preview}>
        <Empty title={words.notMeasured}>{words.notMeasuredNext}</Empty>
      </Panel>
    )
  return (
    <Loaded query={impact}>
      {(found) => (
        <>
          <Panel title={words.totals} asOf={found}>
            <Totals impact={found} />
            <div>
              <Button kind="primary" onClick={onNext}>
                {words.next}
              </Button>
            </div>
          </Panel>
          <Panel title={words.doubleCheck}>
            <DoubleRemedy impact={found} />
          </Panel>
          <ByPlan impact={found} />
          <Accounts impact={found} />
          <Panel title={words.largestCalls}>
            <CallTable
              name={words.largestCalls}
              calls={found.largest_calls}
              currency={found.currency}
            />
          </Panel>
        </>
      )}
    </Loaded>
  )
}

interface PartProps {
  readonly impact: Impact
}

function Totals({ impact }: PartProps) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const money = (amount: string) => <Money amount={amount} currency={impact.currency} />
  const shown = (value: number): string => count(value, lang)
  const { charged_too_little: short } = impact
  return (
    <Facts
      rows={[
        [words.found, words.dueFor(shown(impact.calls), shown(impact.accounts))],
        [words.drawn, money(impact.drawn)],
        [words.wrongTotal, money(impact.wrong)],
        [
          words.dueTotal,
          <span key="due">
            {money(impact.due)}{' '}
            <Muted>{words.dueFor(shown(impact.due_calls), shown(impact.due_accounts))}</Muted>
          </span>,
        ],
        [
          words.goodwillTotal,
          <span key="goodwill">
            {money(impact.goodwill)}{' '}
            <Muted>{words.goodwillFor(shown(impact.goodwill_accounts))}</Muted>
          </span>,
        ],
        ...(short.calls > 0
          ? [
              [
                words.tooLittle,
                <span key="short">
                  {money(short.amount)} <Muted>{words.tooLittleNote}</Muted>
                </span>,
              ] as const,
            ]
          : []),
      ]}
    />
  )
}

function DoubleRemedy({ impact: { double_remedy: double, currency } }: PartProps) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const money = useMoneyText()
  if (double.calls === 0 && double.incidents.length === 0)
    return <Notice tone="ok" title={words.doubleNone} />
  return (
    <Notice
      tone="warn"
      title={words.doubleSome(money(double.amount, currency), count(double.calls, lang))}
    >
      <ul>
        {double.incidents.map(({ incident_id, calls, due }) => (
          <li key={incident_id}>
            <Link to={`/operator/incidents/${incident_id}` as never}>{incident_id}</Link>{' '}
            {words.alsoIn(count(calls, lang))} · <Money amount={due} currency={currency} />
          </li>
        ))}
      </ul>
    </Notice>
  )
}

type PlanRow = Impact['by_plan'][number]

function ByPlan({ impact }: PartProps) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const columns: Column<PlanRow>[] = [
    { id: 'plan', label: words.plan, cell: ({ plan }) => plan },
    { id: 'calls', label: words.calls, numeric: true, cell: ({ calls }) => count(calls, lang) },
    {
      id: 'accounts',
      label: words.accounts,
      numeric: true,
      priority: 2,
      cell: ({ accounts }) => count(accounts, lang),
    },
    {
      id: 'wrong',
      label: words.wrong,
      numeric: true,
      priority: 2,
      cell: ({ wrong }) => <Money amount={wrong} currency={impact.currency} />,
    },
  ]
  return (
    <Panel title={words.byPlan}>
      <SumTable
        name={words.byPlan}
        columns={columns}
        rows={impact.by_plan}
        rowKey={({ plan }) => plan}
        amountOf={({ due }) => due}
        amountLabel={words.due}
        total={impact.due}
        currency={impact.currency}
      />
    </Panel>
  )
}

type AccountRow = Impact['largest_accounts'][number]

function Accounts({ impact }: PartProps) {
  const words = useWords(incidentWords)
  const lang = useLang()
  const money = (id: 'wrong' | 'due' | 'credit', priority?: 2): Column<AccountRow> => ({
    id,
    label: words[id],
    numeric: true,
    ...(priority && { priority }),
    cell: (row) => <Money amount={row[id]} currency={impact.currency} />,
  })
  const columns: Column<AccountRow>[] = [
    {
      id: 'account',
      label: words.account,
      cell: ({ account_id }) => (
        <Link to={`/support/accounts/${account_id}` as never}>{account_id}</Link>
      ),
    },
    { id: 'calls', label: words.calls, numeric: true, cell: ({ calls }) => count(calls, lang) },
    money('wrong', 2),
    money('due'),
    money('credit'),
  ]
  return (
    <Panel title={words.largestAccounts}>
      <Table
        name={words.largestAccounts}
        columns={columns}
        rows={impact.largest_accounts}
        rowKey={({ account_id }) => account_id}
        empty={<Muted>{words.noCalls}</Muted>}
      />
    </Panel>
  )
}
