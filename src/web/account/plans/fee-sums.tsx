import type { ReactNode } from 'react'
import type { Answer } from '../../../client/index.ts'
import { useWords } from '../../app/words.ts'
import { Facts, Money, Muted, Stack, SumTable, Time } from '../../kit/index.ts'
import { cardName } from '../payment/data.ts'
import { planWords } from './words.ts'

type Offer = Answer<'previewSubscription'>
type Line = Offer['fee']['lines'][number]

/** Unused time and new time line by line, adding up; then what of it is charged. */
export function FeeSums({ offer }: { readonly offer: Offer }) {
  const words = useWords(planWords)
  const { fee, currency } = offer
  if (fee.lines.length === 0) return <Muted>{words.nothingDue}</Muted>
  return (
    <Stack gap={3}>
      <SumTable
        name={words.feeLines}
        caption
        columns={[
          {
            id: 'line',
            label: words.line,
            cell: ({ type, plan }: Line) => words.lines[type](plan),
          },
          { id: 'from', label: words.from, priority: 2, cell: ({ from }) => <Time at={from} /> },
          { id: 'to', label: words.until, priority: 2, cell: ({ to }) => <Time at={to} /> },
        ]}
        rows={fee.lines}
        rowKey={({ type, plan }) => `${type} ${plan}`}
        amountOf={({ amount }) => amount}
        total={fee.net}
        totalLabel={words.net}
        currency={currency}
        amountLabel={words.amount}
      />
      <Facts rows={sumsOf(words, offer)} />
    </Stack>
  )
}

function sumsOf(
  words: (typeof planWords)['en'],
  { fee, tax, total, method, currency }: Offer,
): readonly (readonly [string, ReactNode])[] {
  const row = (name: string, amount: string | null, always = false) =>
    amount !== null && (always || /[1-9]/.test(amount))
      ? [[name, <Money key={name} amount={amount} currency={currency} />] as const]
      : []
  return [
    ...row(words.creditUsed, fee.credit_used),
    ...row(words.creditAdded, fee.credit_added),
    ...row(fee.billing === 'invoiced' ? words.invoiced : words.due, fee.due, true),
    ...row(words.tax, tax),
    ...row(words.total, total),
    ...(method && total !== null ? [[words.card, cardName(method)] as const] : []),
  ]
}
