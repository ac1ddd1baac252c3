import type pg from 'pg'
import { type Evaluation, evaluate, matchesPlan, planAt } from '../../core/campaigns/index.ts'
import type { Instant } from '../../core/time/index.ts'
import type { CampaignRecord } from '../../store/campaigns/campaigns.ts'
import { claimantsAmong } from '../../store/campaigns/comparison.ts'
import { loadFacts } from '../../store/campaigns/facts.ts'
import { type Notice, noticesOf, toldNotClaimed } from '../../store/campaigns/telling.ts'
import { namesOf } from '../../store/control/index.ts'
import { AUDIENCE_PAGE, type Prospect, prospects } from './audience.ts'

/** `not_told`: fulfils every rule, and was not told; `told`: was told. Both have not claimed. */
export const AUDIENCE_STAGES = ['not_told', 'told'] as const
export type AudienceStage = (typeof AUDIENCE_STAGES)[number]

export interface AudienceQuery {
  readonly stage: AudienceStage
  /** `pro` or `pro@3`; `null`: any. */
  readonly plan: string | null
  /** Whether the account holder has seen the campaign; `null`: either. */
  readonly seen: boolean | null
  readonly after: string | null
  readonly limit: number
  readonly at: Instant
}

export interface AudienceMember {
  readonly accountId: string
  readonly name: string
  readonly plan: string | null
  readonly evaluation: Evaluation
  readonly notice: Notice
}

export interface AudiencePage {
  readonly members: readonly AudienceMember[]
  /** The account after which the next page begins; `null`: all were looked at. */
  readonly next: string | null
}

/** Accounts that one answer looks at, at the least: one that finds few still ends soon. */
const LOOKED_MAX = 5_000
const NOT_TOLD: Notice = { toldAt: null, seenAt: null }

/** Accounts of one stage, by id. A page may be short, or empty, and yet have a next one. */
export async function listAudience(
  pool: pg.Pool,
  record: CampaignRecord,
  query: AudienceQuery,
): Promise<AudiencePage> {
  const members: AudienceMember[] = []
  let looked = 0
  const pages = query.stage === 'told' ? told : prospects
  for await (const page of pages(pool, { ...query, campaignId: record.campaign.id })) {
    const found = await membersOf(pool, { record, query, page })
    for (const member of found) {
      if (members.length === query.limit) return { members, next: members.at(-1)!.accountId }
      members.push(member)
    }
    looked += page.length
    const last = page.at(-1)?.accountId
    if (looked >= LOOKED_MAX && last !== undefined) return { members, next: last }
  }
  return { members, next: null }
}

async function* told(
  pool: pg.Pool,
  order: { readonly campaignId: string; readonly after: string | null; readonly at: Instant },
): AsyncGenerator<readonly Prospect[]> {
  let { after } = order
  for (;;) {
    const ids = await toldNotClaimed(pool, order.campaignId, { after, limit: AUDIENCE_PAGE })
    if (ids.length === 0) return
    const [loaded, names] = await Promise.all([loadFacts(pool, ids, order.at), namesOf(pool, ids)])
    yield ids.flatMap((accountId) => {
      const own = loaded.get(accountId)
      return own ? [{ ...own, accountId, name: names.get(accountId) ?? '' }] : []
    })
    after = ids.at(-1)!
  }
}

async function membersOf(
  pool: pg.Pool,
  work: {
    readonly record: CampaignRecord
    readonly query: AudienceQuery
    readonly page: readonly Prospect[]
  },
): Promise<readonly AudienceMember[]> {
  const { record, query, page } = work
  const { campaign } = record
  const ids = page.map(({ accountId }) => accountId)
  const [claimants, notices] = await Promise.all([
    claimantsAmong(pool, campaign.id, ids),
    noticesOf(pool, campaign.id, ids),
  ])
  return page.flatMap(({ accountId, name, facts }) => {
    const notice = notices.get(accountId) ?? NOT_TOLD
    const plan = planAt(facts, query.at)
    const evaluation = evaluate(campaign, facts, query.at)
    const isAsked =
      !claimants.has(accountId) &&
      (query.stage === 'told' ? notice.toldAt !== null : isNews(evaluation, notice)) &&
      (query.plan === null || matchesPlan([query.plan], plan)) &&
      (query.seen === null || (notice.seenAt !== null) === query.seen)
    return isAsked ? [{ accountId, name, plan, evaluation, notice }] : []
  })
}

const isNews = (evaluation: Evaluation, notice: Notice): boolean =>
  evaluation.eligible && notice.toldAt === null
