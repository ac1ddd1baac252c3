import { type Nanos, readNanos, ZERO } from '../money/index.ts'
import { DAY_MS, type Instant } from '../time/index.ts'
import { type AccountFacts, planAt } from './facts.ts'

/** Usage is taken over so many days before the campaign opened. */
export const BEFORE_DAYS = 28
/** Where the next band of tenure begins, in days on the day the campaign opened. */
export const TENURE_BAND_DAYS = [30, 90, 365] as const
/** Where the next band of usage begins, in the currency of the campaign. */
export const USAGE_BAND_AMOUNTS = ['1', '10', '100'] as const

/** An account, with what it is matched on. */
export interface Subject {
  readonly accountId: string
  /** Accounts of the same stratum are alike in plan, tenure band and usage band. */
  readonly stratum: string
  /** What it used in the days before the campaign opened, whoever paid. */
  readonly usageBefore: Nanos
}

/**
 * An account as it was when the campaign opened. One that did not exist yet is compared with such alone,
 * by its first plan.
 */
export function subjectOf(facts: AccountFacts, usageBefore: Nanos, opened: Instant): Subject {
  const existed = planAt(facts, opened) !== null
  const plan = (existed ? planAt(facts, opened) : facts.plans[0]?.plan) ?? ''
  const days = Math.floor((opened - facts.memberSince) / DAY_MS)
  const tenure = existed ? `${TENURE_BAND_DAYS.filter((from) => days >= from).length}` : 'later'
  const stratum = [plan.replace(/@\d+$/, ''), tenure, usageBand(usageBefore)].join(' ')
  return { accountId: facts.accountId, stratum, usageBefore }
}

function usageBand(usage: Nanos): string {
  if (usage <= ZERO) return 'none'
  return `${USAGE_BAND_AMOUNTS.filter((from) => usage >= readNanos(from)).length}`
}

export interface Pair<Claimer extends Subject = Subject> {
  readonly claimer: Claimer
  readonly other: Subject
}

export interface Matching<Claimer extends Subject = Subject> {
  readonly pairs: readonly Pair<Claimer>[]
  /** Claimers in whose stratum nobody was left. */
  readonly unmatched: number
}

/**
 * Gives each claimer, in the order given, one account of its stratum that did not claim: that whose usage
 * before was nearest, then the lesser usage, then the first id. Nobody is taken twice.
 */
export function matchClaimers<Claimer extends Subject>(
  claimers: readonly Claimer[],
  others: readonly Subject[],
): Matching<Claimer> {
  const free = new Map<string, Subject[]>()
  for (const other of [...others].sort(byUsage)) {
    const own = free.get(other.stratum)
    if (own) own.push(other)
    else free.set(other.stratum, [other])
  }
  const pairs = claimers.flatMap((claimer) => {
    const other = takeNearest(free.get(claimer.stratum) ?? [], claimer.usageBefore)
    return other ? [{ claimer, other }] : []
  })
  return { pairs, unmatched: claimers.length - pairs.length }
}

function byUsage(a: Subject, b: Subject): number {
  if (a.usageBefore !== b.usageBefore) return a.usageBefore < b.usageBefore ? -1 : 1
  return a.accountId < b.accountId ? -1 : 1
}

/** Takes the nearest out of a list that is in order of usage. */
function takeNearest(sorted: Subject[], usage: Nanos): Subject | undefined {
  const above = firstFrom(sorted, usage)
  const upper = sorted[above]
  const below = sorted[above - 1]
  if (!below) return upper && sorted.splice(above, 1)[0]
  if (upper && upper.usageBefore - usage < usage - below.usageBefore)
    return sorted.splice(above, 1)[0]
  // of several with the same usage the first by id
  return sorted.splice(firstFrom(sorted, below.usageBefore), 1)[0]
}

/** The place of the first one with at least this usage. */
function firstFrom(sorted: readonly Subject[], usage: Nanos): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]!.usageBefore < usage) low = middle + 1
    else high = middle
  }
  return low
}
