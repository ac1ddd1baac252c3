import type pg from 'pg'
import type { Config } from '../../config.ts'
import { checkBackup } from './doctor-backup.ts'
import { type Check, connectionsOf, fail, ok, warn } from './doctor-checks.ts'

/** What PostgreSQL itself has to be: a primary, archived, with room, whose rows and keys are whole. */
export async function checkPostgres(
  pool: pg.Pool,
  config: Config,
  nowMs: number,
): Promise<Check[]> {
  return [
    await checkPrimary(pool),
    await checkStandby(pool),
    ...(await checkBackup(pool, nowMs)),
    await checkSlots(pool),
    await checkNodes(pool, config),
    await checkTimeouts(pool),
    await checkTransactions(pool, nowMs),
    await checkWraparound(pool),
    await checkLasting(pool),
    await checkIndexes(pool),
  ]
}

async function one<R extends pg.QueryResultRow>(pool: pg.Pool, sql: string): Promise<R> {
  const { rows } = await pool.query<R>(sql)
  return rows[0]!
}

async function checkPrimary(pool: pg.Pool): Promise<Check> {
  const { standby, readonly } = await one<{ standby: boolean; readonly: boolean }>(
    pool,
    `select pg_is_in_recovery() as standby,
       current_setting('default_transaction_read_only') = 'on' as readonly`,
  )
  const name = 'primary'
  if (standby)
    return fail(
      name,
      'this is a standby, which takes no decision',
      'Point DATABASE_URL at the primary; after a failover, at the one that was promoted.',
    )
  if (readonly)
    return fail(
      name,
      'transactions are read only',
      'Set default_transaction_read_only = off for this role and database.',
    )
  return ok(name, 'it takes writes')
}

async function checkStandby(pool: pg.Pool): Promise<Check> {
  const { wanted, sync, all } = await one<{ wanted: string; sync: number; all: number }>(
    pool,
    `select current_setting('synchronous_standby_names') as wanted,
       (select count(*) from pg_stat_replication
        where sync_state in ('sync', 'quorum') and state = 'streaming')::integer as sync,
       (select count(*) from pg_stat_replication)::integer as all`,
  )
  const name = 'standby'
  if (wanted !== '' && sync === 0)
    return fail(
      name,
      `none of "${wanted}" is connected, so no commit ends`,
      'Start the standby. Only if it is lost: empty synchronous_standby_names and reload PostgreSQL.',
    )
  if (wanted !== '') return ok(name, `${sync} synchronous of ${all} connected`)
  return warn(
    name,
    all === 0 ? 'none is connected' : `${all} connected, none of them synchronous`,
    'A primary whose disk is lost takes decisions with it. Set up a synchronous standby (docs/operating/scaling.md).',
  )
}

const MINUTE_MS = 60_000
const GIGABYTE = 1024 ** 3

async function checkSlots(pool: pg.Pool): Promise<Check> {
  const { names, bytes } = await one<{ names: string | null; bytes: string | null }>(
    pool,
    `select string_agg(slot_name, ', ' order by slot_name) as names,
       max(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
         else pg_current_wal_lsn() end, restart_lsn))::bigint::text as bytes
     from pg_replication_slots where not active`,
  )
  if (names === null) return ok('replication slots', 'none is left behind')
  const kept = (Number(bytes ?? 0) / GIGABYTE).toFixed(1)
  return warn(
    'replication slots',
    `nobody reads ${names}; ${kept} GB of the log are kept for it`,
    'Start its reader, or drop it: select pg_drop_replication_slot(NAME). Else the disk fills.',
  )
}

async function checkNodes(pool: pg.Pool, config: Config): Promise<Check> {
  const { servers, usable } = await one<{ servers: number; usable: number }>(
    pool,
    `select (select count(distinct pid) from pg_stat_activity
             where datname = current_database() and application_name = 'everycent jobs'
               and query ilike 'listen %')::integer as servers,
       current_setting('max_connections')::integer
         - current_setting('superuser_reserved_connections')::integer
         - coalesce(current_setting('reserved_connections', true), '0')::integer as usable`,
  )
  const each = connectionsOf(config)
  const wanted = Math.max(1, servers) * each
  const found = `${servers} servers connected; ${Math.max(1, servers)} × ${each} of ${usable} connections`
  if (wanted <= usable) return ok('servers', found)
  return warn(
    'servers',
    found,
    'Under load the last of them is refused. Raise max_connections, lower database.connections_max, or put PgBouncer between.',
  )
}

