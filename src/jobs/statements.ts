import { type ClosingParts, closeCycles } from '../engine/billing/close.ts'
import { type DueClosing, dueClosings, leftWork } from '../store/billing/statements.ts'
import { sweepAll } from './sweep-all.ts'

/** A closing takes moments; after this long, whoever began it is gone. */
const LEFT_MS = 30_000
/** A statement is made from pages of its journal, which are in memory together. */
const AT_ONCE = 8

/**
 * Closes the cycles that have ended, and finishes closings that a crash left between two of their steps. Any
 * number of nodes may do it at once: each cycle is closed once.
 */
export async function closeStatements(parts: ClosingParts, nowMs: number): Promise<number> {
  const due = await sweepAll<DueClosing>({
    page: (after, limit) => dueClosings(parts.pool, { at: nowMs, after, limit }),
    nameOf: ({ account_id: id }) => id,
    work: async ({ account_id: id }) => (await closeCycles(parts, id, nowMs)) > 0,
    pageMax: AT_ONCE,
  })
  const left = await sweepAll<string>({
    page: (after, limit) =>
      leftWork(parts.pool, { before: nowMs - LEFT_MS, after: after ?? '', limit }),
    nameOf: (id) => id,
    work: (id) => closeCycles(parts, id, nowMs),
    pageMax: AT_ONCE,
  })
  return due + left
}
