import { type Change, type HoldBody, placeHold } from '../../../src/core/decisions/index.ts'
import type { Cap } from '../../../src/core/funding/index.ts'
import {
  type AccountState,
  apply,
  bodyText,
  type CapCounter,
  type EntryBody,
  encodeState,
  GENESIS_HASH,
} from '../../../src/core/ledger/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import { chainHash } from '../../../src/store/chain-hash.ts'
import {
  checkCaps,
  checkHold,
  checkSources,
  checkTotals,
  checkTrace,
  hasRankedTrace,
} from '../../../src/store/verify/entry-checks.ts'
import { stateDifference } from '../../../src/store/verify/state-diff.ts'
import {
  checkFee,
  checkLotsKept,
  checkResets,
  PlanCredit,
} from '../../../src/store/verify/subscription-checks.ts'
import { Calls } from './calls.ts'
import type { Stored } from './journal.ts'

const NEVER_BILLED = new Set([
  'error_before_output',
  'refused_before_output',
  'upstream_failed_mid_stream',
  'client_aborted_before_output',
  'usage_zero_with_output',
  'gateway_crashed',
  'served_from_cache',
])

function fail(invariant: string, message: string, about: unknown): never {
  throw new Error(
    `invariant ${invariant}: ${message}\n${JSON.stringify(about, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}`,
  )
}

/**
 * Watches one account from outside and recomputes what it can from the journal alone: balances from
 * the postings, charges from the entries, the state from the fold. Throws at the first difference.
 */
export class Auditor {
  /** Sums of the postings, by ledger account (and lot), in nanos. */
  readonly balances = new Map<string, bigint>()
  readonly lots = new Map<string, bigint>()
  readonly calls = new Calls()
  readonly #planCredit = new PlanCredit()
  /** Posted and held, by cap and bucket, as last seen. */
  readonly #totals = new Map<string, bigint>()
  #folded: AccountState | null = null
  #hash = GENESIS_HASH

  check(stored: Stored, before: AccountState | null, change: Change): void {
    const state = stored.state!
    if (change.entry) this.#entry(stored, before, change.entry)
    this.#state(stored, state)
    this.#caps(stored, state)
  }

  #entry(stored: Stored, before: AccountState | null, entry: EntryBody): void {
    const sealed = stored.entries.at(-1)!
    if (entry.seq !== (before?.seq ?? 0) + 1)
      fail('3', `seq ${entry.seq} after ${before?.seq}`, entry)
    if (chainHash(this.#hash, bodyText(sealed.body)) !== sealed.hash)
      fail('3', 'the hash is not that of the previous hash and the body', entry)
    this.#hash = sealed.hash
    this.#folded = { ...apply(this.#folded, sealed.body), hash: sealed.hash }
    this.#postings(entry)
    for (const problem of [
      checkCaps(entry),
      checkSources(this.#folded),
      hasRankedTrace(entry) && entry.funding ? checkTrace(entry) : null,
      checkHold(entry),
      checkTotals(entry),
      checkFee(entry),
      checkLotsKept(entry, before),
      checkResets(entry, before),
      this.#planCredit.check(entry, this.#folded),
    ])
      if (problem !== null) fail('2, 6-8, 10, 14, 15', problem, entry)
    this.#transition(before, stored.state!, entry)
    if (entry.refused) this.#refusal(before, stored.state!, entry)
    this.#outcome(entry)
    this.calls.observe(entry)
  }

  /** 14: whatever becomes of the plan, each lot that has something left is as it was. */
  #transition(before: AccountState | null, after: AccountState, entry: EntryBody): void {
    if (!entry.transition && entry.kind !== 'change_plan' && entry.kind !== 'redeem_reset') return
    const lots = (state: AccountState | null) =>
      JSON.stringify(
        (state ? encodeState(state).lots : []).filter(
          (lot) => lot.remaining !== '0' || lot.held !== '0',
        ),
      )
    if (lots(before) !== lots(after)) fail('14', `${entry.kind} changed a lot`, entry)
  }

  #postings(entry: EntryBody): void {
    const sums = new Map<string, bigint>()
    if (entry.postings.length === 1) fail('1', 'a single posting', entry)
    for (const [account, asset, text, lot] of entry.postings) {
      const amount = readNanos(text)
      if (amount === 0n) fail('1', `a posting of nothing on ${account}`, entry)
      if (account.startsWith('included:') !== asset.endsWith('.included'))
        fail('1', `${account} carries ${asset}`, entry)
      sums.set(asset, (sums.get(asset) ?? 0n) + amount)
      this.balances.set(account, (this.balances.get(account) ?? 0n) + amount)
      if (lot !== undefined) this.lots.set(lot, (this.lots.get(lot) ?? 0n) + amount)
    }
    for (const [asset, sum] of sums) if (sum !== 0n) fail('1', `${asset} sums to ${sum}`, entry)
    this.#draws(entry)
  }

