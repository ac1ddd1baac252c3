import { readdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type pg from 'pg'
import type { Config, UpstreamConfig } from '../../config.ts'
import { AddressRefused, checkAddress, rulesOfOperator } from '../../guard/address.ts'
import { listJobs } from '../../store/reads/jobs.ts'
import { packageRoot } from '../root.ts'

/** One thing looked at. `next` says what to do when it is not `ok`. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly found: string
  readonly next: string | null
}

export const ok = (name: string, found: string): Check => ({ name, state: 'ok', found, next: null })
export const warn = (name: string, found: string, next: string): Check => ({
  name,
  state: 'warn',
  found,
  next,
})
export const fail = (name: string, found: string, next: string): Check => ({
  name,
  state: 'fail',
  found,
  next,
})

const VERSION_MIN = 15
const VERSION_MAX = 18

export async function checkVersion(pool: pg.Pool): Promise<Check> {
  const shown = await setting(pool, 'server_version')
  return judgeVersion(shown, Number(await setting(pool, 'server_version_num')))
}

/** `number`: as PostgreSQL has it in `server_version_num`, such as 180004. */
export function judgeVersion(shown: string, number: number): Check {
  const major = Math.floor(number / 10_000)
  const found = `PostgreSQL ${shown}`
  if (major < VERSION_MIN)
    return fail('version', found, `Upgrade PostgreSQL to ${VERSION_MIN} or later.`)
  if (major > VERSION_MAX)
    return warn('version', found, `Tested with ${VERSION_MIN} to ${VERSION_MAX} only.`)
  return ok('version', found)
}

const DURABILITY: readonly { readonly name: string; readonly why: string }[] = [
  { name: 'fsync', why: 'a power cut would lose or corrupt decisions that were acknowledged' },
  { name: 'synchronous_commit', why: 'a crash would lose decisions that were acknowledged' },
  { name: 'full_page_writes', why: 'a power cut could leave half a page' },
]

export async function checkDurability(pool: pg.Pool): Promise<Check[]> {
  const checks: Check[] = []
  for (const { name, why } of DURABILITY) {
    const value = await setting(pool, name)
    const durable = value !== 'off' && !(name === 'synchronous_commit' && value === 'local')
    checks.push(
      durable ? ok(name, value) : fail(name, value, `Set ${name} = on: otherwise ${why}.`),
    )
  }
  const checksums = await setting(pool, 'data_checksums')
  checks.push(
    checksums === 'on'
      ? ok('data_checksums', checksums)
      : warn(
          'data_checksums',
          checksums,
          'Silent disk errors stay unnoticed. Stop the server and run "pg_checksums --enable".',
        ),
  )
  return checks
}

/** The engine decides again when it loses a race; under stricter isolation it would get errors. */
export async function checkIsolation(pool: pg.Pool): Promise<Check> {
  const value = await setting(pool, 'default_transaction_isolation')
  return value === 'read committed'
    ? ok('isolation', value)
    : fail(
        'isolation',
        value,
        "Set default_transaction_isolation = 'read committed' for this role.",
      )
}

const CLOCK_WARN_MS = 1_000
const CLOCK_FAIL_MS = 30_000

export async function checkClock(pool: pg.Pool, now: () => number): Promise<Check> {
  const before = now()
  const { rows } = await pool.query<{ at: string }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::bigint as at',
  )
  const middle = (before + now()) / 2
  const difference = Math.round(Math.abs(Number(rows[0]?.at ?? 0) - middle))
  const found = `${difference} ms between this machine and the database`
  const next = 'Synchronise both clocks (NTP): holds and windows follow the database.'
  if (difference > CLOCK_FAIL_MS) return fail('clock', found, next)
  return difference > CLOCK_WARN_MS ? warn('clock', found, next) : ok('clock', found)
}

