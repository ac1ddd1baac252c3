import type pg from 'pg'
import { type AuditState, decodeAudit, encodeAudit, RULES_VERSION } from '../../core/audit/index.ts'
import type { EntryBody } from '../../core/ledger/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { withEvidence } from '../evidence/compose.ts'

/** Accounts with entries that the audit has not seen, by id. */
export async function unaudited(
  pool: pg.Pool,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ account_id: string }>(
    `select a.account_id from accounts.account a
     left join accounts.audit_cursor c
       on c.account_id = a.account_id and c.rules_version = $3::integer
     where a.account_id > $1::text and (c.account_id is null or a.seq > c.seq)
     order by a.account_id limit $2::integer`,
    [page.after, page.limit, RULES_VERSION],
  )
  return rows.map((row) => row.account_id)
}

/** Where the audit of an account stopped; `null`: it begins, or the rules have changed since. */
export async function readCursor(pool: pg.Pool, accountId: string): Promise<AuditState | null> {
  const { rows } = await pool.query<{ state: string }>(
    `select state from accounts.audit_cursor
     where account_id = $1::text and rules_version = $2::integer`,
    [accountId, RULES_VERSION],
  )
  return rows[0] ? decodeAudit(rows[0].state) : null
}

/** `false`: another node has been there meanwhile, and nothing is written. */
export async function moveCursor(
  client: pg.ClientBase,
  state: AuditState,
  { from, at }: { readonly from: number; readonly at: Instant },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into accounts.audit_cursor as c (account_id, seq, rules_version, state, updated_at)
     values ($1::text, $2::bigint, $3::integer, $4::text, $6::timestamptz)
     on conflict (account_id) do update
       set seq = excluded.seq, rules_version = excluded.rules_version, state = excluded.state,
           updated_at = excluded.updated_at
     where c.rules_version <> excluded.rules_version or c.seq = $5::bigint`,
    [state.accountId, state.seq, RULES_VERSION, encodeAudit(state), from, formatInstant(at)],
  )
  return rowCount === 1
}

/** Entries of an account after a number, with their evidence. */
export async function entriesToAudit(
  pool: pg.Pool,
  accountId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly { readonly seq: number; readonly body: EntryBody }[]> {
  const { rows } = await pool.query<{ seq: string; body: string; evidence: string | null }>({
    name: 'entries-to-audit',
    text: `select seq, body::text as body, evidence from accounts.entry
           where account_id = $1::text and seq > $2::bigint order by seq limit $3::integer`,
    values: [accountId, page.after, page.limit],
  })
  return rows.map((row) => ({
    seq: Number(row.seq),
    body: withEvidence(JSON.parse(row.body) as EntryBody, row.evidence),
  }))
}
