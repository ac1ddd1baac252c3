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

import { sweepAll } from './sweep-all.ts'

const ACTOR = { type: 'system', id: 'housekeeping' } as const

/** Releases holds whose time is over: nobody settled the call, so it costs nothing. */
export const sweepHolds = (pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> =>
  sweepAll<ExpiredHold>({
    page: (after, limit) => expiredHolds(pool, { at: nowMs, after, limit }),
    nameOf: (hold) => `${hold.account_id} ${hold.call_id}`,
    work: (hold) =>
      engine.execute({
        kind: 'expire_hold',
        accountId: hold.account_id,
        requestId: hold.call_id,
        actor: ACTOR,
        callId: hold.call_id,
      }),
  })

/** Posts ended lots as breakage, and moves draws that were left over by a crash. */
export const sweepDue = (pool: pg.Pool, engine: Engine, nowMs: number): Promise<number> =>
  sweepAll<DueAccount>({
    page: (after, limit) => dueAccounts(pool, { at: nowMs, after, limit }),
    nameOf: (account) => account.account_id,
    work: ({ state }) => settleDue(engine, decodeState(state), nowMs),
  })

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
