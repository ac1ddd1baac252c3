import type { FundingPlan, SourceTrace } from '../funding/index.ts'
import { includedAsset, type PostingTuple } from '../ledger/index.ts'
import { formatNanos, type Nanos, ZERO } from '../money/index.ts'

/** The legs of a charge: each source, and the house's side of it. */
export function chargePostings(
  currency: string,
  funding: Pick<FundingPlan, 'trace' | 'included'>,
  overshoot: Nanos,
  absorbed: Nanos,
): PostingTuple[] {
  const legs: PostingTuple[] = []
  let revenue = absorbed as bigint
  for (const step of funding.trace) {
    if (step.drawn === ZERO || step.class === 'included') continue
    legs.push(moneyLeg(currency, step, -step.drawn as Nanos))
    revenue += step.drawn
  }
  if (absorbed !== ZERO)
    legs.push(['house:platform_loss', currency, formatNanos(-absorbed as Nanos)])
  if (revenue !== 0n) legs.push(['house:revenue', currency, formatNanos(revenue as Nanos)])
  const included = (funding.included + overshoot) as Nanos
  return included === ZERO ? legs : [...legs, ...includedLegs(currency, included)]
}

export const includedLegs = (currency: string, drawn: Nanos): PostingTuple[] => [
  ['included:allowance', includedAsset(currency), formatNanos(-drawn as Nanos)],
  ['included:consumed', includedAsset(currency), formatNanos(drawn)],
]

/** The customer's leg of a money source: `amount` is signed from the customer's side. */
export function moneyLeg(
  currency: string,
  source: Pick<SourceTrace, 'class' | 'source' | 'category'>,
  amount: Nanos,
): PostingTuple {
  if (source.class === 'overage')
    return ['customer:overage_receivable', currency, formatNanos(amount)]
  const account = source.category === 'paid' ? 'customer:prepaid' : 'customer:promotional'
  return [account, currency, formatNanos(amount), source.source]
}
