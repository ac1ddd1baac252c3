import type { Static } from 'typebox'
import { explainCampaign } from '../contract/campaign-words.ts'
import type { Reader } from '../contract/explain/index.ts'
import type {
  AccountCampaignSchema,
  ClaimSchema,
  ReviewedClaimSchema,
  STANDINGS,
} from '../contract/schemas/campaigns.ts'
import {
  type AccountFacts,
  campaignDocument,
  type Evaluation,
  evaluate,
} from '../core/campaigns/index.ts'
import { formatNanos, type Nanos } from '../core/money/index.ts'
import { formatInstant, type Instant } from '../core/time/index.ts'
import { standingNow } from '../engine/campaigns/audience.ts'
import { evaluationJson } from '../engine/campaigns/evaluation-json.ts'
import type { CampaignRecord, Taken } from '../store/campaigns/campaigns.ts'
import type { ClaimRecord } from '../store/campaigns/claims.ts'

const time = (at: Instant | null): string | null => (at === null ? null : formatInstant(at))
const money = (amount: Nanos | null): string | null =>
  amount === null ? null : formatNanos(amount)

const ceilings = (wave: string | null, taken: Taken) => ({
  wave,
  amount: formatNanos(taken.amount),
  claims: taken.claims,
  budget_max: money(taken.budgetMax),
  claims_max: taken.claimsMax,
})

export const campaignJson = (record: CampaignRecord) => ({
  campaign_id: record.campaign.id,
  status: record.status,
  created_at: formatInstant(record.createdAt),
  published_at: time(record.publishedAt),
  announced_at: time(record.announcedAt),
  ceilings: [
    ceilings(null, record.taken),
    ...record.waves.map((taken, index) => ceilings(record.campaign.waves[index]?.id ?? '', taken)),
  ],
  document: campaignDocument(record.campaign),
})

export const claimJson = (claim: ClaimRecord): Static<typeof ClaimSchema> => ({
  campaign_id: claim.campaignId,
  account_id: claim.accountId,
  period: claim.period,
  state: claim.state,
  wave: claim.wave,
  amount: formatNanos(claim.amount),
  claimed_at: formatInstant(claim.claimedAt),
  expires_at: formatInstant(claim.expiresAt),
  lot_id: claim.lotId,
  granted_at: time(claim.grantedAt),
  seq: claim.seq,
})

export const reviewedClaimJson = (claim: ClaimRecord): Static<typeof ReviewedClaimSchema> => ({
  ...claimJson(claim),
  findings: [...claim.findings],
  reviewed_at: time(claim.reviewedAt),
  reviewed_by: claim.reviewedBy,
  review_reason: claim.reviewReason,
})

type Evaluated = Static<typeof AccountCampaignSchema>['evaluation']

export const evaluatedJson = (evaluation: Evaluation): Evaluated =>
  evaluationJson(evaluation) as Evaluated

/** A campaign as one account sees it. */
export function accountCampaign(
  record: CampaignRecord,
  about: {
    readonly facts: AccountFacts
    readonly claims: readonly ClaimRecord[]
    readonly at: Instant
    readonly reader: Reader
  },
): Static<typeof AccountCampaignSchema> {
  const { campaign } = record
  const evaluation = evaluate(campaign, about.facts, about.at)
  const claim = about.claims.find(
    (own) => own.campaignId === campaign.id && own.period === evaluation.period,
  )
  const told = {
    campaign_id: campaign.id,
    name: campaign.name,
    currency: campaign.currency,
    standing: standingOf(record, evaluation, claim),
    evaluation: evaluatedJson(evaluation),
    scope: scopeJson(campaign.scope),
    position: campaign.position,
    expires_at: formatInstant(claim?.expiresAt ?? evaluation.expiresAt),
    claim: claim ? claimJson(claim) : null,
  }
  const reader = { ...about.reader, now: formatInstant(about.at) }
  return { ...told, explanation: explainCampaign(told, campaign.purpose, reader) }
}

type Scope = Static<typeof AccountCampaignSchema>['scope']

const scopeJson = ({ models, features, clients }: CampaignRecord['campaign']['scope']): Scope => ({
  ...(models && { models: [...models] }),
  ...(features && { features: [...features] }),
  ...(clients && { clients: [...clients] }),
})

const CLAIMED = {
  taken: 'claimed',
  granted: 'claimed',
  held: 'held',
  rejected: 'rejected',
} as const

function standingOf(
  record: CampaignRecord,
  evaluation: Evaluation,
  claim: ClaimRecord | undefined,
): (typeof STANDINGS)[number] {
  if (claim) return CLAIMED[claim.state]
  if (record.status === 'closed' || record.status === 'paused') return record.status
  return standingNow(record, evaluation)
}
