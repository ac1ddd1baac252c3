import type { UsageMeasure } from '../../contract/usage/index.ts'
import { formatNanos, type Nanos } from '../../core/money/index.ts'
import type { Sums } from '../../store/facts/sums.ts'

const amountOf = (nanos: bigint | null): string | null =>
  nanos === null ? null : formatNanos(nanos as Nanos)
const countOf = (count: bigint | null): number | null => (count === null ? null : Number(count))

const chargedOf = ({ promotional, paid, overage }: Sums): bigint | null =>
  promotional === null || paid === null || overage === null ? null : promotional + paid + overage

/** Sums as the API says them. */
export const sumsJson = (sums: Sums) => ({
  calls: countOf(sums.calls),
  unpriced_calls: countOf(sums.unpriced_calls),
  tokens: countOf(sums.tokens),
  list_price: amountOf(sums.list_price),
  charged: amountOf(chargedOf(sums)),
  promotional: amountOf(sums.promotional),
  paid: amountOf(sums.paid),
  overage: amountOf(sums.overage),
  covered_by_plan: amountOf(sums.included),
  absorbed: amountOf(sums.absorbed),
  refunded: amountOf(sums.refunded),
  returned_to_plan: amountOf(sums.returned_to_plan),
  reversed: amountOf(sums.reversed),
})
export type SumsJson = ReturnType<typeof sumsJson>

/** What a measure is of sums; nothing where the group cannot split it. */
export function measured(sums: Sums, measure: UsageMeasure): bigint {
  if (measure === 'charged') return chargedOf(sums) ?? 0n
  return sums[measure === 'covered_by_plan' ? 'included' : measure] ?? 0n
}

/** A value of a measure: an exact amount, or a count. */
export const valueJson = (value: bigint, measure: UsageMeasure): string =>
  measure === 'tokens' || measure === 'calls' ? value.toString() : formatNanos(value as Nanos)
