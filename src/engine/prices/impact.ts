import type pg from 'pg'
import { ratingBy } from '../../core/decisions/index.ts'
import { chargeOf, type EntryBody } from '../../core/ledger/index.ts'
import { readNanos } from '../../core/money/index.ts'
import { type CallImpact, type Impact, impactOf, type PriceBook } from '../../core/pricing/index.ts'
import type { Instant } from '../../core/time/index.ts'
import { entriesOfCalls } from '../../store/reads/entries.ts'
import { accountsAfter, billableCalls } from '../../store/reads/recent-calls.ts'

export interface ImpactAsked {
  readonly book: PriceBook
  /** Of the event, half-open. */
  readonly from: Instant
  readonly until: Instant
  /** Calls that are looked at, at most. */
  readonly callsMax: number
  /** When to end with what is there, as milliseconds since 1970. */
  readonly endsAtMs: number
}

export interface LookedAt {
  readonly accounts: number
  readonly calls: number
  /** There are accounts, or calls of an account, that were not looked at. */
  readonly partial: boolean
}

const ACCOUNTS_AT_ONCE = 50
const CALLS_AT_ONCE = 500

/**
 * Prices the calls of an interval with a book that is not in force, account by account, until all, `callsMax`
 * or the time is used up. No account gives more than a quarter of the calls, so that one that calls all the
 * time does not stand for the others. Reads only.
 */
export async function impactOfBook(
  pool: pg.Pool,
  asked: ImpactAsked,
  nowMs: () => number,
): Promise<Impact & { readonly lookedAt: LookedAt }> {
  const perAccount = Math.max(1, Math.floor(asked.callsMax / 4))
  const calls: CallImpact[] = []
  let accounts = 0
  let partial = false
  let after: string | null = null
  for (;;) {
    const ids: readonly string[] = await accountsAfter(pool, after, ACCOUNTS_AT_ONCE)
    if (ids.length === 0) break
    const used = await billableCalls(pool, {
      ...{ accountIds: ids, from: asked.from, until: asked.until, perAccount: perAccount + 1 },
      currency: asked.book.currency,
    })
    const taken = await impactsOf(pool, asked, {
      used,
      perAccount,
      room: asked.callsMax - calls.length,
    })
    calls.push(...taken.calls)
    partial ||= taken.partial
    accounts += taken.accounts
    after = ids.at(-1)!
    const isOver = calls.length >= asked.callsMax || nowMs() >= asked.endsAtMs
    if (isOver && (await accountsAfter(pool, after, 1)).length > 0) partial = true
    if (isOver) break
  }
  return { ...impactOf(calls), lookedAt: { accounts, calls: calls.length, partial } }
}

interface Page {
  readonly used: Awaited<ReturnType<typeof billableCalls>>
  readonly perAccount: number
  readonly room: number
}

async function impactsOf(pool: pg.Pool, { book }: ImpactAsked, page: Page) {
  const calls: CallImpact[] = []
  let accounts = 0
  let partial = false
  for (const { accountId, callIds } of page.used) {
    const room = Math.min(page.perAccount, page.room - calls.length)
    if (callIds.length > room) partial = true
    if (room <= 0) break
    accounts += 1
    const latest = callIds.slice(-room)
    for (let from = 0; from < latest.length; from += CALLS_AT_ONCE) {
      const some = latest.slice(from, from + CALLS_AT_ONCE)
      const entries = await entriesOfCalls(pool, accountId, some)
      for (const callId of some) {
        const bodies = (entries.get(callId) ?? []).map(({ body }) => body)
        const impact = impactOn(bodies, book)
        if (impact) calls.push({ accountId, callId, ...impact })
      }
    }
  }
  return { calls, accounts, partial }
}

/** `null`: it used nothing that has a price, or waits for the provider to say what it used. */
function impactOn(
  bodies: readonly EntryBody[],
  book: PriceBook,
): Omit<CallImpact, 'accountId' | 'callId'> | null {
  const charge = chargeOf(bodies)
  if (!charge?.settled.call) return null
  const rating = ratingBy(bodies, charge, book)
  if (!rating || rating.status === 'not_billed' || rating.status === 'usage_missing') return null
  const { settled } = charge
  const priced = bodies.findLast(({ rating: own }) => own?.status === 'priced')?.rating
  const before = priced?.status === 'priced' ? priced : null
  return {
    model: before?.model ?? settled.served?.model ?? charge.settled.call.model,
    plan: settled.plan ?? '',
    before: before && readNanos(before.total),
    after: rating.status === 'priced' ? readNanos(rating.total) : { missing: rating.missing },
  }
}
