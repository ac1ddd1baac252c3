import { type Campaign, evaluate, forecastBurn } from '../../core/campaigns/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { DAY_MS, formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { advance, expiryOnRelease } from '../../engine/campaigns/claim.ts'
import { lastUntil } from '../../store/campaigns/campaigns.ts'
import { listClaims, readClaim, rejectClaim, releaseClaim } from '../../store/campaigns/claims.ts'
import { loadFacts } from '../../store/campaigns/facts.ts'
import { noteAccounts, readFunnel } from '../../store/campaigns/funnel.ts'
import { listAccounts } from '../../store/control/index.ts'
import { reviewedClaimJson } from '../campaign-answers.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT, pageOf } from '../cursor.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, ok } from '../handler.ts'
import { ProblemError, refusalAnswer } from '../problem-answer.ts'
import { changeBy, needCampaign } from './campaigns.ts'

type Review =
  | 'listClaims'
  | 'releaseClaim'
  | 'rejectClaim'
  | 'markCampaignTold'
  | 'getCampaignFunnel'

const PACE_DAYS = 7

export const campaignReviewHandlers: Handlers<Review> = {
  listClaims: async ({ params, query }, { pool, nowMs }) => {
    await needCampaign(pool, params.campaign_id)
    const limit = query.limit ?? PAGE_DEFAULT
    const list = `claims ${params.campaign_id}`
    const after = decodeCursor(list, ['string', 'string'], query.cursor)
    const rows = await listClaims(pool, params.campaign_id, {
      state: query.state ?? null,
      // the period of a claim that is made once is empty, and a cursor has no empty parts
      after: after && { accountId: after[0], period: after[1].slice(1) },
      limit: limit + 1,
    })
    const { items, next_cursor } = pageOf(rows, limit, (last) =>
      encodeCursor(list, [last.accountId, `@${last.period}`]),
    )
    const as_of = formatInstant(instant(nowMs()))
    return ok({ items: items.map(reviewedClaimJson), next_cursor, as_of })
  },

  releaseClaim: async (inbound, services) => {
    const { campaign, claim, review } = await heldClaim(inbound, services)
    const expiresAt = await expiryOnRelease(services.pool, campaign, claim, review.at)
    const released = await releaseClaim(services.pool, claim, { ...review, expiresAt })
    if (!released) throw new ProblemError('claim_not_held')
    const now = await readClaim(services.pool, claim)
    const answer = await advance(services, campaign, now ?? claim, false)
    if (answer.status === 'refused') return refusalAnswer(answer.refused)
    return ok(reviewedClaimJson((await readClaim(services.pool, claim)) ?? claim))
  },

  rejectClaim: async (inbound, services) => {
    const { claim, review } = await heldClaim(inbound, services)
    const order = { ...review, expiresAt: claim.expiresAt }
    if (!(await rejectClaim(services.pool, claim, order))) throw new ProblemError('claim_not_held')
    return ok(reviewedClaimJson((await readClaim(services.pool, claim)) ?? claim))
  },

  markCampaignTold: async ({ params, body }, { pool, nowMs }) => {
    const { campaign } = await needCampaign(pool, params.campaign_id)
    const at = instant(nowMs())
    const note = {
      what: 'told',
      campaignId: campaign.id,
      accountIds: body.account_ids,
      at,
    } as const
    const marked = await noteAccounts(pool, note)
    return ok({ campaign_id: campaign.id, marked, as_of: formatInstant(at) })
  },

  getCampaignFunnel: async ({ params }, services) => {
    const { pool, nowMs } = services
    const record = await needCampaign(pool, params.campaign_id)
    const { campaign, taken } = record
    const at = instant(nowMs())
    const paceMs = PACE_DAYS * DAY_MS
    const [eligible, counts] = await Promise.all([
      audience(services, campaign, at),
      readFunnel(pool, campaign.id, instant(at - paceMs)),
    ])
    const { recent, ...amounts } = counts.amounts
    const burn = { granted: taken.amount, budget: taken.budgetMax, recent, paceMs }
    const forecast = forecastBurn({ ...burn, until: lastUntil(campaign) }, at)
    return ok({
      campaign_id: campaign.id,
      currency: campaign.currency,
      eligible,
      told: counts.told,
      seen: counts.seen,
      claimed: counts.claimed,
      held_for_review: counts.held,
      granted: counts.granted,
      first_use: counts.firstUse,
      used_up: counts.usedUp,
      expired: counts.expired,
      amounts: {
        taken: formatNanos(taken.amount),
        granted: formatNanos(amounts.granted),
        used: formatNanos(amounts.used),
        expired: formatNanos(amounts.expired),
        voided: formatNanos(amounts.voided),
        outstanding: formatNanos(amounts.outstanding),
      },
      forecast: {
        pace_days: PACE_DAYS,
        taken_at_end: forecast.atEnd === null ? null : formatNanos(forecast.atEnd),
        exhausted_at: forecast.exhaustedAt === null ? null : formatInstant(forecast.exhaustedAt),
      },
      as_of: formatInstant(at),
    })
  },
}

async function heldClaim(
  inbound: Inbound<'releaseClaim'> | Inbound<'rejectClaim'>,
  services: Services,
) {
  const { params, body } = inbound
  const { campaign } = await needCampaign(services.pool, params.campaign_id)
  const claim = await readClaim(services.pool, {
    campaignId: campaign.id,
    accountId: params.account_id,
    period: body.period ?? '',
  })
  if (!claim) throw new ProblemError('claim_unknown')
  if (claim.state !== 'held') throw new ProblemError('claim_not_held')
  const change = changeBy(inbound, services)
  return { campaign, claim, review: { ...change, by: change.actor.id, reason: body.reason } }
}

const AUDIENCE_MAX = 20_000
const AUDIENCE_PAGE = 500

/** How many accounts fulfil every rule now: looked at one by one, up to a limit that is told. */
async function audience({ pool }: Services, campaign: Campaign, at: Instant) {
  let accounts = 0
  let evaluated = 0
  let after: string | null = null
  while (evaluated < AUDIENCE_MAX) {
    const page = await listAccounts(pool, { after, limit: AUDIENCE_PAGE })
    const ids = page.map(({ accountId }) => accountId)
    for (const { facts } of (await loadFacts(pool, ids, at)).values())
      if (evaluate(campaign, facts, at).eligible) accounts += 1
    evaluated += page.length
    after = ids.at(-1) ?? null
    if (page.length < AUDIENCE_PAGE) return { accounts, evaluated, complete: true }
  }
  return { accounts, evaluated, complete: false }
}
