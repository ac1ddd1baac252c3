import type { ReactNode } from 'react'
import { useWords } from '../../app/words.ts'
import { Facts, Money, Panel, Stack } from '../../kit/index.ts'
import { FeeLines, type FeeOf } from '../../parts/fee-lines.tsx'
import type { Entry } from './entry.tsx'
import { entryWords } from './words.ts'

/** Line by line with its formula, adding up to the net; then how that was paid. */
export function Fee({ entry }: { readonly entry: Entry }) {
  const words = useWords(entryWords)
  const { fee, currency } = entry
  if (!fee || fee.lines.length === 0) return null
  return (
    <Panel title={words.fee}>
      <Stack gap={3}>
        <FeeLines name={words.fee} fee={fee} currency={currency} />
        <Paid entry={entry} fee={fee} />
      </Stack>
    </Panel>
  )
}

function Paid({ entry, fee }: { readonly entry: Entry; readonly fee: FeeOf }) {
  const words = useWords(entryWords)
  const { currency, payment } = entry
  const row = (name: string, amount: string, always = false) =>
    always || /[1-9]/.test(amount)
      ? [[name, <Money key={name} amount={amount} currency={currency} />] as const]
      : []
  const rows: readonly (readonly [string, ReactNode])[] = [
    ...row(words.creditUsed, fee.credit_used),
    ...row(words.creditAdded, fee.credit_added),
    ...row(fee.billing === 'invoiced' ? words.invoiced : words.due, fee.due, true),
    ...row(words.tax, fee.tax),
    ...(payment ? [[words.payment, <code key="id">{payment.payment_id}</code>] as const] : []),
  ]
  return <Facts rows={rows} />
}
