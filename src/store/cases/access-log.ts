import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

/** A look of one of the operator's people at an account. */
export interface Access {
  readonly accountId: string
  readonly logId: string
  readonly at: Instant
  readonly staffId: string
  readonly role: string
  readonly operation: string
  readonly objects: Readonly<Record<string, string>>
  readonly caseId: string | null
  readonly reason: string | null
}

/**
 * Writes looks at accounts, one row for each. An account that does not exist has no log. A case is named only
 * where it is one of the account.
 */
export async function logAccess(pool: pg.Pool, looks: readonly Access[]): Promise<void> {
  if (looks.length === 0) return
  await pool.query(
    `insert into accounts.access_log
       (account_id, log_id, at, staff_id, role, operation, objects, case_id, reason)
     select l.account_id, l.log_id, l.at, l.staff_id, l.role, l.operation, l.objects::jsonb,
       (select case_id from control.case_file c
        where c.case_id = l.case_id and c.account_id = l.account_id), l.reason
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
       $7::text[], $8::text[], $9::text[])
       as l(account_id, log_id, at, staff_id, role, operation, objects, case_id, reason)
     where exists (select from accounts.account a where a.account_id = l.account_id)`,
    [
      looks.map((look) => look.accountId),
      looks.map((look) => look.logId),
      looks.map((look) => formatInstant(look.at)),
      looks.map((look) => look.staffId),
      looks.map((look) => look.role),
      looks.map((look) => look.operation),
      looks.map((look) => JSON.stringify(look.objects)),
      looks.map((look) => look.caseId),
      looks.map((look) => look.reason),
    ],
  )
}

interface Row {
  readonly account_id: string
  readonly log_id: string
  readonly at: Date
  readonly staff_id: string
  readonly role: string
  readonly operation: string
  readonly objects: Readonly<Record<string, string>>
  readonly case_id: string | null
  readonly reason: string | null
}

/** The latest look first; ids are made in order. */
export async function listAccess(
  pool: pg.Pool,
  accountId: string,
  page: { readonly before: string | null; readonly limit: number },
): Promise<readonly Access[]> {
  const { rows } = await pool.query<Row>(
    `select account_id, log_id, at, staff_id, role, operation, objects, case_id, reason
     from accounts.access_log
     where account_id = $1::text and ($2::text is null or log_id < $2::text)
     order by log_id desc limit $3::integer`,
    [accountId, page.before, page.limit],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    logId: row.log_id,
    at: instant(row.at.getTime()),
    staffId: row.staff_id,
    role: row.role,
    operation: row.operation,
    objects: row.objects,
    caseId: row.case_id,
    reason: row.reason,
  }))
}

/** Whether somebody has said since `from` why they need to see names in this account. */
export async function isUnmasked(
  pool: pg.Pool,
  who: { readonly accountId: string; readonly staffId: string; readonly from: Instant },
): Promise<boolean> {
  const { rows } = await pool.query(
    `select from accounts.access_log
     where account_id = $1::text and staff_id = $2::text and operation = 'unmaskAccount'
       and at >= $3::timestamptz limit 1`,
    [who.accountId, who.staffId, formatInstant(who.from)],
  )
  return rows.length > 0
}
