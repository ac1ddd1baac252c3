import type pg from 'pg'
import type { CapSubject } from '../../core/decisions/cap-view.ts'
import type { CallFacts } from '../../core/funding/index.ts'
import type { AccountCap, CapCounter } from '../../core/ledger/state.ts'
import type { Nanos } from '../../core/money/index.ts'
import { bucketsOf, scopesOf } from '../statements/cap-keys.ts'
import { type CapRow, capOfRow, loadCaps } from '../statements/decision-load.ts'
import { inTransaction } from '../transaction.ts'
import { readState, type StateWish, type StoredState } from './account-state.ts'

/**
 * An account with the caps that could limit the calls of somebody, and their counters now: all from one
 * snapshot. `null`: there is no such account.
 */
export const readCapChain = (
  pool: pg.Pool,
  accountId: string,
  subject: CapSubject,
  wish: StateWish,
): Promise<{ readonly stored: StoredState; readonly caps: readonly AccountCap[] } | null> =>
  inTransaction(
    pool,
    async (client) => {
      const stored = await readState(client, accountId, wish)
      if (!stored) return null
      const { state, at } = stored
      const call: CallFacts = {
        ...subject,
        model: subject.model ?? '',
        features: [],
        client: null,
      }
      const rows = await loadCaps(client, accountId, {
        scopes: scopesOf(call),
        capIds: [],
        buckets: bucketsOf(call, state.anchor, at),
        all: false,
      })
      const own = state.caps.filter(({ removed }) => !removed)
      return { stored, caps: [...own, ...capsOf(rows)] }
    },
    'begin isolation level repeatable read read only',
  )

function capsOf(rows: readonly CapRow[]): AccountCap[] {
  const caps = new Map<string, { own: AccountCap; counters: CapCounter[] }>()
  for (const row of rows) {
    const known = caps.get(row.cap_id)
    const counters = known?.counters ?? []
    if (row.bucket !== null)
      counters.push({
        bucket: row.bucket,
        spent: BigInt(row.spent!) as Nanos,
        held: BigInt(row.held!) as Nanos,
      })
    caps.set(row.cap_id, { own: { cap: capOfRow(row), counters, removed: false }, counters })
  }
  return [...caps.values()].map(({ own }) => own)
}
