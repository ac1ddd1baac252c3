import type { BankedReset, PlanPeriod, Subscription } from '../funding/index.ts'
import { formatNanos, readNanos } from '../money/index.ts'
import { formatInstant } from '../time/index.ts'
import type { Amount, Timestamp } from './entry-facts.ts'
import { readInstant } from './facts.ts'

/** A subscription as an entry leaves it: whole, so that the fold takes it as it stands. */
export interface SubscriptionFacts {
  /** The plan that the account has now. */
  readonly plan: string
  readonly status: Subscription['status']
  readonly seats: number
  readonly anchor: Timestamp
  readonly period: PlanPeriod
  readonly index: number
  readonly fallback: string
  readonly next: Subscription['next']
  readonly unpaid: {
    readonly since: Timestamp
    /** When it was first asked for, where that was later. */
    readonly asked_at?: Timestamp
    readonly code: string
    readonly declines: number
    readonly retry_at: Timestamp
  } | null
  /** Left of unused time that was given back; the next fees are paid from it first. */
  readonly credit: Amount
  readonly last_payment_id: string | null
  /** The most that a card may be charged for a period, tax excluded; absent: nobody has agreed to any. */
  readonly agreed_fee?: Amount
}

/** A line of a fee: signed, from the platform's side; the lines add up to the net fee. */
export interface FeeLineFacts {
  /** `waived`: less than one minor unit, which no card can pay. */
  readonly type: 'unused_time' | 'plan' | 'seats' | 'waived'
  readonly plan: string
  readonly seats: number
  /** The fee of the whole period that the line is a part of. */
  readonly full: Amount
  /** When that whole period began; absent on entries of before it was written down. */
  readonly period_start?: Timestamp
  readonly from: Timestamp
  readonly to: Timestamp
  readonly amount: Amount
}

/** What a transition costs: `net = credit_used + due - credit_added`, and due is what a payment pays. */
export interface FeeFacts {
  readonly lines: readonly FeeLineFacts[]
  readonly net: Amount
  readonly credit_used: Amount
  readonly credit_added: Amount
  /** Tax excluded; a whole number of minor units. */
  readonly due: Amount
  readonly tax: Amount
  readonly billing: 'prepaid' | 'invoiced'
}

/** What becomes of a window by a transition. */
export interface WindowChangeFacts {
  readonly id: string
  /** `resized` keeps its run; `opens` begins with the next call; `closes` is not offered any more. */
  readonly change: 'kept' | 'resized' | 'opens' | 'closes'
  /** Of the run that is open, or of the next where none is. */
  readonly capacity_before: Amount | null
  readonly capacity_after: Amount | null
}

/** From what to what, and when. */
export interface TransitionFacts {
  readonly type:
    | 'start'
    | 'upgrade'
    | 'downgrade'
    | 'change'
    | 'seats'
    | 'keep'
    | 'cancel'
    | 'renew'
    | 'lapse'
  readonly when: 'now' | 'period_end'
  /** When it takes effect. */
  readonly effective_at: Timestamp
  /** Prorated as of this moment. */
  readonly priced_at: Timestamp
  readonly from_plan: string
  readonly to_plan: string
  readonly from_seats: number
  readonly to_seats: number
  readonly windows: readonly WindowChangeFacts[]
  /** Credit that stays as it is: every lot that has something left. */
  readonly lots_kept: readonly { readonly id: string; readonly remaining: Amount }[]
  readonly next_renewal: Timestamp | null
  /** Digest of all that was agreed: a preview of other terms is refused. */
  readonly terms: string
}

export interface ResetFacts {
  readonly id: string
  readonly name: string
  readonly window_id: string | null
  readonly granted_at: Timestamp
  readonly expires_at: Timestamp
}

export const subscriptionFacts = (own: Subscription, plan: string): SubscriptionFacts => ({
  plan,
  status: own.status,
  seats: own.seats,
  anchor: formatInstant(own.anchor),
  period: own.period,
  index: own.index,
  fallback: own.fallback,
  next: own.next,
  unpaid: own.unpaid && {
    since: formatInstant(own.unpaid.since),
    ...(own.unpaid.askedAt !== undefined && { asked_at: formatInstant(own.unpaid.askedAt) }),
    code: own.unpaid.code,
    declines: own.unpaid.declines,
    retry_at: formatInstant(own.unpaid.retryAt),
  },
  credit: formatNanos(own.credit),
  last_payment_id: own.lastPaymentId,
  ...(own.agreedFee !== null && { agreed_fee: formatNanos(own.agreedFee) }),
})

export const subscriptionOf = (facts: SubscriptionFacts): Subscription => ({
  status: facts.status,
  seats: facts.seats,
  anchor: readInstant(facts.anchor),
  period: facts.period,
  index: facts.index,
  fallback: facts.fallback,
  next: facts.next,
  unpaid: facts.unpaid && {
    since: readInstant(facts.unpaid.since),
    ...(facts.unpaid.asked_at !== undefined && { askedAt: readInstant(facts.unpaid.asked_at) }),
    code: facts.unpaid.code,
    declines: facts.unpaid.declines,
    retryAt: readInstant(facts.unpaid.retry_at),
  },
  credit: readNanos(facts.credit),
  lastPaymentId: facts.last_payment_id,
  agreedFee: facts.agreed_fee === undefined ? null : readNanos(facts.agreed_fee),
})

export const resetFacts = (own: BankedReset): ResetFacts => ({
  id: own.id,
  name: own.name,
  window_id: own.windowId,
  granted_at: formatInstant(own.grantedAt),
  expires_at: formatInstant(own.expiresAt),
})

export const resetOf = (facts: ResetFacts): BankedReset => ({
  id: facts.id,
  name: facts.name,
  windowId: facts.window_id,
  grantedAt: readInstant(facts.granted_at),
  expiresAt: readInstant(facts.expires_at),
})
