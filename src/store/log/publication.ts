import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'

/** Of which size the newest checkpoint is that a place has; 0: it has none. */
export async function publishedSize(pool: pg.Pool, target: string): Promise<bigint> {
  const { rows } = await pool.query<{ size: string }>(
    'select size from control.log_publication where target = $1::text',
    [target],
  )
  return BigInt(rows[0]?.size ?? 0)
}

export async function notePublished(
  pool: pg.Pool,
  target: string,
  done: { readonly size: bigint; readonly at: Instant },
): Promise<void> {
  await pool.query(
    `insert into control.log_publication as p (target, size, tried_at, error)
     values ($1::text, $2::bigint, $3::timestamptz, null)
     on conflict (target) do update
       set size = greatest(p.size, excluded.size), tried_at = excluded.tried_at, error = null`,
    [target, done.size.toString(), formatInstant(done.at)],
  )
}

/**
 * Takes the right to tell a place of a checkpoint. `false`: it has it, or it was told, or tried, after
 * `before`, by whichever node.
 */
export async function claimPublication(
  pool: pg.Pool,
  target: string,
  claim: { readonly size: bigint; readonly at: Instant; readonly before: Instant },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into control.log_publication as p (target, size, tried_at, error)
     values ($1::text, 0, $3::timestamptz, null)
     on conflict (target) do update set tried_at = excluded.tried_at
     where p.size < $2::bigint and p.tried_at <= $4::timestamptz`,
    [target, claim.size.toString(), formatInstant(claim.at), formatInstant(claim.before)],
  )
  return rowCount === 1
}

export async function noteNotPublished(
  pool: pg.Pool,
  target: string,
  error: string,
): Promise<void> {
  await pool.query('update control.log_publication set error = $2::text where target = $1::text', [
    target,
    error,
  ])
}
