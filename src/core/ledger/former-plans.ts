import { HOUR_MS, type Instant } from '../time/index.ts'
import type { EntryBody } from './entry.ts'
import { readInstant } from './facts.ts'
import type { AccountState } from './state.ts'

/** An event reported up to this late still counts in the period, and by the plan, of its own time. */
export const EVENT_GRACE_MS = HOUR_MS

/** A plan that an account was on, for the events that are reported after it changed. */
export interface FormerPlan {
  /** `pro@3` */
  readonly plan: string
  /** `null`: none were paid for, so as few as the plan allows. */
  readonly seats: number | null
  /** When the next one came into force. */
  readonly until: Instant
}

/** Seats that are paid for; `null`: none. */
export const paidSeats = ({ subscription }: Pick<AccountState, 'subscription'>): number | null =>
  subscription && subscription.status !== 'ended' ? subscription.seats : null

/** Keeps the plan that an entry has ended, and lets go of those whose events come too late by now. */
export function foldFormerPlans(
  before: AccountState,
  after: AccountState,
  body: EntryBody,
): AccountState {
  if (before.plan === after.plan && before.subscription === after.subscription) return after
  const seats = paidSeats(before)
  if (before.plan === after.plan && seats === paidSeats(after)) return after
  const until = readInstant(body.at)
  const kept = before.formerPlans.filter((own) => own.until + EVENT_GRACE_MS > until)
  return { ...after, formerPlans: [...kept, { plan: before.plan, seats, until }] }
}

/** The plan that the account had at a moment of the last hour, where it has another one now. */
export const formerPlanAt = (
  { formerPlans }: Pick<AccountState, 'formerPlans'>,
  at: Instant,
): FormerPlan | null => formerPlans.find(({ until }) => at < until) ?? null

/** The stored form. */
export type FormerPlanJson = [plan: string, seats: number | null, until: number]

export const encodeFormerPlan = (own: FormerPlan): FormerPlanJson => [
  own.plan,
  own.seats,
  own.until,
]

export const decodeFormerPlan = ([plan, seats, until]: FormerPlanJson): FormerPlan => ({
  ...{ plan, seats },
  until: until as Instant,
})
