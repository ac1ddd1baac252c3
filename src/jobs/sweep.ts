import type pg from 'pg'
import { dueDraws, endedLots } from '../core/decisions/index.ts'
import { type AccountState, decodeState } from '../core/ledger/index.ts'
import type { Instant } from '../core/time/index.ts'
import type { Engine } from '../engine/types.ts'
import {
  type DueAccount,
  dueAccounts,
  type ExpiredHold,
  expiredHolds,
} from '../store/statements/housekeeping.ts'

const PAGE_MAX = 500

const ACTOR = { type: 'system', id: 'housekeeping' } as const

/**
 * Does every item of every page, whatever happens to one, and then tells the first failure. Each page
 * begins after the last item of the one before, so that items that fail for ever hold nobody up.
 */
async function sweepAll<T>(
  page: (after: T | null) => Promise<readonly T[]>,
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  let last: T | null = null
  let done = 0
  const failures: unknown[] = []
  for (;;) {
    const items: readonly T[] = await page(last)
    for (const result of await Promise.allSettled(items.map(async (item) => work(item)))) {
      if (result.status === 'fulfilled') done += 1
      else failures.push(result.reason)
    }
    last = items.at(-1) ?? null
    if (items.length < PAGE_MAX) break
  }
  if (failures.length > 0) throw failures[0]
  return done
}

/** Releases holds whose time is over: nobody settled the call, so it costs nothing. */
export const sweepHolds = (pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> =>
  sweepAll<ExpiredHold>(
    (after) => expiredHolds(pool, { at: nowMs, after, limit: PAGE_MAX }),
    (hold) =>
      engine.execute({
        kind: 'expire_hold',
        accountId: hold.account_id,
        requestId: hold.call_id,
        actor: ACTOR,
        callId: hold.call_id,
      }),
  )

/** Posts ended lots as breakage, and moves draws that were left over by a crash. */
export const sweepDue = (pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> =>
  sweepAll<DueAccount>(
    (after) => dueAccounts(pool, { at: nowMs, after, limit: PAGE_MAX }),
    ({ state }) => settleDue(engine, decodeState(state), nowMs),
  )

async function settleDue(engine: Engine, state: AccountState, nowMs: number): Promise<void> {
  const { accountId } = state
  if (dueDraws(state))
    await engine.execute({
      kind: 'reattribute',
      accountId,
      requestId: 'reattribute',
      actor: ACTOR,
      causeCallId: 'housekeeping',
    })
  for (const lot of endedLots(state, nowMs as Instant)) {
    await engine.execute({
      kind: 'expire_lot',
      accountId,
      requestId: `${lot.id}#expire`,
      actor: ACTOR,
      lotId: lot.id,
    })
  }
}
