import type pg from 'pg'
import type { Engine } from '../engine/types.ts'
import { type PendingCall, unpricedCalls } from '../store/statements/housekeeping.ts'

const PAGE_MAX = 200

/**
 * Tries every call that waits for a price. One that still has none stays as it is. Returns how many
 * were charged.
 */
export async function completeUnpriced(pool: pg.Pool, engine: Engine): Promise<number> {
  let charged = 0
  let after = { accountId: '', seq: '0' }
  for (;;) {
    const page = await unpricedCalls(pool, after, PAGE_MAX)
    for (const done of await Promise.all(page.map((call) => completeOne(engine, call))))
      if (done) charged += 1
    const last = page.at(-1)
    if (!last || page.length < PAGE_MAX) return charged
    after = { accountId: last.account_id, seq: last.seq }
  }
}

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
