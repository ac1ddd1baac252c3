import { add, type Nanos, ZERO } from '../money/index.ts'
import { type PriceBook, resolveModel } from '../pricing/index.ts'
import type { Instant, Interval } from '../time/index.ts'
import { dayOf, type Grain, grainOf, placeAt, positionKey, wholeDays } from './fold.ts'
import type { BillRow, Position } from './types.ts'

/** What a provider's reports say, and of which time. */
export interface Bill {
  readonly rows: readonly BillRow[]
  /** The buckets of each report, also those in which nothing was used. */
  readonly covered: { readonly usage: readonly Interval[]; readonly cost: readonly Interval[] }
}

/** What the bill says of one position. `null`: the reports of that day do not say. */
export interface BilledPosition {
  readonly position: Position
  quantity: bigint | null
  cost: Nanos | null
  /** What rounding its rows can have changed at most. */
  rounding: Nanos
  /** Of the quantity and cost, what keys made that are not ours. */
  foreign: bigint
  foreignCost: Nanos
}

/** A bill by day and position. */
export interface BillSide {
  /** Days of which at least one report covers every hour. */
  readonly days: ReadonlySet<Instant>
  /** Days that are covered in part: nothing of them is compared. */
  readonly partDays: readonly Instant[]
  readonly grain: Grain
  readonly positions: Map<string, BilledPosition>
  /** An empty position of a covered day: nothing was billed. */
  readonly nothing: (position: Position) => BilledPosition
}

export function billSide(
  bill: Bill,
  options: {
    readonly book: (day: Instant) => PriceBook | null
    readonly ownKeys: ReadonlySet<string> | null
  },
): BillSide {
  const days = { usage: wholeDays(bill.covered.usage), cost: wholeDays(bill.covered.cost) }
  const whole = new Set([...days.usage, ...days.cost])
  const rows = bill.rows.filter(({ report, bucket }) => days[report].has(dayOf(bucket.start)))
  const grain = grainOf(rows)
  const nothing = (position: Position): BilledPosition => ({
    position,
    quantity: days.usage.has(position.day) ? 0n : null,
    cost: days.cost.has(position.day) ? ZERO : null,
    rounding: ZERO,
    foreign: 0n,
    foreignCost: ZERO,
  })
  const positions = new Map<string, BilledPosition>()
  for (const row of rows) {
    const day = dayOf(row.bucket.start)
    const book = options.book(day)
    const named = row.model ?? ''
    const model = (book && resolveModel(book, named)?.model) ?? named
    const position = { day, model, kind: row.kind, ...placeAt(grain, row) }
    const key = positionKey(position)
    const sum = positions.get(key) ?? nothing(position)
    positions.set(key, sum)
    const isForeign = options.ownKeys !== null && !options.ownKeys.has(row.key ?? '')
    addRow(sum, row, { isForeign, counts: row.report === 'usage' || !days.usage.has(day) })
  }
  const partDays = [...new Set(bill.rows.map(({ bucket }) => dayOf(bucket.start)))]
    .filter((day) => !whole.has(day))
    .sort((one, other) => one - other)
  return { days: whole, partDays, grain, positions, nothing }
}

/** Where both reports count, that of use is the one that counts. */
function addRow(
  sum: BilledPosition,
  row: BillRow,
  { isForeign, counts }: { readonly isForeign: boolean; readonly counts: boolean },
): void {
  if (row.quantity !== null && counts) {
    sum.quantity = (sum.quantity ?? 0n) + row.quantity
    if (isForeign) sum.foreign += row.quantity
  }
  if (row.cost === null) return
  sum.cost = add(sum.cost ?? ZERO, row.cost)
  sum.rounding = add(sum.rounding, row.step)
  if (isForeign && row.key !== null) sum.foreignCost = add(sum.foreignCost, row.cost)
}
