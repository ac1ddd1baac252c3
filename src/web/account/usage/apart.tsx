import { useWords } from '../../app/words.ts'
import { BasisWord, Panel, SumTable } from '../../kit/index.ts'
import type { UsageExplored } from './data.ts'
import { usageWords } from './words.ts'

const PARTS = [
  { id: 'promotional', basis: 'credit' },
  { id: 'paid', basis: 'credit' },
  { id: 'overage', basis: 'billed' },
  { id: 'covered_by_plan', basis: 'covered_by_plan' },
  { id: 'absorbed', basis: 'not_billed' },
  { id: 'refunded', basis: 'refunded' },
  { id: 'returned_to_plan', basis: 'refunded' },
  { id: 'reversed', basis: 'not_billed' },
] as const

/** Every nano of the list price, by who carried it: adds up to it, exactly. */
export function Apart({ explored }: { readonly explored: UsageExplored }) {
  const words = useWords(usageWords)
  const { totals, currency } = explored
  const rows = PARTS.flatMap(({ id, basis }) => {
    const amount = totals[id]
    return amount === null || amount === '0' ? [] : [{ id, basis, amount }]
  })
  if (totals.list_price === null || rows.length === 0) return null
  return (
    <Panel title={words.apart} asOf={explored}>
      <SumTable
        name={words.apart}
        rows={rows}
        rowKey={({ id }) => id}
        amountOf={({ amount }) => amount}
        total={totals.list_price}
        totalLabel={words.listPrice}
        currency={currency}
        amountLabel={words.listPrice}
        columns={[
          { id: 'what', label: words.row, cell: ({ id }) => words.parts[id] },
          { id: 'basis', label: words.result, cell: ({ basis }) => <BasisWord basis={basis} /> },
        ]}
      />
    </Panel>
  )
}
