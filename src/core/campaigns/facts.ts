import type { Currency } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** A plan that an account was on from an instant until the next one. */
export interface PlanSince {
  readonly from: Instant
  /** `pro@3` */
  readonly plan: string
}

export interface PaidUseSince {
  readonly from: Instant
  readonly on: boolean
}

export type CustomFact = boolean | string | number

/** What the rules of a campaign may look at. Histories are from the journal, in order of time. */
export interface AccountFacts {
  readonly accountId: string
  readonly currency: Currency
  /** Cycles are counted from here. */
  readonly anchor: Instant
  readonly plans: readonly PlanSince[]
  readonly paidUse: readonly PaidUseSince[]
  readonly memberSince: Instant
  /** The following are stated by the operator; `null`: not stated. */
  readonly region: string | null
  readonly organisation: { readonly id: string; readonly accounts: number } | null
  readonly pastDue: boolean | null
  readonly seats: number | null
  /** Ids of incidents that the account was exposed to. */
  readonly incidents: readonly string[]
  readonly custom: Readonly<Record<string, CustomFact>>
  /** Campaigns of which the account has, or is about to get, credit. */
  readonly grantedBy: readonly string[]
}

/** The value of a history at an instant: what holds from `from` on holds at `from` itself. */
function lastBefore<T extends { readonly from: Instant }>(
  history: readonly T[],
  at: Instant,
): T | undefined {
  let found: T | undefined
  for (const step of history) if (step.from <= at) found = step
  return found
}

/** `null`: the account did not exist yet. */
export const planAt = (facts: AccountFacts, at: Instant): string | null =>
  lastBefore(facts.plans, at)?.plan ?? null

/** Off until somebody turned it on. */
export const paidUseAt = (facts: AccountFacts, at: Instant): boolean =>
  lastBefore(facts.paidUse, at)?.on ?? false

/** `pro` names every version of a plan, `pro@3` one. */
export const matchesPlan = (plans: readonly string[], ref: string | null): boolean =>
  ref !== null && plans.some((plan) => plan === ref || ref.startsWith(`${plan}@`))

/** Since when the account has been on one of these plans without a gap; `null`: it is not, at `at`. */
export function onPlansSince(
  facts: AccountFacts,
  plans: readonly string[],
  at: Instant,
): Instant | null {
  let since: Instant | null = null
  for (const step of facts.plans) {
    if (step.from > at) break
    since = matchesPlan(plans, step.plan) ? (since ?? step.from) : null
  }
  return since
}

/** When the account first came on one of these plans, up to `at`. */
export const firstOnPlans = (
  facts: AccountFacts,
  plans: readonly string[],
  at: Instant,
): Instant | null =>
  facts.plans.find((step) => step.from <= at && matchesPlan(plans, step.plan))?.from ?? null
