import Type from 'typebox'
import { LANGUAGES } from '../explain/index.ts'
import { CampaignDocumentSchema, CampaignId } from '../schemas/campaign-document.ts'
import {
  AccountCampaignsSchema,
  CampaignHistorySchema,
  CampaignSchema,
  CampaignStatusSchema,
  ClaimCampaignSchema,
  ClaimSchema,
  FactsSchema,
  FunnelSchema,
  MarkedSchema,
  RaiseCeilingsSchema,
  ReviewClaimSchema,
  ReviewedClaimSchema,
  StateFactsSchema,
  ToldSchema,
} from '../schemas/campaigns.ts'
import { PriceBookCheckSchema } from '../schemas/price-books.ts'
import { AccountId, Cursor, Limit, Open, page, strict } from '../schemas/primitives.ts'
import { route } from './route.ts'

const tag = 'Campaigns'
const paging = { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit) }
const OfCampaign = Type.Object({ campaign_id: CampaignId }, strict)
const OfAccount = Type.Object({ account_id: AccountId }, strict)
const OfBoth = Type.Object({ account_id: AccountId, campaign_id: CampaignId }, strict)
const campaign = { status: 200, description: 'The campaign.', schema: CampaignSchema } as const

const move = <const Path extends string>(path: Path, summary: string, description: string) =>
  ({
    method: 'POST',
    path,
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary,
    description,
    params: OfCampaign,
    success: campaign,
    problems: ['campaign_unknown', 'campaign_status'],
  }) as const

const review = <const Path extends string>(path: Path, summary: string, description: string) =>
  ({
    method: 'POST',
    path,
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary,
    description,
    params: OfBoth,
    body: ReviewClaimSchema,
    success: { status: 200, description: 'The claim.', schema: ReviewedClaimSchema },
  }) as const

