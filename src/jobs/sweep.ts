import type pg from 'pg'
import { dueDraws, endedLots } from '../core/decisions/index.ts'
import { type AccountState, decodeState } from '../core/ledger/index.ts'
import type { Instant } from '../core/time/index.ts'
import type { Engine } from '../engine/types.ts'
import { dueAccounts, expiredHolds } from '../store/statements/housekeeping.ts'

const ROUND_MAX = 500

const ACTOR = { type: 'system', id: 'housekeeping' } as const

/** Does all of them, whatever happens to one; then tells the first failure. */
export async function eachOf<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const done = await Promise.allSettled(items.map(async (item) => work(item)))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Releases holds whose time is over: nobody settled the call, so it costs nothing. */
export async function sweepHolds(pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> {
  const holds = await expiredHolds(pool, nowMs, ROUND_MAX)
  await eachOf(holds, (hold) =>
    engine.execute({
      kind: 'expire_hold',
      accountId: hold.account_id,
      requestId: hold.call_id,
      actor: ACTOR,
      callId: hold.call_id,
    }),
  )
  return holds.length
}

/** Posts ended lots as breakage, and moves draws that were left over by a crash. */
export async function sweepDue(pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> {
  const accounts = await dueAccounts(pool, nowMs, ROUND_MAX)
  await eachOf(accounts, ({ state }) => settleDue(engine, decodeState(state), nowMs))
  return accounts.length
}

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
