import type pg from 'pg'
import {
  AFTER_WEEKS,
  BEFORE_DAYS,
  type Campaign,
  type Comparison,
  compare,
  evaluate,
  matchClaimers,
  type Outcome,
  type Pair,
  type Subject,
  subjectOf,
} from '../../core/campaigns/index.ts'
import { DAY_MS, type Instant, instant } from '../../core/time/index.ts'
import { lastUntil } from '../../store/campaigns/campaigns.ts'
import {
  claimantsAmong,
  type FirstClaim,
  firstClaims,
  outcomesOf,
  usageWithin,
} from '../../store/campaigns/comparison.ts'
import { loadFacts } from '../../store/campaigns/facts.ts'
import { AUDIENCE_PAGE, prospects } from './audience.ts'

const CLAIMERS_MAX = 1_000
const OTHERS_MAX = 20_000
const AFTER_MS = AFTER_WEEKS * 7 * DAY_MS

interface Claimer extends Subject {
  readonly claimedAt: Instant
}

export interface CampaignComparison {
  /** What accounts are matched on is as of this instant. */
  readonly openedAt: Instant
  /** The rules are asked of those who did not claim as of this instant: the last one of claiming. */
  readonly judgedAt: Instant
  readonly sizes: {
    /** Accounts with credit of the campaign whose weeks after the claim are over. */
    readonly claimers: number
    /** Accounts whose weeks after the claim are not over: they are left out. */
    readonly tooRecent: number
    /** Accounts that fulfil every rule and did not claim. */
    readonly others: number
    readonly pairs: number
    /** Claimers for whom nobody alike was left. */
    readonly unmatched: number
    /** Whether all claimers and all other accounts were looked at. */
    readonly complete: boolean
  }
  readonly comparison: Comparison
}

/** Follows claimers and accounts like them that did not claim for the same weeks, and compares them. */
export async function compareClaimers(
  pool: pg.Pool,
  campaign: Campaign,
  at: Instant,
): Promise<CampaignComparison> {
  const openedAt = instant(Math.min(...campaign.waves.map(({ claim }) => claim.from.at)))
  const judgedAt = instant(Math.min(at, lastUntil(campaign) ?? at))
  const claims = await firstClaims(pool, campaign.id, CLAIMERS_MAX + 1)
  const read = claims.slice(0, CLAIMERS_MAX)
  const old = read.filter(({ claimedAt }) => claimedAt + AFTER_MS <= at)
  const times = { at, openedAt, judgedAt }
  const claimers = await claimersOf(pool, old, times)
  const others = await othersOf(pool, campaign, times)
  const { pairs, unmatched } = matchClaimers(claimers, others.subjects)
  return {
    openedAt,
    judgedAt,
    sizes: {
      claimers: claimers.length,
      tooRecent: read.length - old.length,
      others: others.subjects.length,
      pairs: pairs.length,
      unmatched,
      complete: others.complete && read.length === claims.length,
    },
    comparison: await follow(pool, pairs),
  }
}

interface Times {
  readonly at: Instant
  readonly openedAt: Instant
  readonly judgedAt: Instant
}

const usageBefore = (pool: pg.Pool, accountIds: readonly string[], { openedAt }: Times) =>
  usageWithin(pool, accountIds, {
    from: instant(openedAt - BEFORE_DAYS * DAY_MS),
    to: openedAt,
  })

async function claimersOf(
  pool: pg.Pool,
  claims: readonly FirstClaim[],
  times: Times,
): Promise<readonly Claimer[]> {
  const found: Claimer[] = []
  for (let from = 0; from < claims.length; from += AUDIENCE_PAGE) {
    const page = claims.slice(from, from + AUDIENCE_PAGE)
    const ids = page.map(({ accountId }) => accountId)
    const used = await usageBefore(pool, ids, times)
    const loaded = await loadFacts(pool, ids, times.at)
    for (const { accountId, claimedAt } of page) {
      const own = loaded.get(accountId)
      if (own) found.push({ ...subjectOf(own.facts, used(accountId), times.openedAt), claimedAt })
    }
  }
  return found
}

async function othersOf(
  pool: pg.Pool,
  campaign: Campaign,
  times: Times,
): Promise<{ readonly subjects: readonly Subject[]; readonly complete: boolean }> {
  const subjects: Subject[] = []
  let looked = 0
  for await (const page of prospects(pool, { after: null, at: times.at })) {
    if (looked >= OTHERS_MAX) return { subjects, complete: false }
    const ids = page.map(({ accountId }) => accountId)
    const claimants = await claimantsAmong(pool, campaign.id, ids)
    const used = await usageBefore(pool, ids, times)
    for (const { accountId, facts } of page)
      if (!claimants.has(accountId) && evaluate(campaign, facts, times.judgedAt).eligible)
        subjects.push(subjectOf(facts, used(accountId), times.openedAt))
    looked += page.length
  }
  return { subjects, complete: true }
}

/** Both of a pair are followed from the claim of the one. */
async function follow(pool: pg.Pool, pairs: readonly Pair<Claimer>[]): Promise<Comparison> {
  const followed = pairs.flatMap(({ claimer, other }) =>
    [claimer, other].map(({ accountId }) => ({ accountId, from: claimer.claimedAt })),
  )
  const outcomes = new Map<string, Outcome>()
  for (let from = 0; from < followed.length; from += FOLLOWED_PAGE) {
    const page = await outcomesOf(pool, followed.slice(from, from + FOLLOWED_PAGE))
    for (const [id, own] of page) outcomes.set(id, own)
  }
  return compare(
    pairs.flatMap(({ claimer, other }) => {
      const [first, second] = [outcomes.get(claimer.accountId), outcomes.get(other.accountId)]
      return first && second ? [{ claimer: first, other: second }] : []
    }),
  )
}

const FOLLOWED_PAGE = 500
