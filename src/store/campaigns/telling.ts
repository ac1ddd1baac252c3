import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { Change } from './campaigns.ts'

/** From then on the campaign tells accounts that can claim it. A repeat changes nothing. `false`: it is closed. */
export async function announceCampaign(
  pool: pg.Pool,
  campaignId: string,
  change: Change,
): Promise<boolean> {
  await pool.query(
    `with announced as (
       update control.campaign set announced_at = $2::timestamptz
       where campaign_id = $1::text and status <> 'closed' and announced_at is null
       returning campaign_id)
     insert into control.campaign_change (campaign_id, change_id, at, change, actor, body)
     select campaign_id, $3::text, $2::timestamptz, 'announced', $4::json, '{}'::json from announced`,
    [campaignId, formatInstant(change.at), change.changeId, JSON.stringify(change.actor)],
  )
  const { rows } = await pool.query<{ announced: boolean }>(
    `select announced_at is not null as announced from control.campaign
     where campaign_id = $1::text`,
    [campaignId],
  )
  return rows[0]?.announced === true
}

/** Campaigns that tell accounts at `at`: announced, published, and open. */
export async function tellingCampaigns(
  pool: pg.Pool,
  at: Instant,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ campaign_id: string }>(
    `select campaign_id from control.campaign
     where announced_at is not null and status = 'published' and claim_from <= $1::timestamptz
       and (claim_until is null or claim_until > $1::timestamptz)
     order by campaign_id limit $2::integer`,
    [formatInstant(at), limit],
  )
  return rows.map((row) => row.campaign_id)
}

export interface Telling {
  /** The last account of this pass that was looked at; `null`: none yet. */
  readonly lookedTo: string | null
  /** When the last pass over all accounts ended; `null`: none has. */
  readonly endedAt: Instant | null
}

export async function readTelling(pool: pg.Pool, campaignId: string): Promise<Telling> {
  const { rows } = await pool.query<{ looked_to: string | null; ended_at: Date | null }>(
    'select looked_to, ended_at from control.campaign_telling where campaign_id = $1::text',
    [campaignId],
  )
  const row = rows[0]
  return {
    lookedTo: row?.looked_to ?? null,
    endedAt: row?.ended_at ? instant(row.ended_at.getTime()) : null,
  }
}

export async function writeTelling(
  pool: pg.Pool,
  campaignId: string,
  telling: Telling,
): Promise<void> {
  await pool.query(
    `insert into control.campaign_telling (campaign_id, looked_to, ended_at)
     values ($1::text, $2::text, $3::timestamptz)
     on conflict (campaign_id) do update
       set looked_to = excluded.looked_to, ended_at = excluded.ended_at`,
    [
      campaignId,
      telling.lookedTo,
      telling.endedAt === null ? null : formatInstant(telling.endedAt),
    ],
  )
}

/**
 * Marks accounts as told that have the notification of this key, as of when it was entered. Those that have
 * muted it have none, and are not told.
 */
export async function noteNotified(
  pool: pg.Pool,
  note: {
    readonly campaignId: string
    readonly alertKey: string
    readonly accountIds: readonly string[]
  },
): Promise<number> {
  const { rowCount } = await pool.query(
    `insert into control.campaign_notice as n (campaign_id, account_id, told_at)
     select $1::text, account_id, at from accounts.notification
     where account_id = any($3::text[]) and alert_key = $2::text
     on conflict (campaign_id, account_id) do update set told_at = excluded.told_at
     where n.told_at is null`,
    [note.campaignId, note.alertKey, note.accountIds],
  )
  return rowCount ?? 0
}

export interface Notice {
  readonly toldAt: Instant | null
  readonly seenAt: Instant | null
}

const noticeOf = (row: { told_at: Date | null; seen_at: Date | null }): Notice => ({
  toldAt: row.told_at && instant(row.told_at.getTime()),
  seenAt: row.seen_at && instant(row.seen_at.getTime()),
})

/** When these accounts were told of a campaign, and have seen it. */
export async function noticesOf(
  pool: pg.Pool,
  campaignId: string,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, Notice>> {
  const { rows } = await pool.query<{
    account_id: string
    told_at: Date | null
    seen_at: Date | null
  }>(
    `select account_id, told_at, seen_at from control.campaign_notice
     where campaign_id = $1::text and account_id = any($2::text[])`,
    [campaignId, accountIds],
  )
  return new Map(rows.map((row) => [row.account_id, noticeOf(row)]))
}

/** Accounts that were told and have no claim, by id. */
export async function toldNotClaimed(
  pool: pg.Pool,
  campaignId: string,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select account_id from control.campaign_notice n
     where campaign_id = $1::text and told_at is not null
       and ($2::text is null or account_id > $2::text)
       and not exists (select from control.campaign_claim c
         where c.campaign_id = n.campaign_id and c.account_id = n.account_id)
     order by account_id limit $3::integer`,
    [campaignId, page.after, page.limit],
  )
  return rows.map((row) => row.account_id)
}
