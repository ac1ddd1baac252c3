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
import { formatInstant, instant } from '../../core/time/index.ts'
import { type CampaignComparison, compareClaimers } from '../../engine/campaigns/comparison.ts'
import { ENTRIES_READ_MAX } from '../../store/campaigns/comparison.ts'
import { type Handlers, ok } from '../handler.ts'
import { needCampaign } from './campaigns.ts'

type Audience = 'compareCampaign'

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
}

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
