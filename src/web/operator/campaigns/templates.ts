import bundle from '../../../../data/campaigns/bundle_launch_2026_04.json' with { type: 'json' }
import cloud from '../../../../data/campaigns/cloud_sessions_2026_09.json' with { type: 'json' }
import once from '../../../../data/campaigns/fable_one_time.json' with { type: 'json' }
import monthly from '../../../../data/campaigns/monthly_api_credit.json' with { type: 'json' }
import type { CampaignDocument } from './document.ts'

/** Campaigns that were really run; the server checks what is made of them. */
export const TEMPLATES = [bundle, cloud, once, monthly] as unknown as readonly CampaignDocument[]