export const campaignRoutes = {
  createCampaign: route({
    method: 'POST',
    path: '/v1/campaigns',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Draft a campaign',
    description: 'The same document again gives the campaign that is there.',
    body: CampaignDocumentSchema,
    success: { ...campaign, status: 201 },
    problems: ['campaign_invalid', 'campaign_exists'],
  }),
  validateCampaign: route({
    method: 'POST',
    path: '/v1/campaigns/validate',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Check a campaign',
    description: 'Nothing is stored.',
    body: Open,
    success: { status: 200, description: 'Its faults, if any.', schema: PriceBookCheckSchema },
    problems: [],
  }),
  listCampaigns: route({
    method: 'GET',
    path: '/v1/campaigns',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'List campaigns',
    query: Type.Object({ status: Type.Optional(CampaignStatusSchema), ...paging }, strict),
    success: {
      status: 200,
      description: 'By id.',
      schema: page(CampaignSchema, 'A page of campaigns.'),
    },
    problems: ['cursor_invalid'],
  }),
  getCampaign: route({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Read a campaign',
    params: OfCampaign,
    success: campaign,
    problems: ['campaign_unknown'],
  }),
  getCampaignHistory: route({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/changes',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Who changed what of a campaign',
    params: OfCampaign,
    success: { status: 200, description: 'Its changes.', schema: CampaignHistorySchema },
    problems: ['campaign_unknown'],
  }),
  publishCampaign: route(
    move(
      '/v1/campaigns/{campaign_id}/publish',
      'Publish or resume a campaign',
      'From then on its document never changes. A repeat changes nothing.',
    ),
  ),
  pauseCampaign: route(
    move(
      '/v1/campaigns/{campaign_id}/pause',
      'Pause a campaign',
      'No claim takes a place until it is published again; credit that was granted stays.',
    ),
  ),
  closeCampaign: route(
    move(
      '/v1/campaigns/{campaign_id}/close',
      'Close a campaign',
      'For ever. Credit that was granted stays.',
    ),
  ),
  raiseCampaignCeilings: route({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/ceilings',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Raise the ceilings of a campaign',
    params: OfCampaign,
    body: RaiseCeilingsSchema,
    success: campaign,
    problems: ['campaign_unknown', 'ceiling_not_raised'],
  }),
  getCampaignFunnel: route({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/funnel',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'How far accounts have come, and what it costs',
    description:
      'Eligible, told, seen, claimed, first use, used up or expired. Amounts are sums of the journal’s postings.',
    params: OfCampaign,
    success: { status: 200, description: 'The funnel.', schema: FunnelSchema },
    problems: ['campaign_unknown'],
  }),
  listClaims: route({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/claims',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'List the claims of a campaign',
    description: 'With `state=held`: those that wait for a person.',
    params: OfCampaign,
    query: Type.Object(
      {
        state: Type.Optional(Type.Enum(['taken', 'held', 'granted', 'rejected'])),
        ...paging,
      },
      strict,
    ),
    success: {
      status: 200,
      description: 'By account.',
      schema: page(ReviewedClaimSchema, 'A page of claims.'),
    },
    problems: ['campaign_unknown', 'cursor_invalid'],
  }),
  releaseClaim: route({
    ...review(
      '/v1/campaigns/{campaign_id}/claims/{account_id}/release',
      'Let a held claim go on',
      'The credit is granted now; the claim window counts as of the claim.',
    ),
    problems: [
      'campaign_unknown',
      'claim_unknown',
      'claim_not_held',
      'amount_invalid',
      'request_conflict',
    ],
  }),
  rejectClaim: route({
    ...review(
      '/v1/campaigns/{campaign_id}/claims/{account_id}/reject',
      'Refuse a held claim',
      'Its place is free again.',
    ),
    problems: ['campaign_unknown', 'claim_unknown', 'claim_not_held'],
  }),
  markCampaignTold: route({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/told',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'Say which accounts were told',
    description: 'The first time counts. Accounts that do not exist are left out.',
    params: OfCampaign,
    body: ToldSchema,
    success: { status: 200, description: 'How many were marked now.', schema: MarkedSchema },
    problems: ['campaign_unknown'],
  }),
  listAccountCampaigns: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/campaigns',
    permission: 'offers_read',
    idempotency: 'none',
    tag,
    summary: 'Campaigns of an account, with the value of every rule',
    description: 'Those that are open, will be, or ended within the last 90 days.',
    params: OfAccount,
    query: Type.Object(
      { lang: Type.Optional(Type.Enum([...LANGUAGES], { description: '`en` unless told.' })) },
      strict,
    ),
    success: { status: 200, description: 'The campaigns.', schema: AccountCampaignsSchema },
    problems: ['account_unknown'],
  }),
  claimCampaign: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/campaigns/{campaign_id}/claim',
    permission: 'offers_take',
    idempotency: 'none',
    tag,
    summary: 'Claim the credit of a campaign',
    description:
      'Once: a repeat gets the first answer. Changes no setting and charges nothing. A refusal carries the value of every rule.',
    params: OfBoth,
    body: ClaimCampaignSchema,
    success: { status: 201, description: 'The claim.', schema: ClaimSchema },
    problems: [
      'account_unknown',
      'campaign_unknown',
      'campaign_not_open',
      'outside_claim_window',
      'not_eligible',
      'campaign_exhausted',
      'amount_invalid',
      'request_conflict',
    ],
  }),
  seeCampaign: route({
    method: 'POST',
    path: '/v1/accounts/{account_id}/campaigns/{campaign_id}/seen',
    permission: 'offers_take',
    idempotency: 'none',
    tag,
    summary: 'Say that the account holder has seen a campaign',
    params: OfBoth,
    success: { status: 200, description: 'Whether it was marked now.', schema: MarkedSchema },
    problems: ['account_unknown', 'campaign_unknown'],
  }),
  getFacts: route({
    method: 'GET',
    path: '/v1/accounts/{account_id}/facts',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'What is stated about an account',
    params: OfAccount,
    success: { status: 200, description: 'The facts.', schema: FactsSchema },
    problems: ['account_unknown'],
  }),
  stateFacts: route({
    method: 'PATCH',
    path: '/v1/accounts/{account_id}/facts',
    permission: 'operator',
    idempotency: 'none',
    tag,
    summary: 'State facts about an account',
    description: 'For the rules of campaigns. Plans and paid use are known from the journal.',
    params: OfAccount,
    body: StateFactsSchema,
    success: { status: 200, description: 'The facts.', schema: FactsSchema },
    problems: ['account_unknown'],
  }),
} as const
