import type pg from 'pg'
import {
  type Campaign,
  type CampaignDocument,
  campaignDocument,
  parseCampaign,
} from '../../core/campaigns/index.ts'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export const CAMPAIGN_STATUSES = ['draft', 'published', 'paused', 'closed'] as const
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number]

export interface Taken {
  readonly amount: Nanos
  readonly claims: number
  readonly budgetMax: Nanos | null
  readonly claimsMax: number | null
}

export interface CampaignRecord {
  readonly campaign: Campaign
  readonly status: CampaignStatus
  readonly createdAt: Instant
  readonly publishedAt: Instant | null
  /** Since when accounts are told of it; `null`: they are not. */
  readonly announcedAt: Instant | null
  readonly taken: Taken
  readonly waves: readonly Taken[]
}

interface Row {
  readonly campaign_id: string
  readonly document: unknown
  readonly status: CampaignStatus
  readonly created_at: Date
  readonly published_at: Date | null
  readonly announced_at: Date | null
  readonly budget_max: string | null
  readonly claims_max: string | null
  readonly amount: string
  readonly claims: string
  readonly wave_budget_max: (string | null)[]
  readonly wave_claims_max: (string | null)[]
  readonly wave_amount: string[]
  readonly wave_claims: string[]
}

const COLUMNS = `campaign_id, document, status, created_at, published_at, announced_at, budget_max,
  claims_max, amount, claims, wave_budget_max::text[] as wave_budget_max, wave_claims_max::text[] as wave_claims_max,
  wave_amount::text[] as wave_amount, wave_claims::text[] as wave_claims`

/** Documents are immutable, and reading one again and again costs: the last ones read are kept. */
const parsed = new Map<string, Campaign>()
const PARSED_MAX = 500

function campaignOf(id: string, document: unknown): Campaign {
  const text = `${id} ${JSON.stringify(document)}`
  const known = parsed.get(text)
  if (known) return known
  const read = parseCampaign(document, { stored: true })
  if (!read.ok)
    throw new Error(`stored campaign ${id} cannot be read: ${JSON.stringify(read.problems[0])}`)
  if (parsed.size >= PARSED_MAX) parsed.clear()
  parsed.set(text, read.campaign)
  return read.campaign
}

const countOf = (text: string | null): number | null => (text === null ? null : parseInt(text, 10))
const nanosOf = (text: string | null): Nanos | null => (text === null ? null : nanos(BigInt(text)))

function recordOf(row: Row): CampaignRecord {
  return {
    campaign: campaignOf(row.campaign_id, row.document),
    status: row.status,
    createdAt: instant(row.created_at.getTime()),
    publishedAt: row.published_at && instant(row.published_at.getTime()),
    announcedAt: row.announced_at && instant(row.announced_at.getTime()),
    taken: {
      amount: nanos(BigInt(row.amount)),
      claims: parseInt(row.claims, 10),
      budgetMax: nanosOf(row.budget_max),
      claimsMax: countOf(row.claims_max),
    },
    waves: row.wave_amount.map((amount, index) => ({
      amount: nanos(BigInt(amount)),
      claims: parseInt(row.wave_claims[index] ?? '0', 10),
      budgetMax: nanosOf(row.wave_budget_max[index] ?? null),
      claimsMax: countOf(row.wave_claims_max[index] ?? null),
    })),
  }
}

export async function readCampaign(pool: pg.Pool, id: string): Promise<CampaignRecord | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign where campaign_id = $1::text`,
    [id],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

export async function listCampaigns(
  pool: pg.Pool,
  page: {
    readonly status: CampaignStatus | null
    readonly after: string | null
    readonly limit: number
  },
): Promise<readonly CampaignRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign
     where ($1::text is null or status = $1::text) and ($2::text is null or campaign_id > $2::text)
     order by campaign_id limit $3::integer`,
    [page.status, page.after, page.limit],
  )
  return rows.map(recordOf)
}

