import type { EntryBody, LotFacts } from '../ledger/entry.ts'
import { type Nanos, parseNanos, subtract, ZERO } from '../money/index.ts'
import { type Instant, parseInstant } from '../time/index.ts'

/** What the audit keeps of a lot: its terms, and what is left of it by the audit's own sums. */
export interface KnownLot {
  facts: LotFacts
  remaining: Nanos
  over: boolean
}

/** A run of a window by the audit's own sums. */
export interface KnownRun {
  id: string
  start: string
  end: string
  capacity: Nanos
  used: Nanos
  /** Its length may differ from its plan's: a plan change or a reset has moved it. */
  resized: boolean
}

/** A call that may still be found to have been sent twice. */
export interface RecentCall {
  callId: string
  seq: number
  at: Instant
  charged: Nanos
  retryCount: number
  /** Its answer may not have reached the caller. */
  lost: boolean
}

/** A covered call whose money waits for room in its windows. */
export interface WaitingDraw {
  callId: string
  seq: number
  at: Instant
  money: Nanos
  runs: string[]
}

export interface KnownCap {
  id: string
  amount: Nanos
  spent: Map<string, Nanos>
}

export interface ReloadTerms {
  seq: number
  consented: boolean
  amount: Nanos | null
  perDay: Nanos
  perMonth: Nanos
}

/** One hour of use. */
export interface BurnHour {
  hour: number
  cost: Nanos
  calls: number
}

/**
 * An account as the audit has added it up by itself, entry by entry. It shares no code with the fold that
 * decisions use, so that a fault there does not hide here.
 */
export class AuditedAccount {
  seq = 0
  currency = ''
  plan = ''
  anchor: Instant = 0 as Instant
  paidUse = false
  readonly lots = new Map<string, KnownLot>()
  readonly runs = new Map<string, KnownRun>()
  readonly credited = new Map<string, number>()
  readonly upstreams = new Map<string, RecentCall>()
  readonly asked = new Map<string, RecentCall>()
  readonly waiting = new Map<string, WaitingDraw>()
  readonly caps = new Map<string, KnownCap>()
  reload: ReloadTerms | null = null
  reloads: { at: Instant; total: Nanos }[] = []
  hours: BurnHour[] = []
  equal = new Map<string, number>()
  misses = 0

  /** Takes an entry into the sums, after it was looked at. */
  add(body: EntryBody): void {
    this.seq = body.seq
    if (body.account) {
      this.currency = body.account.currency
      this.plan = body.account.plan
      this.anchor = instantOf(body.account.anchor)
    }
    if (body.refused) return
    if (body.kind === 'change_plan' && body.plan) this.plan = body.plan
    if (body.subscription) this.plan = body.subscription.plan
    if (body.controls?.paid_use !== undefined) this.paidUse = body.controls.paid_use
    this.#addLots(body)
    this.#addRuns(body)
  }

  #addLots(body: EntryBody): void {
    if (body.lot)
      this.lots.set(body.lot.id, {
        facts: body.lot,
        remaining: amountOf(body.lot.face),
        over: false,
      })
    for (const facts of body.restored_lots ?? []) {
      const old = this.lots.get(facts.id)
      this.lots.set(facts.id, { facts, remaining: old?.remaining ?? ZERO, over: false })
    }
    for (const { source, drawn } of body.funding ?? []) {
      const lot = this.lots.get(source)
      if (lot) lot.remaining = subtract(lot.remaining, amountOf(drawn))
    }
    if ((body.kind === 'void_lot' || body.kind === 'charge_back') && body.lot_id) {
      const lot = this.lots.get(body.lot_id)
      if (lot) lot.over = true
    }
  }

  #addRuns(body: EntryBody): void {
    for (const { id, start, end, capacity, drawn } of body.windows ?? []) {
      if (start === null || end === null) continue
      const key = runKey(id, start)
      const resized = RESIZING.includes(body.kind)
      const old = this.runs.get(key)
      this.runs.set(key, {
        id,
        start,
        end: old && !resized ? old.end : end,
        capacity: old && !resized ? old.capacity : amountOf(capacity),
        used: ((old?.used ?? 0n) + amountOf(drawn)) as Nanos,
        resized: resized || (old?.resized ?? false),
      })
    }
    const now = instantOf(body.at)
    for (const [key, run] of this.runs)
      if (instantOf(run.end) + RUN_KEPT_MS < now) this.runs.delete(key)
  }
}

/** Calls that end late still draw on the run in which they began. */
const RUN_KEPT_MS = 35 * 86_400_000

const RESIZING: readonly string[] = [
  'change_plan',
  'change_subscription',
  'cancel_subscription',
  'renew_subscription',
  'lapse_subscription',
  'redeem_reset',
]

export const runKey = (id: string, start: string): string => `${id}@${start}`

/** Reads an amount of the journal; one that is none is as bad as a wrong one, and is told apart by verify. */
export const amountOf = (text: string | undefined): Nanos => parseNanos(text ?? '0') ?? ZERO

export const instantOf = (text: string): Instant => parseInstant(text) ?? (0 as Instant)
