import type { Nanos } from '../money/index.ts'
import type { Instant, Interval } from '../time/index.ts'
import { billingPeriod } from './plan-price.ts'
import type { PlanPeriod } from './types.ts'

/** What is to happen when the present period ends, instead of going on. */
export interface ScheduledChange {
  readonly type: 'change' | 'cancel'
  /** Plan reference; of the fallback for `cancel`. */
  readonly plan: string
  readonly seats: number
}

/** A fee that was due and has not been paid. */
export interface UnpaidFee {
  readonly since: Instant
  /** When it was first asked for, where that was later: the grace is counted from here. */
  readonly askedAt?: Instant
  /** Why not: the processor's word, or `awaiting_payment`. */
  readonly code: string
  /** Payments that were refused; an attempt whose end is unknown is none. */
  readonly declines: number
  readonly retryAt: Instant
}

/**
 * An account's agreement: what is paid for, until when, and what comes then. Credit (lots) is no part
 * of it and does not depend on it.
 */
export interface Subscription {
  /** `ended`: on a plan without a fee, with what is left of it (seats, credit for fees). */
  readonly status: 'active' | 'past_due' | 'ended'
  readonly seats: number
  /** Periods are counted from here. */
  readonly anchor: Instant
  readonly period: PlanPeriod
  /** Number of the present period from the anchor. */
  readonly index: number
  /** The free plan that it falls to. */
  readonly fallback: string
  readonly next: ScheduledChange | null
  readonly unpaid: UnpaidFee | null
  /** Unused time that was given back: the next fees are paid from it first. Never a usage lot. */
  readonly credit: Nanos
  readonly lastPaymentId: string | null
  /** The most that a card may be charged for a period, tax excluded; `null`: nobody has agreed to any. */
  readonly agreedFee: Nanos | null
}

/** The period that is paid for; `null` when there is none. */
export const periodNow = (own: Subscription): Interval | null =>
  own.status === 'ended' ? null : billingPeriod(own.anchor, own.period, own.index)

/** A reset that was given to the account holder, to be used when it suits. */
export interface BankedReset {
  readonly id: string
  readonly name: string
  /** The window it is for; `null` = the holder chooses. */
  readonly windowId: string | null
  readonly grantedAt: Instant
  /** Not part of its life. */
  readonly expiresAt: Instant
}
