import type pg from 'pg'
import { integerArray, jsonLines } from '../statements/arrays.ts'
import { inTransaction } from '../transaction.ts'
import { withBodies } from './bodies.ts'

const PAGE = 500

/**
 * Puts archived bodies back into the database, a page in a transaction: whoever is stopped goes on by asking
 * again. Each is what its entry has hashed, else nothing more is put back. The files stay as they are.
 * Returns how many bodies.
 */
export async function restoreBodies(pool: pg.Pool, accountId: string): Promise<number> {
  let restored = 0
  for (;;) {
    const { rows } = await pool.query<{ segment: number }>(
      `select segment from accounts.archive_segment where account_id = $1::text
       order by segment limit 1`,
      [accountId],
    )
    const [next] = rows
    if (!next) return restored
    const own = await restoreSegment(pool, accountId, next.segment)
    if (own === 0) throw new Error(`segment ${next.segment} of ${accountId} has no entries`)
    restored += own
  }
}

const GONE = `
  select e.seq::text, e.body::text as body from accounts.archive_segment s
  join accounts.entry e on e.account_id = s.account_id and e.seq between s.first_seq and s.last_seq
    and e.segment = s.segment
  where s.account_id = $1::text and s.segment = $2::integer
  order by e.seq limit $3::integer`

const PUT_BACK = `
  update accounts.entry e set body = i.body::json, excerpt = null, segment = null
  from rows from (unnest($3::bigint[]), string_to_table($4::text, chr(10))) as i(seq, body)
  where e.account_id = $1::text and e.seq = i.seq and e.segment = $2::integer`

/** What is left in a segment is what it says that it has. */
const SHRINK = `
  update accounts.archive_segment set entries = entries - $3::integer
  where account_id = $1::text and segment = $2::integer`

const END = `
  delete from accounts.archive_segment
  where account_id = $1::text and segment = $2::integer and entries <= 0`

async function restoreSegment(pool: pg.Pool, accountId: string, segment: number): Promise<number> {
  let restored = 0
  for (;;) {
    const { rows } = await pool.query<{ seq: string; body: string | null }>(GONE, [
      accountId,
      segment,
      PAGE,
    ])
    if (rows.length === 0) return restored
    const whole = await withBodies(pool, accountId, rows)
    restored += await inTransaction(pool, async (client) => {
      const { rowCount } = await client.query(PUT_BACK, [
        accountId,
        segment,
        integerArray(whole.map(({ seq }) => BigInt(seq))),
        jsonLines(whole.map(({ body }) => body)),
      ])
      await client.query(SHRINK, [accountId, segment, rowCount])
      await client.query(END, [accountId, segment])
      return rowCount ?? 0
    })
  }
}
