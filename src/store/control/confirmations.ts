import { createHash } from 'node:crypto'
import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** What a confirmation is for: any difference, and it is for something else. */
export interface ConfirmedOrder {
  readonly accountId: string
  readonly callerId: string
  readonly tool: string
  /** The arguments as one text. */
  readonly args: string
}

export interface NewConfirmation extends ConfirmedOrder {
  readonly token: string
  readonly sentence: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly seq: number
  readonly at: Instant
  readonly expiresAt: Instant
}

export interface Confirmed {
  readonly sentence: string
  readonly facts: Readonly<Record<string, unknown>>
  /** Whether it was sent back before: what it was for may have been done. */
  readonly again: boolean
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Keeps what a person is asked to agree to. */
export async function addConfirmation(pool: pg.Pool, own: NewConfirmation): Promise<void> {
  await pool.query(ADD, [
    sha256(own.token),
    own.accountId,
    own.callerId,
    own.tool,
    sha256(own.args),
    own.sentence,
    JSON.stringify(own.facts),
    own.seq,
    formatInstant(own.at),
    formatInstant(own.expiresAt),
  ])
}

const ADD = `
  insert into control.mcp_confirmation
    (token_hash, account_id, caller_id, tool, args_hash, sentence, facts, seq, made_at, expires_at)
  values ($1::bytea, $2::text, $3::text, $4::text, $5::bytea, $6::text, $7::jsonb, $8::bigint,
    $9::timestamptz, $10::timestamptz)`

/** Lets go of those that expired before. Returns how many, at most `limit`. */
export async function removeExpiredConfirmations(
  pool: pg.Pool,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const { rowCount } = await pool.query(REMOVE, [formatInstant(before), limit])
  return rowCount ?? 0
}

const REMOVE = `
  delete from control.mcp_confirmation where token_hash in (
    select token_hash from control.mcp_confirmation
    where expires_at < $1::timestamptz order by expires_at limit $2::integer)`

/**
 * Takes a token that was sent back. `null`: none of this server, expired, or made for something else; the
 * three look the same.
 */
export async function useConfirmation(
  pool: pg.Pool,
  sent: ConfirmedOrder & { readonly token: string; readonly at: Instant },
): Promise<Confirmed | null> {
  const { rows } = await pool.query<{
    sentence: string
    facts: Record<string, unknown>
    again: boolean
  }>(USE, [
    sha256(sent.token),
    sent.accountId,
    sent.callerId,
    sent.tool,
    sha256(sent.args),
    formatInstant(sent.at),
  ])
  return rows[0] ?? null
}

const USE = `
  with own as (
    select token_hash, used_at from control.mcp_confirmation
    where token_hash = $1::bytea and account_id = $2::text and caller_id = $3::text
      and tool = $4::text and args_hash = $5::bytea and expires_at > $6::timestamptz
    for update
  )
  update control.mcp_confirmation c
  set used_at = coalesce(own.used_at, $6::timestamptz)
  from own where c.token_hash = own.token_hash
  returning c.sentence, c.facts, own.used_at is not null as again`
