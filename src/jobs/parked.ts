import type pg from 'pg'
import { instant } from '../core/time/index.ts'
import { openCase } from '../store/cases/open.ts'
import { parkedAccounts } from '../store/cases/parked.ts'

/**
 * Opens a case for every account that a failed self-check has parked: a person has to look before anything is
 * billed on it again. Found in the books, so that it is seen even if the node died as it parked.
 */
export async function openCasesOfParked(pool: pg.Pool, nowMs: number): Promise<number> {
  let opened = 0
  for (const { accountId, seq, reason } of await parkedAccounts(pool)) {
    const { created } = await openCase(pool, {
      accountId,
      origin: 'self_check',
      originKey: `${accountId}:${seq}`,
      subject: 'account_parked',
      facts: { entry: seq, violation: reason },
      amount: null,
      openedBy: { type: 'system', id: 'self_check' },
      at: instant(nowMs),
    })
    if (created) opened += 1
  }
  return opened
}
