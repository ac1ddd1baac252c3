import type pg from 'pg'
import { DAY_MS, instant } from '../core/time/index.ts'
import {
  removeExpiredChallenges,
  removeExpiredConfirmations,
  removeExpiredOidcRequests,
  removeExpiredSignIns,
  removeSignInEvents,
} from '../store/control/index.ts'
import { removeNotifications } from '../store/notifications/retention.ts'

/** Few enough that nobody waits for a page. */
const PAGE_MAX = 500
/** What is left after so many pages is for the next round. */
const PAGES_MAX = 100

/** Removes what accounts were told so many days ago. Returns how many notifications. */
export async function removeOldNotifications(
  pool: pg.Pool,
  keepDays: number,
  nowMs: number,
): Promise<number> {
  const before = instant(nowMs - keepDays * DAY_MS)
  let removed = 0
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const gone = await removeNotifications(pool, { before, limit: PAGE_MAX })
    removed += gone
    if (gone < PAGE_MAX) break
  }
  return removed
}

/** Removes what people were asked to agree to, a day after nobody could any more. Returns how many. */
export const removeOldConfirmations = (pool: pg.Pool, nowMs: number): Promise<number> =>
  removeExpiredConfirmations(pool, {
    before: instant(nowMs - DAY_MS),
    limit: PAGE_MAX * PAGES_MAX,
  })

/**
 * Removes sign-in links, challenges and sessions, a day after nobody could use them any more, and what
 * happened at the doors so many days ago. Returns how many.
 */
export async function removeOldSignIns(
  pool: pg.Pool,
  keepDays: number,
  nowMs: number,
): Promise<number> {
  const over = instant(nowMs - DAY_MS)
  return (
    (await removeExpiredSignIns(pool, over)) +
    (await removeExpiredChallenges(pool, over)) +
    (await removeExpiredOidcRequests(pool, over)) +
    (await removeSignInEvents(pool, instant(nowMs - keepDays * DAY_MS)))
  )
}
