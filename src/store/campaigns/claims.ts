import type pg from 'pg'
import {
  FINDING_CODES,
  type Finding,
  type SignalKind,
  type SignalSighting,
} from '../../core/campaigns/index.ts'
import type { ActorFacts } from '../../core/ledger/entry.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type ClaimState = 'taken' | 'held' | 'granted' | 'rejected'

export interface ClaimKey {
  readonly campaignId: string
  readonly accountId: string
  readonly period: string
}

export interface NewClaim extends ClaimKey {
  readonly wave: string
  readonly waveIndex: number
  readonly amount: Nanos
  readonly claimedAt: Instant
  readonly expiresAt: Instant
  readonly lotId: string
  /** The rules with their values, as JSON. */
  readonly evaluation: unknown
  readonly actor: ActorFacts
  readonly signals: readonly { readonly kind: SignalKind; readonly hash: Buffer }[]
}

export interface ClaimRecord extends Omit<NewClaim, 'signals'> {
  readonly state: ClaimState
  readonly findings: readonly Finding[]
  readonly reviewedAt: Instant | null
  readonly reviewedBy: string | null
  readonly reviewReason: string | null
  readonly grantedAt: Instant | null
  /** The journal entry of the grant. */
  readonly seq: number | null
}

interface Row {
  readonly campaign_id: string
  readonly account_id: string
  readonly period: string
  readonly state: ClaimState
  readonly wave: string
  readonly wave_index: number
  readonly amount: string
  readonly claimed_at: Date
  readonly expires_at: Date
  readonly lot_id: string
  readonly evaluation: unknown
  readonly findings: Finding[]
  readonly actor: ActorFacts
  readonly reviewed_at: Date | null
  readonly reviewed_by: string | null
  readonly review_reason: string | null
  readonly granted_at: Date | null
  readonly seq: string | null
}

const COLUMNS = `campaign_id, account_id, period, state, wave, wave_index, amount, claimed_at,
  expires_at, lot_id, evaluation, findings, actor, reviewed_at, reviewed_by, review_reason,
  granted_at, seq`

const timeOf = (date: Date | null): Instant | null => date && instant(date.getTime())

const recordOf = (row: Row): ClaimRecord => ({
  campaignId: row.campaign_id,
  accountId: row.account_id,
  period: row.period,
  state: row.state,
  wave: row.wave,
  // arrays begin with 1 in SQL
  waveIndex: row.wave_index - 1,
  amount: nanos(BigInt(row.amount)),
  claimedAt: instant(row.claimed_at.getTime()),
  expiresAt: instant(row.expires_at.getTime()),
  lotId: row.lot_id,
  evaluation: row.evaluation,
  findings: row.findings.filter(({ code }) => (FINDING_CODES as readonly string[]).includes(code)),
  actor: row.actor,
  reviewedAt: timeOf(row.reviewed_at),
  reviewedBy: row.reviewed_by,
  reviewReason: row.review_reason,
  grantedAt: timeOf(row.granted_at),
  seq: row.seq === null ? null : parseInt(row.seq, 10),
})

export async function readClaim(pool: pg.Pool, key: ClaimKey): Promise<ClaimRecord | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign_claim
     where campaign_id = $1::text and account_id = $2::text and period = $3::text`,
    [key.campaignId, key.accountId, key.period],
  )
  return rows[0] ? recordOf(rows[0]) : null
}

export async function claimsOfAccount(
  pool: pg.Pool,
  accountId: string,
): Promise<readonly ClaimRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign_claim where account_id = $1::text
     order by claimed_at desc, campaign_id limit $2::integer`,
    [accountId, CLAIMS_READ_MAX],
  )
  return rows.map(recordOf)
}

const CLAIMS_READ_MAX = 1_000
const UNIQUE_VIOLATION = '23505'

/**
 * Takes a place and writes the claim down: one statement, so that there is never one without the other.
 * `full`: no place or budget is left, or the campaign is not open. A claim that is there already
 * makes the statement fail whole, so that a race for the same claim takes no second place.
 */
export async function takePlace(
  pool: pg.Pool,
  claim: NewClaim,
): Promise<'taken' | 'full' | 'claimed'> {
  try {
    const { rowCount } = await pool.query({ ...TAKE, values: takeValues(claim) })
    return rowCount === 1 ? 'taken' : 'full'
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return 'claimed'
    throw error
  }
}