export async function checkSchema(pool: pg.Pool): Promise<Check> {
  const known = knownMigrations()
  const { rows } = await pool.query<{ there: boolean }>(
    "select to_regclass('control.migration') is not null as there",
  )
  if (rows[0]?.there !== true)
    return warn('schema', 'none yet', 'Run "everycent migrate" (or let "serve" do it).')
  const applied = await pool.query<{ name: string }>(
    'select name from control.migration order by name',
  )
  const names = applied.rows.map((row) => row.name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    return fail(
      'schema',
      `newer than this program (${unknown.join(', ')})`,
      'Start a later version.',
    )
  const pending = known.filter((name) => !names.includes(name))
  return pending.length === 0
    ? ok('schema', `current (${names.at(-1)})`)
    : warn('schema', `${pending.length} behind`, 'Run "everycent migrate".')
}

function knownMigrations(): string[] {
  for (const folder of ['src/store/migrations', 'dist/migrations']) {
    try {
      const names = readdirSync(`${packageRoot()}/${folder}`).filter((name) =>
        name.endsWith('.sql'),
      )
      return names.sort().map((name) => name.slice(0, -'.sql'.length))
    } catch {
      // A checkout has the first, a package the second.
    }
  }
  return []
}

/** Failures in a row before a job is something to look at: one may be a hiccup of the database. */
const JOB_FAILURES_WARN = 3
const JOB_LATE_MS = 5 * 60_000

/** Housekeeping: jobs that fail again and again, or that no server has run for a while. */
export async function checkJobs(pool: pg.Pool, now: () => number): Promise<Check> {
  const { rows: there } = await pool.query<{ there: boolean }>(
    "select to_regclass('control.job_run') is not null as there",
  )
  const jobs = there[0]?.there === true ? await listJobs(pool) : []
  if (jobs.length === 0) return ok('jobs', 'none yet: no server has been started')
  const failing = jobs.filter((job) => job.failuresInRow >= JOB_FAILURES_WARN)
  if (failing.length > 0)
    return fail(
      'jobs',
      failing
        .map((job) => `${job.name} failed ${job.failuresInRow} times: ${job.error}`)
        .join('; '),
      'Look at the server log, repair the cause; the next round does what was left.',
    )
  const late = jobs.filter((job) => now() - job.dueAt > JOB_LATE_MS)
  return late.length === 0
    ? ok('jobs', `${jobs.length} of them, each in time`)
    : warn(
        'jobs',
        `${late.map((job) => job.name).join(', ')} overdue`,
        'No server runs on this database, or its jobs hang: see "everycent jobs".',
      )
}

const POOLS_OF_A_SERVER = 2

/** A pool for requests and one for its jobs, each as large as the setting, and a connection for each lane of commits. */
export const connectionsOf = ({ numbers }: Config): number =>
  POOLS_OF_A_SERVER * numbers['database.connections_max'] + numbers['engine.lanes']

export async function checkConnections(pool: pg.Pool, config: Config): Promise<Check> {
  const wanted = connectionsOf(config)
  const max = Number(await setting(pool, 'max_connections'))
  const reserved = Number(await setting(pool, 'superuser_reserved_connections'))
  const { rows } = await pool.query<{ used: number }>(
    `select count(*)::int as used from pg_stat_activity where backend_type = 'client backend'`,
  )
  const used = (rows[0]?.used ?? 0) - 1
  const free = max - reserved - used
  const found = `${free} of ${max} free, a server takes up to ${wanted}`
  return free >= wanted
    ? ok('connections', found)
    : warn('connections', found, 'Raise max_connections, or lower database.connections_max.')
}

export async function checkPrivileges(pool: pg.Pool): Promise<Check> {
  const { rows } = await pool.query<{ may: boolean; who: string; what: string }>(
    `select has_database_privilege(current_database(), 'CREATE') as may,
            current_user as who, current_database() as what`,
  )
  const { may = false, who = '', what = '' } = rows[0] ?? {}
  return may
    ? ok('privileges', `${who} may create schemas in ${what}`)
    : warn(
        'privileges',
        `${who} may not create schemas in ${what}`,
        `Migrations need: grant create on database "${what}" to "${who}".`,
      )
}

async function setting(pool: pg.Pool, name: string): Promise<string> {
  const { rows } = await pool.query<{ value: string | null }>(
    'select current_setting($1::text, true) as value',
    [name],
  )
  return rows[0]?.value ?? 'not known'
}

const UPSTREAM_TIMEOUT_MS = 5_000

/** Any answer will do, also a refusal: no key is sent, nothing is bought. */
export async function checkUpstream(
  name: string,
  upstream: UpstreamConfig,
  fetcher: typeof fetch,
): Promise<Check> {
  const title = `upstream ${name}`
  try {
    await checkAddress(
      upstream.baseUrl,
      rulesOfOperator(upstream.baseUrl, upstream.privateAddresses),
    )
    const signal = AbortSignal.timeout(UPSTREAM_TIMEOUT_MS)
    const response = await fetcher(upstream.baseUrl, { method: 'HEAD', redirect: 'manual', signal })
    await response.body?.cancel()
    return ok(title, `${upstream.baseUrl} answers (HTTP ${response.status})`)
  } catch (error) {
    if (error instanceof AddressRefused)
      return fail(
        title,
        `${upstream.baseUrl} ${error.message}`,
        `If it is meant to, set upstreams.${name}.private_addresses to "allowed".`,
      )
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const reason = cause instanceof Error ? cause.message : String(cause)
    return fail(
      title,
      `${upstream.baseUrl} does not answer: ${reason}`,
      'Check the address, DNS, firewall and proxy of this machine.',
    )
  }
}

const GIGABYTE = 1024 ** 3
const DISK_WARN_BYTES = 10 * GIGABYTE
const DISK_FAIL_BYTES = GIGABYTE

export async function checkDisk(folder: string): Promise<Check> {
  const stats = await statfs(folder)
  return judgeDisk(stats.bavail * stats.bsize, folder)
}

/** `free`: bytes that the database may still take. */
export function judgeDisk(free: number, folder: string): Check {
  const found = `${(free / GIGABYTE).toFixed(1)} GB free in ${folder}`
  const next = 'A full disk stops every decision. Free some space, or move data_dir.'
  if (free < DISK_FAIL_BYTES) return fail('disk', found, next)
  return free < DISK_WARN_BYTES ? warn('disk', found, next) : ok('disk', found)
}
