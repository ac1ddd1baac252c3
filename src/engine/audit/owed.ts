import type pg from 'pg'
import type { Finding } from '../../core/audit/index.ts'
import { carried, owedToFinding } from '../../core/decisions/index.ts'
import { chargeOf, type EntryBody } from '../../core/ledger/index.ts'
import type { Nanos } from '../../core/money/index.ts'
import type { PriceBook } from '../../core/pricing/index.ts'
import { loadCatalogue } from '../../store/control/index.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'

/** Price books, where a call was rated anew: what is owed for it besides is reckoned with them. */
export async function booksOf(
  pool: pg.Pool,
  calls: ReadonlyMap<string, readonly { readonly body: EntryBody }[]>,
): Promise<readonly PriceBook[]> {
  const isRerated = [...calls.values()].flat().some(({ body }) => body.kind === 'rerate')
  return isRerated ? (await loadCatalogue(pool)).books : []
}

/**
 * What is owed for a finding about a charge that was rated anew: with the provider's report and the price books, which
 * the decision has not. `null`: it was not rated anew, or nothing is owed; the decision says so itself.
 */
export async function owedBesides(
  pool: pg.Pool,
  accountId: string,
  { key, remedy }: Finding,
): Promise<{ readonly amount: Nanos; readonly carried: Nanos } | null> {
  if (remedy.type !== 'refund') return null
  const calls = await entriesOfCalls(pool, accountId, [remedy.callId])
  const books = await booksOf(pool, calls)
  const bodies = (calls.get(remedy.callId) ?? []).map(({ body }) => body)
  const charge = books.length > 0 ? chargeOf(bodies) : null
  const amount = charge && owedToFinding(bodies, { key, amount: remedy.amount }, books)
  return charge && amount ? { amount, carried: carried(charge) } : null
}
