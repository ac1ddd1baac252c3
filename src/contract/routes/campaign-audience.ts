import Type from 'typebox'
import { LANGUAGES } from '../explain/words.ts'
import { ComparisonSchema } from '../schemas/campaign-audience.ts'
import { CampaignId } from '../schemas/campaign-document.ts'
import { strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const shared = { permission: 'operator', idempotency: 'none', tag: 'Campaigns' } as const
const OfCampaign = Type.Object({ campaign_id: CampaignId }, strict)

export const campaignAudienceRoutes = {
  compareCampaign: route({
    ...shared,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/comparison',
    summary: 'Compare claimers with accounts like them',
    description:
      'Feature breadth and retention after the claim, beside matched accounts that could have claimed and did not. States its method; claims no cause.',
    params: OfCampaign,
    query: Type.Object(
      { lang: Type.Optional(Type.Enum([...LANGUAGES], { description: '`en` unless told.' })) },
      strict,
    ),
    success: { status: 200, description: 'The comparison.', schema: ComparisonSchema },
    problems: ['campaign_unknown'],
  }),
} as const