const TAKE = {
  name: 'take-campaign-place',
  text: `with place as (
      update control.campaign set amount = amount + $6::bigint, claims = claims + 1,
        wave_amount[$5::integer] = wave_amount[$5::integer] + $6::bigint,
        wave_claims[$5::integer] = wave_claims[$5::integer] + 1
      where campaign_id = $1::text and status = 'published'
        and (claims_max is null or claims < claims_max)
        and (budget_max is null or amount + $6::bigint <= budget_max)
        and (wave_claims_max[$5::integer] is null
          or wave_claims[$5::integer] < wave_claims_max[$5::integer])
        and (wave_budget_max[$5::integer] is null
          or wave_amount[$5::integer] + $6::bigint <= wave_budget_max[$5::integer])
      returning campaign_id),
    claim as (
      insert into control.campaign_claim (campaign_id, account_id, period, state, wave, wave_index,
        amount, claimed_at, expires_at, lot_id, evaluation, findings, actor)
      select campaign_id, $2::text, $3::text, 'taken', $4::text, $5::integer, $6::bigint,
        $7::timestamptz, $8::timestamptz, $9::text, $10::json, '[]'::json, $11::json
      from place returning campaign_id),
    signal as (
      insert into control.claim_signal (campaign_id, account_id, period, kind, hash)
      select campaign_id, $2::text, $3::text, kind, decode(hash, 'hex')
      from claim, unnest($12::text[], $13::text[]) as own (kind, hash))
    select campaign_id from claim`,
}

const takeValues = (claim: NewClaim): unknown[] => [
  claim.campaignId,
  claim.accountId,
  claim.period,
  claim.wave,
  claim.waveIndex + 1,
  claim.amount.toString(),
  formatInstant(claim.claimedAt),
  formatInstant(claim.expiresAt),
  claim.lotId,
  JSON.stringify(claim.evaluation),
  JSON.stringify(claim.actor),
  claim.signals.map(({ kind }) => kind),
  claim.signals.map(({ hash }) => hash.toString('hex')),
]

/**
 * Gives back the place of a claim whose grant was refused. Once: only what is taken gives back, and only
 * this claim, not one that the account has made since. `false`: it was not there any more.
 */
export async function giveBack(pool: pg.Pool, claim: ClaimRecord): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with gone as (
       delete from control.campaign_claim
       where campaign_id = $1::text and account_id = $2::text and period = $3::text
         and state = 'taken' and claimed_at = $4::timestamptz and expires_at = $5::timestamptz
       returning campaign_id, account_id, period, wave_index, amount),
     signal as (
       delete from control.claim_signal s using gone g where s.campaign_id = g.campaign_id
         and s.account_id = g.account_id and s.period = g.period)
     update control.campaign c set amount = c.amount - g.amount, claims = c.claims - 1,
       wave_amount[g.wave_index] = c.wave_amount[g.wave_index] - g.amount,
       wave_claims[g.wave_index] = c.wave_claims[g.wave_index] - 1
     from gone g where c.campaign_id = g.campaign_id`,
    [
      claim.campaignId,
      claim.accountId,
      claim.period,
      formatInstant(claim.claimedAt),
      formatInstant(claim.expiresAt),
    ],
  )
  return rowCount === 1
}

export async function markGranted(
  pool: pg.Pool,
  key: ClaimKey,
  grant: { readonly at: Instant; readonly seq: number },
): Promise<void> {
  await pool.query(
    `update control.campaign_claim set state = 'granted', granted_at = $4::timestamptz, seq = $5::bigint
     where campaign_id = $1::text and account_id = $2::text and period = $3::text and state = 'taken'`,
    [key.campaignId, key.accountId, key.period, formatInstant(grant.at), grant.seq],
  )
}

/**
 * Says that a claim needs no review. Of this and `holdClaim` one comes first, and the other does nothing: a
 * claim whose credit is on its way is not held. `false`: it is held, or gone.
 */
export async function clearClaim(pool: pg.Pool, claim: ClaimRecord): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update control.campaign_claim set cleared_at = coalesce(cleared_at, $4::timestamptz)
     where campaign_id = $1::text and account_id = $2::text and period = $3::text
       and state = 'taken'`,
    [claim.campaignId, claim.accountId, claim.period, formatInstant(claim.claimedAt)],
  )
  return rowCount === 1
}

/** Holds a claim that was taken, has not been looked at by a person and is not cleared. */
export async function holdClaim(
  pool: pg.Pool,
  key: ClaimKey,
  findings: readonly Finding[],
): Promise<void> {
  await pool.query(
    `update control.campaign_claim set state = 'held', findings = $4::json
     where campaign_id = $1::text and account_id = $2::text and period = $3::text
       and state = 'taken' and reviewed_at is null and cleared_at is null`,
    [key.campaignId, key.accountId, key.period, JSON.stringify(findings)],
  )
}

export interface Review {
  readonly at: Instant
  readonly by: string
  readonly reason: string
  /** Where it counts from the claim: now, since the credit could not be used while it was held. */
  readonly expiresAt: Instant
  readonly changeId: string
  readonly actor: ActorFacts
}

