import Type from 'typebox'
import {
  AudienceMemberSchema,
  AudienceStageSchema,
  ComparisonSchema,
} from '../schemas/campaign-audience.ts'
import { CampaignId } from '../schemas/campaign-document.ts'
import { CampaignSchema } from '../schemas/campaigns.ts'
import { Cursor, Limit, PlanChoice, page, strict } from '../schemas/primitives.ts'
import { LangAsked } from '../schemas/reader.ts'
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
    query: Type.Object({ lang: LangAsked }, strict),
    success: { status: 200, description: 'The comparison.', schema: ComparisonSchema },
    problems: ['campaign_unknown'],
  }),
  listCampaignAccounts: route({
    ...shared,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/accounts',
    summary: 'List accounts that could claim and have not',
    description:
      'By account. A page may be short, or empty, and yet have a next one: accounts are looked at one by one.',
    params: OfCampaign,
    query: Type.Object(
      {
        stage: AudienceStageSchema,
        plan: Type.Optional({
          ...PlanChoice,
          description: 'On this plan now; without a version, any.',
        }),
        seen: Type.Optional(
          Type.Enum(['true', 'false'], {
            description: 'Whether the account holder has seen the campaign.',
          }),
        ),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit),
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'Accounts.',
      schema: page(AudienceMemberSchema, 'A page of accounts.'),
    },
    problems: ['campaign_unknown', 'cursor_invalid'],
  }),
  announceCampaign: route({
    ...shared,
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/announce',
    summary: 'Tell accounts of a campaign',
    description:
      'While it is published and open, each account that can claim it gets the alert `campaign_open`, once, if it wants it. A repeat changes nothing.',
    params: OfCampaign,
    success: { status: 200, description: 'The campaign.', schema: CampaignSchema },
    problems: ['campaign_unknown', 'campaign_status'],
  }),
} as const
