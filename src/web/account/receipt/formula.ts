import type { Receipt } from '../../../client/index.ts'
import { readNanos } from '../../../core/money/index.ts'

type Line = Receipt['lines'][number]

const PER = 1_000_000n

/** What rounding to nine decimals has added to the exact product; `null`: the product is exact. */
export function roundingOf({ quantity, per_mtok, amount }: Line): string | null {
  if (quantity === undefined || per_mtok === undefined || !Number.isInteger(quantity)) return null
  const exact = BigInt(quantity) * readNanos(per_mtok)
  const carry = readNanos(amount) * PER - exact
  return carry === 0n ? null : decimals(carry)
}

/** Millionths of a nano as a decimal text: fifteen decimals. */
function decimals(millionths: bigint): string {
  const sign = millionths < 0n ? '-' : ''
  const digits = (millionths < 0n ? -millionths : millionths).toString().padStart(16, '0')
  const text = `${digits.slice(0, -15)}.${digits.slice(-15)}`.replace(/\.?0+$/, '')
  return `${sign}${text}`
}

/** A name for each line that is the same at each look. */
export const lineKey = (line: Line, index: number): string =>
  [index, line.type, line.kind, line.fee, line.id, line.model].join(' ')

/** What the provider counted and what we counted of the answer, where both are known. */
export interface Counted {
  readonly reported: number
  readonly counted: number
  readonly difference: number
}

export function outputCounted({ usage, evidence }: Receipt): Counted | null {
  const counted = evidence.delivered_output_tokens_estimate
  const reported = usage?.tokens.output
  if (typeof counted !== 'number' || reported === undefined) return null
  return { reported, counted, difference: reported - counted }
}

/** The parts of the total, as they stand now: what is zero is left out. */
export function partsOf({ amounts }: Receipt) {
  const { credit, overage, covered_by_plan, absorbed, refunded, returned_to_plan, reversed } =
    amounts
  const parts = [
    { what: 'promotional', ...credit.promotional },
    { what: 'paid', ...credit.paid },
    { what: 'overage', ...overage },
    { what: 'covered_by_plan', ...covered_by_plan },
    { what: 'absorbed', ...absorbed },
    { what: 'refunded', ...refunded },
    { what: 'returned_to_plan', ...returned_to_plan },
    { what: 'reversed', ...reversed },
  ] as const
  return parts.filter(({ amount }) => amount !== null && amount !== '0')
}
