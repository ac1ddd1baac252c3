import type { ReactNode } from 'react'
import type { Answer } from '../../../client/index.ts'
import { cardName } from '../../../contract/explain/index.ts'
import { useWords } from '../../app/words.ts'
import { Facts, Money, Muted, Stack } from '../../kit/index.ts'
import { FeeLines } from '../../parts/fee-lines.tsx'

import { planWords } from './words.ts'

type Offer = Answer<'previewSubscription'>

/** Unused time and new time line by line, adding up; then what of it is charged. */
export function FeeSums({ offer }: { readonly offer: Offer }) {
  const words = useWords(planWords)
  const { fee, currency } = offer
  if (fee.lines.length === 0) return <Muted>{words.nothingDue}</Muted>
  return (
    <Stack gap={3}>
      <FeeLines name={words.feeLines} fee={fee} currency={currency} />
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
