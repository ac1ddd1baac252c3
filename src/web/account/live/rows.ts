import type { CallListed } from '../../../client/index.ts'
import { type CallRow, endedRow, type RunningCall } from '../../parts/call-row.ts'

/** What the page keeps: older calls are in the usage explorer. */
export const KEPT_MAX = 2_000

/**
 * The latest calls with what was read anew in its place. Where the new does not reach what is known,
 * something between them was not read: then the older goes, so that no gap looks like silence.
 */
export function mergeCalls(
  before: readonly CallListed[],
  fresh: readonly CallListed[],
  reaches: boolean,
): readonly CallListed[] {
  const read = new Set(fresh.map(({ receipt_id }) => receipt_id))
  const older = reaches ? before.filter(({ receipt_id }) => !read.has(receipt_id)) : []
  return [...fresh, ...older].slice(0, KEPT_MAX)
}

/** Whether nothing on a page is new to who knows `before`. */
export const isKnown = (
  before: ReadonlyMap<string, number>,
  page: readonly Pick<CallListed, 'receipt_id' | 'seq'>[],
): boolean => page.every(({ receipt_id, seq }) => before.get(receipt_id) === seq)

/** Calls in flight first; one that has ended is not in flight any more. */
export function rowsOf(
  calls: readonly CallListed[],
  running: readonly RunningCall[],
): readonly CallRow[] {
  const ended = new Set(calls.map(({ receipt_id }) => receipt_id))
  const inFlight = running
    .filter(({ receipt_id, attempt }) => attempt > 1 || !ended.has(receipt_id))
    .map((call): CallRow => ({ kind: 'running', id: call.receipt_id, call }))
  const again = new Set(inFlight.map(({ id }) => id))
  return [...inFlight, ...calls.filter((call) => !again.has(call.receipt_id)).map(endedRow)]
}

export interface ShownRows {
  readonly rows: readonly CallRow[]
  /** How many are not among them. */
  readonly fresh: number
}

/**
 * Rows in an order that is held while somebody reads: none moves and none comes in between, but how each
 * stands is shown as it is. `order` null: nothing is held.
 */
export function heldRows(rows: readonly CallRow[], order: readonly string[] | null): ShownRows {
  if (order === null) return { rows, fresh: 0 }
  const byId = new Map(rows.map((row) => [row.id, row]))
  const held = new Set(order)
  return {
    rows: order.flatMap((id) => byId.get(id) ?? []),
    fresh: rows.filter(({ id }) => !held.has(id)).length,
  }
}
