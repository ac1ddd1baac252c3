import type pg from 'pg'
import type { Engine } from '../engine/types.ts'
import { type PendingCall, unpricedCalls } from '../store/statements/housekeeping.ts'
import { sweepAll } from './sweep-all.ts'

/**
 * Tries every call that waits for a price. One that still has none stays as it is. Returns how many
 * were charged.
 */
export const completeUnpriced = (pool: pg.Pool, engine: Engine): Promise<number> =>
  sweepAll<PendingCall>({
    page: (after, limit) => unpricedCalls(pool, after, limit),
    nameOf: (call) => `${call.account_id} ${call.call_id}`,
    work: (call) => completeOne(engine, call),
  })

async function completeOne(engine: Engine, call: PendingCall): Promise<boolean> {
  const { result } = await engine.execute({
    kind: 'complete',
    accountId: call.account_id,
    requestId: call.call_id,
    actor: { type: 'system', id: 'prices' },
    callId: call.call_id,
  })
  return result.status === 'posted'
}
