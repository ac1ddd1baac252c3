import type pg from 'pg'
import { type AuditState, decodeAudit, encodeAudit, RULES_VERSION } from '../../core/audit/index.ts'
import type { EntryBody } from '../../core/ledger/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withBodies } from '../archive/bodies.ts'
import { withEvidence } from '../evidence/compose.ts'

/** What a stretch of all accounts has for the audit. */
interface Unaudited {
  readonly accountIds: readonly string[]
  /** Where the next stretch begins; `null`: this was the last one. */
  readonly scannedTo: string | null
}

/**
 * Compares a stretch of all accounts with how far they were audited: what moved on other nodes, and what a
 * crash left behind. A row of an account is large, so that the stretch is bounded; `offset 0` keeps the cursors
 * look-ups, or those of all accounts were read for a stretch.
 */
export async function unaudited(
  pool: pg.Pool,
  stretch: { readonly after: string; readonly scanned: number },
): Promise<Unaudited> {
  const { rows } = await pool.query<{ account_id: string; behind: boolean }>(
    `select a.account_id, coalesce(c.seq < a.seq, true) as behind
     from (select account_id, seq from accounts.account
       where account_id > $1::text order by account_id limit $2::integer) a
     left join lateral (
       select seq from accounts.audit_cursor
       where account_id = a.account_id and rules_version = $3::integer offset 0) c on true
     order by a.account_id`,
    [stretch.after, stretch.scanned, RULES_VERSION],
  )
  return {
    accountIds: rows.filter(({ behind }) => behind).map((row) => row.account_id),
    scannedTo: rows.length < stretch.scanned ? null : (rows.at(-1)?.account_id ?? null),
  }
}

/**
 * Accounts in which something becomes a fault by time alone: a draw that waits for its windows, a hold that
 * has outlived its end by the grace and is no finding yet. In an order of their own, not in that of today's plan.
 */
export async function dueAudits(
  pool: pg.Pool,
  due: { readonly at: Instant; readonly holdsBefore: Instant; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `(select account_id from accounts.audit_cursor
      where look_at <= $1::timestamptz order by look_at limit $3::integer)
     union
     (select h.account_id from accounts.hold h
      where h.expires_at <= $2::timestamptz and not exists (
        select from accounts.finding f where f.account_id = h.account_id
          and f.finding_key = 'hold_leaked:' || h.call_id)
      order by h.expires_at limit $3::integer)
     order by account_id`,
    [formatInstant(due.at), formatInstant(due.holdsBefore), due.limit],
  )
  return rows.map((row) => row.account_id)
}

/** How far an account is audited. */
export interface AuditCursor {
  readonly seq: number
  /** The audit's sums, up to `state.seq`: what lies between is added up again. `null`: they cannot be read. */
  readonly state: AuditState | null
}

/** `null`: the audit begins, or the rules have changed since. */
export async function readCursor(pool: pg.Pool, accountId: string): Promise<AuditCursor | null> {
  const { rows } = await pool.query<{ seq: string; state: string }>(
    `select seq, state from accounts.audit_cursor
     where account_id = $1::text and rules_version = $2::integer`,
    [accountId, RULES_VERSION],
  )
  return rows[0] ? { seq: Number(rows[0].seq), state: readable(rows[0].state) } : null
}

/** Sums are never the only copy of anything: what cannot be read is added up from the journal again. */
function readable(text: string): AuditState | null {
  try {
    return decodeAudit(text)
  } catch {
    return null
  }
}

/** Only the number of an audit, to see whether somebody else was there. `null`: it begins. */
export async function auditedTo(pool: pg.Pool, accountId: string): Promise<number | null> {
  const { rows } = await pool.query<{ seq: string }>(
    `select seq from accounts.audit_cursor
     where account_id = $1::text and rules_version = $2::integer`,
    [accountId, RULES_VERSION],
  )
  return rows[0] ? Number(rows[0].seq) : null
}

export interface CursorMove {
  readonly accountId: string
  /** Where it was; `null`: it begins. */
  readonly from: number | null
  readonly to: number
  /** The sums, where they are to be written; `null`: those that are there stay. */
  readonly state: AuditState | null
  readonly lookAt: Instant | null
  readonly at: Instant
}

/** `false`: another node has been there meanwhile, and nothing is written. */
export async function moveCursor(client: pg.ClientBase, move: CursorMove): Promise<boolean> {
  const times = [move.lookAt === null ? null : formatInstant(move.lookAt), formatInstant(move.at)]
  const own = [move.accountId, move.to, move.from, RULES_VERSION, ...times]
  const { rowCount } =
    move.state === null
      ? await client.query(MOVE, own)
      : await client.query(SAVE, [...own, encodeAudit(move.state), move.state.seq])
  return rowCount === 1
}

const MOVE = `
  update accounts.audit_cursor
  set seq = $2::bigint, look_at = $5::timestamptz, updated_at = $6::timestamptz
  where account_id = $1::text and seq = $3::bigint and rules_version = $4::integer`

const SAVE = `
  insert into accounts.audit_cursor as c
    (account_id, seq, rules_version, state, state_seq, look_at, updated_at)
  values ($1::text, $2::bigint, $4::integer, $7::text, $8::bigint, $5::timestamptz,
    $6::timestamptz)
  on conflict (account_id) do update
    set seq = excluded.seq, rules_version = excluded.rules_version, state = excluded.state,
        state_seq = excluded.state_seq, look_at = excluded.look_at, updated_at = excluded.updated_at
  where ($3::bigint is null and c.rules_version <> excluded.rules_version)
    or ($3::bigint = c.seq and c.rules_version = excluded.rules_version)`

/** Entries of an account after a number, with their evidence. */
export async function entriesToAudit(
  client: pg.Pool | pg.ClientBase,
  accountId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly { readonly seq: number; readonly body: EntryBody }[]> {
  const { rows } = await client.query<{
    seq: string
    body: string | null
    evidence: string | null
  }>({
    name: 'entries-to-audit',
    text: `select seq, body::text as body, evidence from accounts.entry
           where account_id = $1::text and seq > $2::bigint order by seq limit $3::integer`,
    values: [accountId, page.after, page.limit],
  })
  return (await withBodies(client, accountId, rows)).map((row) => ({
    seq: Number(row.seq),
    body: withEvidence(JSON.parse(row.body) as EntryBody, row.evidence),
  }))
}
