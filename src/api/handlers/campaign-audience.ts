import type { Static } from 'typebox'
import { explainComparison } from '../../contract/comparison-words.ts'
import type { ComparisonSchema } from '../../contract/schemas/campaign-audience.ts'
import {
  AFTER_WEEKS,
  BEFORE_DAYS,
  PAIRS_MIN,
  TENURE_BAND_DAYS,
  USAGE_BAND_AMOUNTS,
} from '../../core/campaigns/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { standingNow } from '../../engine/campaigns/audience.ts'
import { type AudienceMember, listAudience } from '../../engine/campaigns/audience-list.ts'
import { type CampaignComparison, compareClaimers } from '../../engine/campaigns/comparison.ts'
import type { CampaignRecord } from '../../store/campaigns/campaigns.ts'
import { ENTRIES_READ_MAX } from '../../store/campaigns/comparison.ts'
import { announceCampaign } from '../../store/campaigns/telling.ts'
import { campaignJson } from '../campaign-answers.ts'
import { decodeCursor, encodeCursor, PAGE_DEFAULT } from '../cursor.ts'
import { type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { changeBy, needCampaign } from './campaigns.ts'

type Audience = 'compareCampaign' | 'listCampaignAccounts' | 'announceCampaign'

export const campaignAudienceHandlers: Handlers<Audience> = {
  compareCampaign: async ({ params, query }, { pool, nowMs }) => {
    const { campaign } = await needCampaign(pool, params.campaign_id)
    const at = instant(nowMs())
    const own = await compareClaimers(pool, campaign, at)
    const { sizes, comparison } = own
    const told = {
      method: methodJson(own),
      sizes: {
        claimers: sizes.claimers,
        too_recent: sizes.tooRecent,
        others: sizes.others,
        pairs: sizes.pairs,
        unmatched: sizes.unmatched,
        complete: sizes.complete,
      },
      suppressed: comparison.suppressed,
    }
    return ok({
      campaign_id: campaign.id,
      ...told,
      figures: comparison.figures && {
        ...comparison.figures,
        retention: [...comparison.figures.retention],
      },
      explanation: explainComparison(told, query.lang ?? 'en'),
      as_of: formatInstant(at),
    })
  },

  listCampaignAccounts: async ({ params, query }, { pool, nowMs }) => {
    const record = await needCampaign(pool, params.campaign_id)
    const at = instant(nowMs())
    const list = `accounts ${query.stage} ${record.campaign.id}`
    const { members, next } = await listAudience(pool, record, {
      stage: query.stage,
      plan: query.plan ?? null,
      seen: query.seen === undefined ? null : query.seen === 'true',
      after: decodeCursor(list, ['string'], query.cursor)?.[0] ?? null,
      limit: query.limit ?? PAGE_DEFAULT,
      at,
    })
    return ok({
      items: members.map((member) => memberJson(record, member)),
      next_cursor: next === null ? null : encodeCursor(list, [next]),
      as_of: formatInstant(at),
    })
  },

  announceCampaign: async (inbound, services) => {
    const { campaign } = await needCampaign(services.pool, inbound.params.campaign_id)
    const change = changeBy(inbound, services)
    if (!(await announceCampaign(services.pool, campaign.id, change)))
      throw new ProblemError('campaign_status')
    return ok(campaignJson(await needCampaign(services.pool, campaign.id)))
  },
}

const time = (at: Instant | null): string | null => (at === null ? null : formatInstant(at))

const memberJson = (record: CampaignRecord, { evaluation, notice, ...own }: AudienceMember) => ({
  account_id: own.accountId,
  name: own.name,
  plan: own.plan,
  standing: standingNow(record, evaluation),
  amount: evaluation.amount === null ? null : formatNanos(evaluation.amount),
  claim_until: time(evaluation.claimUntil),
  told_at: time(notice.toldAt),
  seen_at: time(notice.seenAt),
})

type Method = Static<typeof ComparisonSchema>['method']

const methodJson = ({ openedAt, judgedAt }: CampaignComparison): Method => ({
  design: 'matched_pairs',
  matched_on: ['plan', 'tenure_band', 'usage_band'],
  measured_at: formatInstant(openedAt),
  eligible_at: formatInstant(judgedAt),
  tenure_band_days: [...TENURE_BAND_DAYS],
  usage_band_amounts: [...USAGE_BAND_AMOUNTS],
  before_days: BEFORE_DAYS,
  after_days: AFTER_WEEKS * 7,
  entries_read_max: ENTRIES_READ_MAX,
  pairs_min: PAIRS_MIN,
})