  /** The trace and the postings tell the same story of each lot. */
  #draws(entry: EntryBody): void {
    if (entry.refused) return
    for (const source of entry.funding ?? []) {
      if (source.class === 'included' || source.class === 'overage') continue
      const posted = entry.postings
        .filter(([, , , lot]) => lot === source.source)
        .reduce((sum, [, , amount]) => sum + readNanos(amount), 0n)
      if (posted !== -readNanos(source.drawn))
        fail('15', `${source.source}: ${source.drawn} in the trace, ${posted} posted`, entry)
    }
  }

  /** 5: a refusal moves nothing but the sequence and the clock. */
  #refusal(before: AccountState | null, after: AccountState, entry: EntryBody): void {
    if (entry.postings.length > 0) fail('5', 'a refusal posts', entry)
    const strip = (state: AccountState) => {
      const { seq: _s, hash: _h, last_at: _l, windows, caps: _c, ...rest } = encodeState(state)
      return JSON.stringify({ ...rest, held: windows.flatMap((own) => own.slice(4)) })
    }
    const pruned = before && before.windows.length !== after.windows.length
    if (before && !pruned && strip(before) !== strip(after))
      fail('5', 'a refusal moved state', entry)
  }

  /** 11: what failed costs nothing. */
  #outcome(entry: EntryBody): void {
    if (!entry.outcome || !NEVER_BILLED.has(entry.outcome.code)) return
    if (!entry.outcome.policy.startsWith('default/')) return
    const { money = '0', included = '0' } = entry.totals ?? {}
    if (money !== '0' || included !== '0') fail('11', `${entry.outcome.code} was charged`, entry)
  }

  #state(stored: Stored, state: AccountState): void {
    const rebuilt = [...stored.holds.values()].reduce<AccountState>(
      (own, hold: HoldBody) => placeHold(own, hold),
      this.#folded!,
    )
    const difference = stateDifference(state, rebuilt)
    if (difference !== null) fail('2', difference, stored.entries.at(-1)?.body)
    this.#lotBalances(state)
    this.#byCategory(state)
    const owed = -(this.balances.get('customer:overage_receivable') ?? 0n)
    if (owed !== state.overage.used)
      fail('2', `overage ${state.overage.used}, posted ${owed}`, state)
    if (state.overage.held < 0n) fail('7', 'overage held below zero', state.overage)
  }

  /** The postings of a lot are what the state says is left of it. */
  #lotBalances(state: AccountState): void {
    for (const lot of state.lots) {
      const posted = this.lots.get(lot.id) ?? 0n
      if (posted !== lot.remaining)
        fail('2', `lot ${lot.id}: ${lot.remaining}, posted ${posted}`, lot)
      if (lot.remaining > lot.face) fail('12', `lot ${lot.id} holds more than its face`, lot)
    }
    for (const [id, posted] of this.lots)
      if (posted !== 0n && !state.lots.some((lot) => lot.id === id))
        fail('2', `lot ${id} is not kept although ${posted} is left`, state.lots)
  }

  /** 13: promotional credit stays promotional, paid stays paid. */
  #byCategory(state: AccountState): void {
    const sums = { paid: 0n, promotional: 0n }
    for (const lot of state.lots) sums[lot.category] += lot.remaining
    const paid = this.balances.get('customer:prepaid') ?? 0n
    const promotional = this.balances.get('customer:promotional') ?? 0n
    if (paid !== sums.paid) fail('13', `prepaid ${paid}, paid lots ${sums.paid}`, state.lots)
    if (promotional !== sums.promotional)
      fail('13', `promotional ${promotional}, lots ${sums.promotional}`, state.lots)
  }

  /** 6 and 7 for the counters, in the state and beside it. */
  #caps(stored: Stored, state: AccountState): void {
    for (const { cap, counters } of [...state.caps, ...stored.scopedCaps.values()])
      for (const counter of counters) {
        if (counter.held < 0n || counter.spent < 0n)
          fail('7', `cap ${cap.id}: ${counter.spent} spent, ${counter.held} held`, counter)
        const held = [...stored.holds.values()]
          .flatMap((hold) => hold.caps)
          .filter((use) => use.id === cap.id && use.bucket === counter.bucket)
          .reduce((sum, use) => sum + readNanos(use.drawn), 0n)
        if (held !== counter.held)
          fail('2', `cap ${cap.id} holds ${counter.held}, not ${held}`, counter)
        this.#limit(cap, counter, state)
      }
  }

  /**
   * 6: what is posted and held grows only up to the limit of the moment, worked out here from the cap's
   * words. Above a limit that was lowered, or whose raise has ended, it only falls.
   */
  #limit(cap: Cap, counter: CapCounter, state: AccountState): void {
    const name = `${cap.id} ${counter.bucket}`
    const total = counter.spent + counter.held
    const before = this.#totals.get(name) ?? 0n
    this.#totals.set(name, total)
    const each = cap.scopeId === '*' ? (counter.bucket.split('@')[1] ?? null) : null
    const raises = (cap.raises ?? []).filter(
      (own) => own.for === each && (own.until === null || state.lastAt < own.until),
    )
    const limit = [cap.amount, ...raises.map(({ to }) => to)].sort((a, b) => (a < b ? 1 : -1))[0]!
    if (total > limit && total > before)
      fail('6', `${name}: ${before} to ${total} of ${limit}`, cap)
  }

  /** 9: no covered call has drawn money in window runs that still have room for it. */
  checkAtRest(stored: Stored): void {
    const problem = this.calls.moneyBesideRoom([...stored.holds.values()])
    if (problem !== null) fail('9', problem, stored.entries.at(-1)?.body)
  }

  /** The whole journal folded anew: a slow check for the end of a history. */
  checkFold(stored: Stored): void {
    let state: AccountState | null = null
    for (const { body, hash } of stored.entries) state = { ...apply(state, body), hash }
    const rebuilt = [...stored.holds.values()].reduce<AccountState>(placeHold, state!)
    const difference = stateDifference(stored.state!, rebuilt)
    if (difference !== null) fail('2', difference, null)
    let book = 0n
    for (const amount of this.balances.values()) book += amount
    if (book !== 0n) fail('1', `the book sums to ${book}`, [...this.balances])
  }
}