/** A limit of the role that ends what the program has to finish. */
async function checkTimeouts(pool: pg.Pool): Promise<Check> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings
     where name in ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout')
       and setting::bigint between 1 and ${30_000} order by name`,
  )
  if (rows.length === 0) return ok('timeouts', 'none ends a statement within 30 seconds')
  return warn(
    'timeouts',
    rows.map(({ name, setting }) => `${name} = ${setting} ms`).join(', '),
    'Migrations, verify and exports take longer. Set it to 0 for this role.',
  )
}

const OLD_TRANSACTION_MS = 10 * MINUTE_MS

async function checkTransactions(pool: pg.Pool, nowMs: number): Promise<Check> {
  const { rows } = await pool.query<{ old: string | null; prepared: number }>(
    `select (select string_agg(pid::text, ', ' order by xact_start) from pg_stat_activity
             where xact_start < to_timestamp($1::double precision / 1000)
               and backend_type = 'client backend' and pid <> pg_backend_pid()) as old,
       (select count(*) from pg_prepared_xacts)::integer as prepared`,
    [nowMs - OLD_TRANSACTION_MS],
  )
  const { old = null, prepared = 0 } = rows[0] ?? {}
  if (old === null && prepared === 0) return ok('transactions', 'none is older than ten minutes')
  return warn(
    'transactions',
    old === null ? `${prepared} prepared and not ended` : `open for over ten minutes: pid ${old}`,
    'Nothing is cleaned up behind them, and tables grow. End them: select pg_terminate_backend(PID), or rollback prepared.',
  )
}

const WRAPAROUND_WARN = 1_000_000_000

async function checkWraparound(pool: pg.Pool): Promise<Check> {
  const { age } = await one<{ age: number }>(
    pool,
    'select age(datfrozenxid)::integer as age from pg_database where datname = current_database()',
  )
  return judgeWraparound(age)
}

/** `age`: transactions since the oldest that is not frozen; at 2,100 million PostgreSQL stops. */
export function judgeWraparound(age: number): Check {
  const found = `${Math.round(age / 1_000_000)} of 2,100 million transactions since the oldest row was frozen`
  return age < WRAPAROUND_WARN
    ? ok('vacuum', found)
    : warn(
        'vacuum',
        found,
        'Autovacuum does not keep up: end old transactions, then run "vacuum (freeze)".',
      )
}

const OWN_SCHEMAS = "('accounts', 'control')"

/** A table that is not logged is emptied by a crash, and is on no standby and in no backup. */
async function checkLasting(pool: pg.Pool): Promise<Check> {
  const { names } = await one<{ names: string | null }>(
    pool,
    `select string_agg(c.oid::regclass::text, ', ' order by c.oid::regclass::text) as names
     from pg_class c where c.relnamespace::regnamespace::text in ${OWN_SCHEMAS}
       and c.relkind in ('r', 'p') and c.relpersistence <> 'p'`,
  )
  return names === null
    ? ok('tables', 'each outlives a crash')
    : fail('tables', `not logged: ${names}`, 'Run "alter table NAME set logged" for each.')
}

/** An index that is not valid keeps nothing unique: a call could be charged twice. */
async function checkIndexes(pool: pg.Pool): Promise<Check> {
  const { names } = await one<{ names: string | null }>(
    pool,
    `select string_agg(i.indexrelid::regclass::text, ', ' order by 1) as names
     from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace::regnamespace::text in ${OWN_SCHEMAS}
       and not (i.indisvalid and i.indisready)`,
  )
  return names === null
    ? ok('indexes', 'each is whole')
    : fail('indexes', `not valid: ${names}`, 'Run "reindex index concurrently NAME" for each.')
}