const REVIEWED = (decision: string): string => `
    reviewed_at = $4::timestamptz, reviewed_by = $5::text, review_reason = $6::text
    where campaign_id = $1::text and account_id = $2::text and period = $3::text and state = 'held'
    returning campaign_id, wave_index, amount),
  change as (
    insert into control.campaign_change (campaign_id, change_id, at, change, actor, body)
    select campaign_id, $7::text, $4::timestamptz, '${decision}', $8::json, $9::json from reviewed)`

const RELEASE = `with reviewed as (
    update control.campaign_claim set state = 'taken', expires_at = $10::timestamptz,
    ${REVIEWED('claim_released')} select campaign_id from reviewed`

const REJECT = `with reviewed as (
    update control.campaign_claim set state = 'rejected',
    ${REVIEWED('claim_rejected')}
  update control.campaign c set amount = c.amount - r.amount, claims = c.claims - 1,
    wave_amount[r.wave_index] = c.wave_amount[r.wave_index] - r.amount,
    wave_claims[r.wave_index] = c.wave_claims[r.wave_index] - 1
  from reviewed r where c.campaign_id = r.campaign_id returning c.campaign_id`

const reviewValues = (key: ClaimKey, review: Review): unknown[] => [
  key.campaignId,
  key.accountId,
  key.period,
  formatInstant(review.at),
  review.by,
  review.reason,
  review.changeId,
  JSON.stringify(review.actor),
  JSON.stringify({ account_id: key.accountId, period: key.period, reason: review.reason }),
]

/** A person lets a held claim go on. `false`: it is not held. */
export async function releaseClaim(pool: pg.Pool, key: ClaimKey, review: Review): Promise<boolean> {
  const values = [...reviewValues(key, review), formatInstant(review.expiresAt)]
  return (await pool.query(RELEASE, values)).rows.length > 0
}

/** A person refuses a held claim: its place is free again. `false`: it is not held. */
export async function rejectClaim(pool: pg.Pool, key: ClaimKey, review: Review): Promise<boolean> {
  return (await pool.query(REJECT, reviewValues(key, review))).rows.length > 0
}

/** Of each signal of a claim: how many accounts came with it, and whether one of them drained its credit. */
export async function sightingsOf(
  pool: pg.Pool,
  key: ClaimKey,
): Promise<readonly SignalSighting[]> {
  const { rows } = await pool.query<{ kind: SignalKind; accounts: string; drained: string | null }>(
    `select own.kind, count(distinct other.account_id) as accounts,
       min(drained.account_id) as drained
     from control.claim_signal own
     join control.claim_signal other on other.campaign_id = own.campaign_id
       and other.kind = own.kind and other.hash = own.hash
     left join control.campaign_claim drained on drained.campaign_id = other.campaign_id
       and drained.account_id = other.account_id and drained.period = other.period
       and drained.drained_at is not null and drained.account_id <> own.account_id
     where own.campaign_id = $1::text and own.account_id = $2::text and own.period = $3::text
     group by own.kind order by own.kind`,
    [key.campaignId, key.accountId, key.period],
  )
  return rows.map((row) => ({
    signal: row.kind,
    accounts: parseInt(row.accounts, 10),
    drained: row.drained,
  }))
}

export interface ClaimPage {
  readonly state: ClaimState | null
  readonly after: { readonly accountId: string; readonly period: string } | null
  readonly limit: number
}

/** The claims of a campaign, by account. */
export async function listClaims(
  pool: pg.Pool,
  campaignId: string,
  page: ClaimPage,
): Promise<readonly ClaimRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign_claim
     where campaign_id = $1::text and ($2::text is null or state = $2::text)
       and ($3::text is null or (account_id, period) > ($3::text, $4::text))
     order by account_id, period limit $5::integer`,
    [campaignId, page.state, page.after?.accountId ?? null, page.after?.period ?? null, page.limit],
  )
  return rows.map(recordOf)
}

/** Claims that took a place before `before` and were never granted: a server stopped in between. */
export async function unfinishedClaims(
  pool: pg.Pool,
  before: Instant,
  page: { readonly after: ClaimRecord | null; readonly limit: number },
): Promise<readonly ClaimRecord[]> {
  const { after, limit } = page
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.campaign_claim
     where state = 'taken' and claimed_at < $1::timestamptz
       and (claimed_at, campaign_id, account_id, period)
         > ($3::timestamptz, $4::text, $5::text, $6::text)
     order by claimed_at, campaign_id, account_id, period limit $2::integer`,
    [
      formatInstant(before),
      limit,
      after ? formatInstant(after.claimedAt) : '-infinity',
      after?.campaignId ?? '',
      after?.accountId ?? '',
      after?.period ?? '',
    ],
  )
  return rows.map(recordOf)
}