/** Campaigns that are open, will be, or were until not before `since`. */
export async function recentCampaigns(
  pool: pg.Pool,
  since: Instant,
): Promise<readonly CampaignRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign
     where status <> 'draft' and (claim_until is null or claim_until >= $1::timestamptz)
     order by claim_from desc, campaign_id limit $2::integer`,
    [formatInstant(since), RECENT_MAX],
  )
  return rows.map(recordOf)
}

const RECENT_MAX = 200

/** The end of the last wave; `null` where one has none. */
export function lastUntil({ waves }: Campaign): Instant | null {
  const ends = waves.map(({ claim }) => claim.until)
  if (ends.some((until) => until === null)) return null
  return instant(Math.max(...ends.map((until) => until!.at)))
}

export interface Change {
  readonly at: Instant
  readonly actor: ActorFacts
  /** Id of the entry in the campaign's own journal. */
  readonly changeId: string
}

export type CreateCampaign =
  | { readonly status: 'created' | 'unchanged'; readonly record: CampaignRecord }
  | { readonly status: 'id_taken' }

/** Stores a campaign as a draft. The same document again gives what is there. */
export async function createCampaign(
  pool: pg.Pool,
  campaign: Campaign,
  change: Change,
): Promise<CreateCampaign> {
  const document = campaignDocument(campaign)
  const { waves } = campaign
  const until = lastUntil(campaign)
  await pool.query(
    `with made as (
       insert into control.campaign (campaign_id, document, status, created_at, claim_from, claim_until,
         budget_max, claims_max, amount, claims,
         wave_budget_max, wave_claims_max, wave_amount, wave_claims)
       values ($1::text, $2::json, 'draft', $3::timestamptz, $4::timestamptz, $5::timestamptz,
         $6::bigint, $7::bigint, 0, 0, $8::bigint[], $9::bigint[], $10::bigint[], $10::bigint[])
       on conflict do nothing returning campaign_id)
     insert into control.campaign_change (campaign_id, change_id, at, change, actor, body)
     select campaign_id, $11::text, $3::timestamptz, 'created', $12::json, '{}'::json from made`,
    [
      campaign.id,
      JSON.stringify(document),
      formatInstant(change.at),
      formatInstant(instant(Math.min(...waves.map(({ claim }) => claim.from.at)))),
      until === null ? null : formatInstant(until),
      campaign.budget?.toString() ?? null,
      campaign.claims,
      waves.map(({ budget }) => budget?.toString() ?? null),
      waves.map(({ claims }) => claims),
      waves.map(() => 0),
      change.changeId,
      JSON.stringify(change.actor),
    ],
  )
  const record = await readCampaign(pool, campaign.id)
  if (!record) throw new Error('a campaign that was stored is not there')
  if (!sameDocument(campaignDocument(record.campaign), document)) return { status: 'id_taken' }
  const created = record.createdAt === change.at && record.status === 'draft'
  return { status: created ? 'created' : 'unchanged', record }
}

const sameDocument = (a: CampaignDocument, b: CampaignDocument): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

const FROM: Readonly<Record<Exclude<CampaignStatus, 'draft'>, readonly CampaignStatus[]>> = {
  published: ['draft', 'paused'],
  paused: ['published'],
  closed: ['draft', 'published', 'paused'],
}

export type MoveCampaign =
  | { readonly status: 'moved' | 'unchanged'; readonly record: CampaignRecord }
  | { readonly status: 'unknown' }
  | { readonly status: 'not_allowed' }

/** Publishes (or resumes), pauses or closes. A repeat changes nothing; closed is for ever. */
export async function moveCampaign(
  pool: pg.Pool,
  move: { readonly campaignId: string; readonly to: Exclude<CampaignStatus, 'draft'> },
  change: Change,
): Promise<MoveCampaign> {
  const { rows } = await pool.query(
    `with moved as (
       update control.campaign set status = $2::text,
         published_at = coalesce(published_at,
           case when $2::text = 'published' then $3::timestamptz end)
       where campaign_id = $1::text and status = any($4::text[]) returning campaign_id)
     insert into control.campaign_change (campaign_id, change_id, at, change, actor, body)
     select campaign_id, $5::text, $3::timestamptz, $2::text, $6::json, '{}'::json from moved
     returning campaign_id`,
    [
      move.campaignId,
      move.to,
      formatInstant(change.at),
      FROM[move.to],
      change.changeId,
      JSON.stringify(change.actor),
    ],
  )
  const record = await readCampaign(pool, move.campaignId)
  if (!record) return { status: 'unknown' }
  if (rows.length > 0) return { status: 'moved', record }
  return record.status === move.to ? { status: 'unchanged', record } : { status: 'not_allowed' }
}

export interface RaisedCeilings {
  readonly campaignId: string
  /** Of one wave; `null`: of the whole campaign. */
  readonly waveIndex: number | null
  readonly budget: Nanos | null
  readonly claims: number | null
}

/** Raises ceilings, never lowers one. `false`: one of them would not be raised, or there is none. */
export async function raiseCeilings(
  pool: pg.Pool,
  raised: RaisedCeilings,
  change: Change,
): Promise<boolean> {
  const values = [
    raised.campaignId,
    raised.budget?.toString() ?? null,
    raised.claims,
    formatInstant(change.at),
    change.changeId,
    JSON.stringify(change.actor),
    JSON.stringify({
      wave: raised.waveIndex,
      budget: raised.budget?.toString() ?? null,
      claims: raised.claims,
    }),
  ]
  if (raised.waveIndex === null) return (await pool.query(RAISE_WHOLE, values)).rows.length > 0
  const { rows } = await pool.query(RAISE_WAVE, [...values, raised.waveIndex + 1])
  return rows.length > 0
}

const RAISE_WHOLE = `with raised as (
    update control.campaign set budget_max = coalesce($2::bigint, budget_max),
      claims_max = coalesce($3::bigint, claims_max)
    where campaign_id = $1::text and status <> 'closed'
      and ($2::bigint is null or budget_max <= $2::bigint)
      and ($3::bigint is null or claims_max <= $3::bigint) returning campaign_id)
  insert into control.campaign_change (campaign_id, change_id, at, change, actor, body)
  select campaign_id, $5::text, $4::timestamptz, 'ceilings_raised', $6::json, $7::json from raised
  returning campaign_id`

const RAISE_WAVE = `with raised as (
    update control.campaign set
      wave_budget_max[$8::integer] = coalesce($2::bigint, wave_budget_max[$8::integer]),
      wave_claims_max[$8::integer] = coalesce($3::bigint, wave_claims_max[$8::integer])
    where campaign_id = $1::text and status <> 'closed'
      and ($2::bigint is null or wave_budget_max[$8::integer] <= $2::bigint)
      and ($3::bigint is null or wave_claims_max[$8::integer] <= $3::bigint) returning campaign_id)
  insert into control.campaign_change (campaign_id, change_id, at, change, actor, body)
  select campaign_id, $5::text, $4::timestamptz, 'ceilings_raised', $6::json, $7::json from raised
  returning campaign_id`

export interface CampaignChange {
  readonly at: string
  readonly change: string
  readonly actor: ActorFacts
  readonly body: Readonly<Record<string, unknown>>
}

export async function campaignChanges(
  pool: pg.Pool,
  campaignId: string,
): Promise<readonly CampaignChange[]> {
  const { rows } = await pool.query<{
    at: Date
    change: string
    actor: ActorFacts
    body: Readonly<Record<string, unknown>>
  }>(
    `select at, change, actor, body from control.campaign_change
     where campaign_id = $1::text order by at, change_id limit $2::integer`,
    [campaignId, CHANGES_MAX],
  )
  return rows.map((row) => ({ ...row, at: formatInstant(instant(row.at.getTime())) }))
}

const CHANGES_MAX = 1_000
