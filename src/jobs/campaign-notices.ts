import type pg from 'pg'
import { evaluate } from '../core/campaigns/index.ts'
import { formatNanos } from '../core/money/index.ts'
import { formatInstant, type Instant, instant, MINUTE_MS } from '../core/time/index.ts'
import { isFull, type Prospect, prospects } from '../engine/campaigns/audience.ts'
import { type CampaignRecord, readCampaign } from '../store/campaigns/campaigns.ts'
import { claimantsAmong } from '../store/campaigns/comparison.ts'
import {
  noteNotified,
  noticesOf,
  readTelling,
  tellingCampaigns,
  writeTelling,
} from '../store/campaigns/telling.ts'
import { enterNotifications, type NewNotification } from '../store/notifications/alerts.ts'
import { newNotification } from '../store/notifications/new-notification.ts'

const CAMPAIGNS_MAX = 200
/** Accounts that one round looks at for one campaign, at the least. */
const LOOKED_MAX = 5_000
/** Who comes to fulfil the rules later is told in a later pass. */
const PASS_EVERY_MS = 10 * MINUTE_MS

/** One for a campaign and account, for ever: a campaign of cycles is told once too. */
const keyOf = (campaignId: string): string => `campaign_open:${campaignId}`

/**
 * Tells accounts of the campaigns that they can claim at this moment. What is told is entered with a key
 * of its own before it is marked, so that a crash in between marks it in a later round and tells nothing
 * twice. Returns how many accounts are told that were not told before.
 */
export async function tellOfCampaigns(pool: pg.Pool, nowMs: number): Promise<number> {
  const at = instant(nowMs)
  let told = 0
  for (const campaignId of await tellingCampaigns(pool, at, CAMPAIGNS_MAX)) {
    const record = await readCampaign(pool, campaignId)
    if (record) told += await tellSome(pool, record, at)
  }
  return told
}

/** Goes on with the pass over all accounts, as far as one round goes. */
async function tellSome(pool: pg.Pool, record: CampaignRecord, at: Instant): Promise<number> {
  const { id } = record.campaign
  const { lookedTo, endedAt } = await readTelling(pool, id)
  const rests = lookedTo === null && endedAt !== null && at < endedAt + PASS_EVERY_MS
  if (rests) return 0
  let told = 0
  let looked = 0
  for await (const page of prospects(pool, { after: lookedTo, at })) {
    told += await tellPage(pool, { record, page, at })
    looked += page.length
    const last = page.at(-1)?.accountId ?? lookedTo
    await writeTelling(pool, id, { lookedTo: last, endedAt })
    if (looked >= LOOKED_MAX) return told
  }
  await writeTelling(pool, id, { lookedTo: null, endedAt: at })
  return told
}

async function tellPage(
  pool: pg.Pool,
  work: {
    readonly record: CampaignRecord
    readonly page: readonly Prospect[]
    readonly at: Instant
  },
): Promise<number> {
  const { record, page, at } = work
  const campaignId = record.campaign.id
  const ids = page.map(({ accountId }) => accountId)
  const claimants = await claimantsAmong(pool, campaignId, ids)
  const notices = await noticesOf(pool, campaignId, ids)
  const news = page.flatMap((own) => {
    const known = claimants.has(own.accountId) || notices.get(own.accountId)?.toldAt
    return known ? [] : (newsFor(record, own, at) ?? [])
  })
  if (news.length === 0) return 0
  await enterNotifications(pool, news)
  const accountIds = news.map(({ accountId }) => accountId)
  return noteNotified(pool, { campaignId, alertKey: keyOf(campaignId), accountIds })
}

/** `null`: the account could not claim it now. */
function newsFor(record: CampaignRecord, own: Prospect, at: Instant): NewNotification | null {
  const { campaign } = record
  const evaluation = evaluate(campaign, own.facts, at)
  const { amount, claimUntil } = evaluation
  if (evaluation.standing !== 'claimable' || amount === null || isFull(record, evaluation))
    return null
  return newNotification(
    {
      account_id: own.accountId,
      account_name: own.name,
      currency: campaign.currency,
      as_of: formatInstant(at),
      seq: own.seq,
    },
    {
      key: keyOf(campaign.id),
      facts: {
        kind: 'campaign_open',
        campaign_id: campaign.id,
        name: campaign.name,
        amount: formatNanos(amount),
        claim_until: claimUntil === null ? null : formatInstant(claimUntil),
        expires_at: formatInstant(evaluation.expiresAt),
      },
    },
    at,
  )
}
