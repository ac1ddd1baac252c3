import type { Answer } from '../../../client/index.ts'
import { formatNanos, type Nanos, readNanos, sum } from '../../../core/money/index.ts'
import { sumText } from '../../app/shares.ts'

type Statement = Answer<'getStatement'>
type Source = Statement['usage'][number]['source']

const MONEY = ['promotional', 'paid', 'overage'] as const satisfies readonly Source[]

export interface SpentRow {
  readonly what: (typeof MONEY)[number] | 'given_back'
  readonly amount: string
}

/** Movements of a balance that calls and their corrections make. */
const OF_USAGE: readonly string[] = ['usage', 'usage_refund', 'usage_reversal', 'moved_to_plan']

/** What calls of the cycle cost in money, line by line; amounts that were given back are negative. */
export function spentRows({ usage, corrections }: Statement): SpentRow[] {
  const rows = MONEY.map(
    (what): SpentRow => ({
      what,
      amount: sumText(usage.filter(({ source }) => source === what).map(({ amount }) => amount)),
    }),
  )
  const back = corrections.filter(({ source }) => source !== 'included')
  if (back.length === 0) return rows
  return [...rows, { what: 'given_back', amount: sumText(back.map(({ amount }) => amount)) }]
}

/**
 * The same, from the other side of the books: what left the balances and what is owed more. The rows have
 * to add up to it.
 */
export function spentTotal({ balances }: Statement): string {
  const moved = (flow: Statement['balances']['prepaid']): Nanos =>
    sum(
      flow.movements.filter(({ what }) => OF_USAGE.includes(what)).map((m) => readNanos(m.amount)),
    )
  const left = moved(balances.prepaid) + moved(balances.promotional)
  return formatNanos((moved(balances.overage) - left) as Nanos)
}

/** Value that the plan covered, at list price: no money, so it stands apart. */
export const coveredValue = ({ usage, corrections }: Statement): string =>
  sumText(
    [...usage, ...corrections]
      .filter(({ source }) => source === 'included')
      .map(({ amount }) => amount),
  )

/** Value that was delivered and that nobody is charged for. */
export const absorbedValue = ({ absorbed }: Statement): string =>
  sumText(absorbed.map(({ amount }) => amount))

/** Attempts that cost nothing, refused ones included. */
export const freeAttempts = ({ not_billed, refused }: Statement): number =>
  [...not_billed, ...refused].reduce((total, { entries }) => total + entries, 0)
