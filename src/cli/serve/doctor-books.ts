import type pg from 'pg'
import { type Check, fail, ok, warn } from './doctor-checks.ts'

const NAMED_MAX = 3
const MINUTE_MS = 60_000
/** A hold is released within moments of its end; what is older than this nobody releases. */
const STALE_AFTER_MS = 5 * MINUTE_MS

/** What is in the books and wants a person: holds left over, accounts parked, calls that wait. */
export async function checkBooks(pool: pg.Pool, nowMs: number): Promise<Check[]> {
  const { rows } = await pool.query<{ there: boolean }>(
    "select to_regclass('accounts.entry') is not null as there",
  )
  if (rows[0]?.there !== true) return []
  return [
    await checkHolds(pool, nowMs),
    await checkParked(pool),
    await checkUnpriced(pool),
    await checkUsageMissing(pool),
  ]
}

async function checkHolds(pool: pg.Pool, nowMs: number): Promise<Check> {
  const { rows } = await pool.query<{ all: number; stale: number }>(
    `select count(*)::integer as all,
       count(*) filter (
         where expires_at < to_timestamp($1::double precision / 1000))::integer as stale
     from accounts.hold`,
    [nowMs - STALE_AFTER_MS],
  )
  const { all = 0, stale = 0 } = rows[0] ?? {}
  if (stale === 0) return ok('holds', `${all} open, none left over`)
  return warn(
    'holds',
    `${stale} of ${all} ended over five minutes ago and lock funds still`,
    'The job "holds" releases them and charges nothing: start a server, or see "everycent jobs".',
  )
}

async function checkParked(pool: pg.Pool): Promise<Check> {
  const { rows } = await pool.query<{ account_id: string; count: number }>(
    `select account_id, count(*) over ()::integer as count from accounts.account
     where state ->> 'parked' is not null order by account_id limit $1::integer`,
    [NAMED_MAX],
  )
  const [first] = rows
  if (!first) return ok('parked accounts', 'none')
  return fail(
    'parked accounts',
    `${first.count}: ${named(
      rows.map((row) => row.account_id),
      first.count,
    )}`,
    'Their calls are delivered and not billed. Run "everycent verify -a ID" and keep its finding.',
  )
}

async function checkUnpriced(pool: pg.Pool): Promise<Check> {
  const { rows } = await pool.query<{ model: string; calls: number; count: number; all: number }>(
    `select coalesce(coalesce(e.body, e.excerpt) #>> '{served,model}', coalesce(e.body, e.excerpt) #>> '{call,model}') as model,
       count(*)::integer as calls, count(*) over ()::integer as count,
       sum(count(*)) over ()::integer as all
     from accounts.entry e
     where e.pending = 'unpriced' and ${WAITING}
     group by 1 order by 2 desc, 1 limit $1::integer`,
    [NAMED_MAX],
  )
  const [first] = rows
  if (!first) return ok('unpriced calls', 'none wait for a price')
  return warn(
    'unpriced calls',
    `${first.all} wait for a price: ${named(
      rows.map((row) => row.model),
      first.count,
    )}`,
    'Publish a price book with these models ("everycent prices publish FILE"); they are charged then.',
  )
}

async function checkUsageMissing(pool: pg.Pool): Promise<Check> {
  const { rows } = await pool.query<{ calls: number }>(
    `select count(*)::integer as calls from accounts.entry e
     where e.pending = 'usage_missing' and ${WAITING}`,
  )
  const calls = rows[0]?.calls ?? 0
  if (calls === 0) return ok('calls without usage', 'none')
  return warn(
    'calls without usage',
    `${calls} wait for what their provider counted`,
    'Nothing is charged for them until then. Compare them with the provider’s bill.',
  )
}

/** Not completed since. */
const WAITING = `not exists (
  select from accounts.entry c
  where c.account_id = e.account_id and c.request_id = coalesce(e.body, e.excerpt) #>> '{call,call_id}'
    and c.kind = 'complete')`

function named(names: readonly string[], all: number): string {
  const more = all - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
