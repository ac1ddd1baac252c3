import { DAY_MS, type Instant, instant } from '../time/index.ts'
import { give, type Work } from './compare.ts'
import { positionKey } from './fold.ts'
import type { OwnPosition } from './own-side.ts'
import type { BillKind, Position, VarianceCause } from './types.ts'

const CACHE_WRITES: readonly BillKind[] = ['cache_write_5m', 'cache_write_1h', 'cache_write']

const least = (first: bigint, ...others: readonly bigint[]): bigint => {
  let small = first
  for (const value of others) if (value < small) small = value
  return small
}

interface Sides {
  /** Our own positions, also of days that the bill does not reach. */
  readonly own: ReadonlyMap<string, OwnPosition>
  /** The days that are compared. */
  readonly days: ReadonlySet<Instant>
}

/** Gives what differs in quantity to the causes that the records bear out, the surest first. */
export function explainQuantities(works: ReadonlyMap<string, Work>, sides: Sides): void {
  const tiers = new Set([...works.values()].map(({ own }) => own.position.tier))
  for (const work of works.values()) {
    explainForeign(work)
    explainUnmetered(work)
  }
  for (const work of works.values()) explainLate(work, works, sides)
  for (const work of works.values()) explainMoved(work, works, tiers)
  for (const work of works.values()) {
    explainOpen(work)
    explainEdge(work, sides)
  }
}

/** Keys that are not ours go to the provider by another way. */
function explainForeign(work: Work): void {
  const { foreign } = work.billed
  if (foreign > 0n && work.rest > 0n) give(work, 'foreign_key', least(foreign, work.rest))
}

/** What no gateway carries, and models that no book of ours knows. */
function explainUnmetered(work: Work): void {
  if (work.rest <= 0n || work.own.quantity > 0n) return
  if (work.own.position.kind.startsWith('other:')) give(work, 'not_metered', work.rest)
  else if (work.price === null) give(work, 'unknown_model', work.rest)
}

/** What happened within minutes of midnight may be billed with the other day. */
function explainLate(work: Work, works: ReadonlyMap<string, Work>, { days }: Sides): void {
  for (const { day, key, most } of neighboursOf(work))
    if (days.has(day)) move(work, works.get(key), { cause: 'late_bucket', most })
}

/**
 * Where the other day lies outside the bill, what went there or came from there is seen on one side
 * only: it is the cause where it can be all of the difference.
 */
function explainEdge(work: Work, { own, days }: Sides): void {
  for (const { day, key, most, side } of neighboursOf(work)) {
    if (days.has(day)) continue
    const came = own.get(key)?.[side] ?? 0n
    const enough = work.rest < 0n ? -work.rest <= most : work.rest <= came
    if (enough) give(work, 'late_bucket', work.rest)
  }
}

function neighboursOf({ own }: Work) {
  const { position, head, tail } = own
  const at = (step: number) => {
    const day = instant(position.day + step)
    return { day, key: positionKey({ ...position, day }) }
  }
  return [
    { ...at(DAY_MS), most: tail, side: 'head' },
    { ...at(-DAY_MS), most: head, side: 'tail' },
  ] as const
}

/** Tokens that one side counts under another lifetime of the cache, or another tier. */
function explainMoved(
  work: Work,
  works: ReadonlyMap<string, Work>,
  tiers: ReadonlySet<string | null>,
): void {
  const { position } = work.own
  const at = (changed: Partial<Position>): Work | undefined =>
    works.get(positionKey({ ...position, ...changed }))
  if (CACHE_WRITES.includes(position.kind))
    for (const kind of CACHE_WRITES) move(work, at({ kind }), { cause: 'cache_kinds_merged' })
  for (const tier of tiers) move(work, at({ tier }), { cause: 'tier_differs' })
}

/** From where too little was billed to where too much was: never from a position to itself. */
function move(
  from: Work,
  to: Work | undefined,
  { cause, most }: { readonly cause: VarianceCause; readonly most?: bigint },
): void {
  if (!to || from.rest >= 0n || to.rest <= 0n) return
  const units = least(-from.rest, to.rest, ...(most === undefined ? [] : [most]))
  give(from, cause, -units)
  give(to, cause, units)
}

/** What was used by calls that we do not count as billable. */
function explainOpen(work: Work): void {
  for (const [cause, most] of work.own.open)
    if (work.rest > 0n) give(work, cause, least(most, work.rest))
}
