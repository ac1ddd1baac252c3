import type pg from 'pg'
import { DAY_MS, instant } from '../core/time/index.ts'
import {
  accountsWithOldEvidence,
  noteLimit,
  type RemovedPage,
  removeKeptEvidence,
  removeNextEvidence,
} from '../store/evidence/retention.ts'
import { sweepAll } from './sweep-all.ts'

/** Entries at once: few enough that no commit of the account waits for them. */
const PAGE_MAX = 500
/** Pages of one account in a round; what is left is for the next one. */
const PAGES_MAX = 200
const ACCOUNTS_AT_ONCE = 8

export interface EvidenceRetention {
  readonly pool: pg.Pool
  /** 0: evidence is kept for ever. */
  readonly keepDays: number
  readonly nowMs: number
  /** Entries at once. */
  readonly pageMax?: number
}

/** Removes evidence that was kept long enough; its hash stays in its entry. Returns of how many entries. */
export async function removeOldEvidence(retention: EvidenceRetention): Promise<number> {
  const { pool, keepDays, nowMs } = retention
  if (keepDays === 0) return 0
  const before = instant(nowMs - keepDays * DAY_MS)
  await noteLimit(pool, keepDays, instant(nowMs))
  let removed = 0
  await sweepAll({
    page: (after: string | null, limit) =>
      accountsWithOldEvidence(pool, before, { after: after ?? '', limit }),
    nameOf: (accountId) => accountId,
    work: async (accountId) => {
      const own = await removeOfAccount(retention, accountId)
      removed += own
    },
    pageMax: ACCOUNTS_AT_ONCE,
  })
  return removed
}

/** What stayed before comes first: the walk puts what must stay onto that list. */
async function removeOfAccount(retention: EvidenceRetention, accountId: string): Promise<number> {
  const { pool, keepDays, nowMs, pageMax: limit = PAGE_MAX } = retention
  const removal = { before: instant(nowMs - keepDays * DAY_MS), at: instant(nowMs), limit }
  const kept = await pages(limit, (afterSeq) =>
    removeKeptEvidence(pool, accountId, { ...removal, afterSeq }),
  )
  return kept + (await pages(limit, () => removeNextEvidence(pool, accountId, removal)))
}

async function pages(
  limit: number,
  next: (afterSeq: number) => Promise<RemovedPage>,
): Promise<number> {
  let removed = 0
  let afterSeq = 0
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const done = await next(afterSeq)
    removed += done.removed
    if (done.looked < limit) break
    afterSeq = done.lastSeq
  }
  return removed
}
