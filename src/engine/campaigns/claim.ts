import type pg from 'pg'
import {
  type Campaign,
  type Evaluation,
  evaluate,
  expiryOf,
  findingsOf,
  type SignalKind,
} from '../../core/campaigns/index.ts'
import type { GrantLot } from '../../core/decisions/commands.ts'
import type { Refused } from '../../core/decisions/results.ts'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { type Instant, parseInstant } from '../../core/time/index.ts'
import { type CampaignRecord, readCampaign } from '../../store/campaigns/campaigns.ts'
import {
  type ClaimKey,
  type ClaimRecord,
  clearClaim,
  giveBack,
  holdClaim,
  markGranted,
  readClaim,
  sightingsOf,
  takePlace,
} from '../../store/campaigns/claims.ts'
import { loadFacts } from '../../store/campaigns/facts.ts'
import { hashSignals } from '../../store/campaigns/signals.ts'
import { derivedId } from '../../store/control/index.ts'
import type { SecretBox } from '../../store/secret-box.ts'
import type { Engine } from '../types.ts'
import { evaluationJson } from './evaluation-json.ts'

/*
 * A claim is taken in three steps, each of which can be done again: a place is taken and the claim is
 * written down (one statement), the credit is granted (a command of the engine, whose request id is the
 * campaign's, so that it exists once), and the claim is marked as granted. Whoever finds it in between,
 * a repeat or the job, does the rest.
 */

export interface ClaimParts {
  readonly pool: pg.Pool
  readonly engine: Engine
}

/** `box` seals the key of the signals' hashes. */
interface NewClaimParts extends ClaimParts {
  readonly box?: SecretBox | null
}

export interface ClaimOrder {
  readonly campaignId: string
  readonly accountId: string
  readonly actor: ActorFacts
  readonly at: Instant
  readonly signals: Readonly<Partial<Record<SignalKind, string>>>
}

export type ClaimAnswer =
  /** Granted or held (`claim.state`); `repeated`: it was claimed before. */
  | { readonly status: 'claimed'; readonly claim: ClaimRecord; readonly repeated: boolean }
  | { readonly status: 'account_unknown' | 'campaign_unknown' }
  | {
      readonly status:
        | 'campaign_not_open'
        | 'campaign_exhausted'
        | 'outside_claim_window'
        | 'not_eligible'
      readonly record: CampaignRecord
      readonly evaluation: Evaluation
    }
  /** The grant was refused; the place was given back. */
  | { readonly status: 'refused'; readonly refused: Refused }

export async function claimCampaign(parts: NewClaimParts, order: ClaimOrder): Promise<ClaimAnswer> {
  const { pool } = parts
  const loaded = (await loadFacts(pool, [order.accountId], order.at)).get(order.accountId)
  if (!loaded) return { status: 'account_unknown' }
  const record = await readCampaign(pool, order.campaignId)
  if (!record || record.status === 'draft') return { status: 'campaign_unknown' }
  const { campaign } = record
  const evaluation = evaluate(campaign, loaded.facts, order.at)
  const key = { campaignId: campaign.id, accountId: order.accountId, period: evaluation.period }
  // Before anything else: what was claimed stays claimed, whatever has become of the campaign.
  const known = await readClaim(pool, key)
  if (known) return advance(parts, campaign, known, true)
  const { standing, amount } = evaluation
  const told = { record, evaluation }
  if (record.status !== 'published') return { status: 'campaign_not_open', ...told }
  if (standing === 'not_yet_open' || standing === 'over')
    return { status: 'outside_claim_window', ...told }
  if (standing === 'not_eligible' || amount === null) return { status: 'not_eligible', ...told }
  const place = await takePlace(pool, {
    ...key,
    wave: evaluation.wave,
    waveIndex: campaign.waves.findIndex(({ id }) => id === evaluation.wave),
    amount,
    claimedAt: order.at,
    expiresAt: evaluation.expiresAt,
    lotId: derivedId('lot', order.accountId, 'campaign', campaign.id, evaluation.period),
    evaluation: evaluationJson(evaluation),
    actor: order.actor,
    signals: await hashSignals({ pool, box: parts.box ?? null }, order.signals),
  })
  const claim = await readClaim(pool, key)
  if (claim) return advance(parts, campaign, claim, place === 'claimed')
  return { ...told, status: await whyFull(pool, campaign.id) }
}

/** No place was taken: either none is left, or the campaign was paused or closed a moment ago. */
async function whyFull(
  pool: pg.Pool,
  campaignId: string,
): Promise<'campaign_not_open' | 'campaign_exhausted'> {
  const now = await readCampaign(pool, campaignId)
  return now?.status === 'published' ? 'campaign_exhausted' : 'campaign_not_open'
}

/** Does what is left to do of a claim. Any number may do so at once. */
export async function advance(
  parts: ClaimParts,
  campaign: Campaign,
  claim: ClaimRecord,
  repeated: boolean,
): Promise<ClaimAnswer> {
  if (claim.state !== 'taken') return { status: 'claimed', claim, repeated }
  const { pool, engine } = parts
  if (claim.reviewedAt === null) {
    const findings = findingsOf(campaign.review, await sightingsOf(pool, claim))
    if (findings.length > 0) await holdClaim(pool, claim, findings)
    // whoever looked at the same claim a moment before may have found otherwise: what came first counts
    const now = (await clearClaim(pool, claim)) ? null : await readClaim(pool, claim)
    if (now && now.state !== 'taken') return { status: 'claimed', claim: now, repeated }
  }
  const { result } = await engine.execute(grantOf(campaign, claim))
  if (result.status === 'refused') {
    if (await giveBack(pool, claim)) return { status: 'refused', refused: result }
    // Somebody else has given it back meanwhile, and the account may have claimed anew: that counts.
    const anew = await readClaim(pool, claim)
    return anew ? advance(parts, campaign, anew, true) : { status: 'refused', refused: result }
  }
  if (result.status !== 'posted') throw new Error(`a grant has another answer: ${result.status}`)
  await markGranted(pool, claim, {
    at: parseInstant(result.entry.at)!,
    seq: result.entry.seq,
  })
  return { status: 'claimed', claim: await needClaim(pool, claim), repeated }
}

async function needClaim(pool: pg.Pool, key: ClaimKey): Promise<ClaimRecord> {
  const claim = await readClaim(pool, key)
  if (!claim) throw new Error(`the claim of ${key.accountId} on ${key.campaignId} is gone`)
  return claim
}

/** The credit of a claim: the same command however often it is made. */
function grantOf(campaign: Campaign, claim: ClaimRecord): GrantLot {
  const { campaignId, period } = claim
  return {
    kind: 'grant',
    accountId: claim.accountId,
    requestId: period === '' ? `campaign:${campaignId}` : `campaign:${campaignId}:${period}`,
    actor: claim.actor,
    lotId: claim.lotId,
    name: campaign.name,
    origin: campaign.origin,
    amount: claim.amount,
    expiresAt: claim.expiresAt,
    scope: campaign.scope,
    position: campaign.position,
    priority: campaign.priority,
    reason: `campaign:${campaignId}`,
  }
}

/** When credit of a held claim ends if it is let go on now: days count from when it can be used. */
export async function expiryOnRelease(
  pool: pg.Pool,
  campaign: Campaign,
  claim: ClaimRecord,
  at: Instant,
): Promise<Instant> {
  if (campaign.expiry.kind !== 'days_after_claim') return claim.expiresAt
  const loaded = (await loadFacts(pool, [claim.accountId], at)).get(claim.accountId)
  return loaded ? expiryOf(campaign, loaded.facts, at) : claim.expiresAt
}
