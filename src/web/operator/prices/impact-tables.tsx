import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Answer } from '../../../client/index.ts'
import { count, listOf } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  type Column,
  Empty,
  Facts,
  Money,
  Notice,
  Stack,
  SumTable,
  Table,
} from '../../kit/index.ts'
import { priceWords } from './words.ts'

export type Impact = Answer<'previewPriceImpact'>
type Sum = Impact['by_model'][number]
type Call = Impact['calls'][number]

/** Who would have paid more or less, and which calls would have no price. */
export function ImpactTables({ found }: { readonly found: Impact }) {
  const words = useWords(priceWords)
  const { totals } = found
  if (totals.calls === 0 && found.become_unpriced.calls === 0)
    return (
      <>
        <Totals found={found} />
        <Empty title={words.noCalls} />
      </>
    )
  return (
    <Stack gap={4}>
      <Totals found={found} />
      <Unpriced found={found} />
      <Sums found={found} rows={found.by_model} name={words.byModel} label={words.model} />
      <Sums found={found} rows={found.by_plan} name={words.byPlan} label={words.plan} />
      <Table
        name={words.topAccounts}
        caption
        columns={[
          named<Sum>(words.account, ({ id }) => (
            <Link to={`/a/${encodeURIComponent(id)}`}>{id}</Link>
          )),
          ...changeColumns<Sum>(found, words),
        ]}
        rows={found.accounts}
        rowKey={({ id }) => id}
        empty={null}
      />
      <TopCalls found={found} />
    </Stack>
  )
}

function Totals({ found }: { readonly found: Impact }) {
  const words = useWords(priceWords)
  const lang = useLang()
  const { totals, currency, looked_at: seen } = found
  const number = (value: number): string => count(value, lang)
  return (
    <Stack>
      <Facts
        rows={[
          [
            words.totalBefore,
            <Amount key="before" amount={totals.before} currency={currency} basis="list_price" />,
          ],
          [
            words.totalAfter,
            <Amount key="after" amount={totals.after} currency={currency} basis="list_price" />,
          ],
          [
            words.difference,
            <Money key="difference" amount={totals.difference} currency={currency} />,
          ],
          [
            words.calls,
            words.directions(number(totals.dearer), number(totals.cheaper), number(totals.same)),
          ],
        ]}
      />
      <p>{words.lookedAt(number(seen.calls), number(seen.accounts))}</p>
      {found.partial && <Notice tone="info" title={words.partial} />}
    </Stack>
  )
}

function Unpriced({ found }: { readonly found: Impact }) {
  const words = useWords(priceWords)
  const lang = useLang()
  const { become_unpriced: lost, become_priced: got, still_unpriced: still } = found
  return (
    <>
      {lost.calls > 0 && (
        <Notice tone="danger" title={words.unpriced(count(lost.calls, lang))}>
          <p>
            {words.unpricedSays(
              listOf(
                lost.missing.map(({ what }) => what),
                lang,
              ),
            )}
          </p>
        </Notice>
      )}
      {got > 0 && <Notice tone="ok" title={words.becomePriced(count(got, lang))} />}
      {still > 0 && <Notice tone="warn" title={words.stillUnpriced(count(still, lang))} />}
    </>
  )
}

const named = <Row,>(label: string, cell: (row: Row) => ReactNode): Column<Row> => ({
  id: 'name',
  label,
  cell,
})

type Words = ReturnType<typeof useWords<(typeof priceWords)['en']>>

function changeColumns<R extends { readonly before: string; readonly after: string }>(
  { currency }: Impact,
  words: Words,
): readonly Column<R & { readonly difference: string }>[] {
  const money = (amount: string) => <Money amount={amount} currency={currency} />
  return [
    { id: 'before', label: words.before, numeric: true, cell: ({ before }) => money(before) },
    { id: 'after', label: words.after, numeric: true, cell: ({ after }) => money(after) },
    {
      id: 'difference',
      label: words.difference,
      numeric: true,
      cell: ({ difference }) => money(difference),
    },
  ]
}

interface SumsProps {
  readonly found: Impact
  readonly rows: readonly Sum[]
  readonly name: string
  readonly label: string
}

function Sums({ found, rows, name, label }: SumsProps) {
  const words = useWords(priceWords)
  const lang = useLang()
  const [before, after] = changeColumns<Sum>(found, words)
  const calls: Column<Sum> = {
    id: 'calls',
    label: words.calls,
    numeric: true,
    priority: 2,
    cell: (own) => count(own.calls, lang),
  }
  return (
    <SumTable
      name={name}
      caption
      columns={[named<Sum>(label, ({ id }) => <code>{id}</code>), calls, before!, after!]}
      rows={rows}
      rowKey={({ id }) => id}
      amountOf={({ difference }) => difference}
      amountLabel={words.difference}
      total={found.totals.difference}
      currency={found.currency}
    />
  )
}

function TopCalls({ found }: { readonly found: Impact }) {
  const words = useWords(priceWords)
  const columns: readonly Column<Call>[] = [
    named(words.call, (call) => (
      <Link
        to={`/a/${encodeURIComponent(call.account_id)}/receipts/${encodeURIComponent(call.receipt_id)}`}
      >
        {call.call_id}
      </Link>
    )),
    { id: 'model', label: words.model, priority: 2, cell: ({ model }) => <code>{model}</code> },
    ...changeColumns<Call>(found, words),
  ]
  return (
    <Table
      name={words.topCalls}
      caption
      columns={columns}
      rows={found.calls}
      rowKey={(call) => `${call.account_id} ${call.call_id}`}
      empty={null}
    />
  )
}
