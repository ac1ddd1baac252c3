import { forecastBurn } from '../../core/campaigns/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { DAY_MS, formatInstant, instant } from '../../core/time/index.ts'
import { countAudience } from '../../engine/campaigns/audience.ts'
import { advance, expiryOnRelease } from '../../engine/campaigns/claim.ts'
import { lastUntil } from '../../store/campaigns/campaigns.ts'
import { listClaims, readClaim, rejectClaim, releaseClaim } from '../../store/campaigns/claims.ts'
import { noteAccounts, readFunnel } from '../../store/campaigns/funnel.ts'
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

  getCampaignFunnel: async ({ params }, { pool, nowMs }) => {
    const record = await needCampaign(pool, params.campaign_id)
    const { campaign, taken } = record
    const at = instant(nowMs())
    const paceMs = PACE_DAYS * DAY_MS
    const [eligible, counts] = await Promise.all([
      countAudience(pool, campaign, at),
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
