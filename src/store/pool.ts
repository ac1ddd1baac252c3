import pg from 'pg'
import { Archive } from './archive/archive.ts'
import { useArchive } from './archive/bodies.ts'

export interface PoolSettings {
  /** The most connections at once. */
  readonly max?: number
  /** Shown in `pg_stat_activity` and in the server's log. */
  readonly applicationName?: string
  /** The server ends a statement that runs longer. Default: never. */
  readonly statementTimeoutMs?: number
  /** The server ends a session that leaves a transaction open and idle for longer. Default: never. */
  readonly idleInTransactionTimeoutMs?: number
  /** How long a new connection, or a free one, is waited for. */
  readonly connectTimeoutMs?: number
  /** How many may wait for a connection; the next gets a `PoolFull`. Default: any number. */
  readonly waitingMax?: number
  /** How long an unused connection is kept. */
  readonly idleTimeoutMs?: number
  /** Where the bodies of archived entries are read. */
  readonly archiveDirectory?: string | undefined
  /** Told about connections that break while nobody queries on them. */
  readonly onError?: (error: Error) => void
}

const INT8_OID = 20
const asText = (value: string): string => value

/**
 * int8 stays text, whatever anybody has set in pg's global parsers: amounts become `Nanos` (bigint)
 * where they are read, never a float.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === INT8_OID && format !== 'binary' ? asText : pg.types.getTypeParser(oid, format),
}

/** More wait for a connection than may: nothing was asked of the database. */
export class PoolFull extends Error {
  override readonly name = 'PoolFull'
}

const poolFull = () => new PoolFull('too many wait for a connection to the database')

type Connected = Parameters<pg.Pool['connect']>[0]

/** Whoever comes when too many wait already is told so, instead of making the wait longer for all. */
class BoundedPool extends pg.Pool {
  readonly #waitingMax: number

  constructor(config: pg.PoolConfig, waitingMax: number) {
    super(config)
    this.#waitingMax = waitingMax
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: Connected): void
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const isFull = this.waitingCount >= this.#waitingMax
    if (!callback) return isFull ? Promise.reject(poolFull()) : super.connect()
    if (isFull) process.nextTick(() => callback(poolFull(), undefined, () => {}))
    else super.connect(callback)
    return undefined
  }
}

/**
 * A pool of connections in UTC. `synchronous_commit` is left to the server's default, `on`: what is
 * acknowledged is durable. No plan is compiled: the planner guesses some look-ups to be dear, and the compiler
 * took longer than all of them.
 */
export function createPool(url: string, settings: PoolSettings = {}): pg.Pool {
  const { statementTimeoutMs, idleInTransactionTimeoutMs } = settings
  const config: pg.PoolConfig = {
    connectionString: url,
    types,
    max: settings.max ?? 10,
    application_name: settings.applicationName ?? 'everycent',
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
    idleTimeoutMillis: settings.idleTimeoutMs ?? 30_000,
    options: '-c TimeZone=UTC -c jit=off',
    ...(statementTimeoutMs !== undefined && { statement_timeout: statementTimeoutMs }),
    ...(idleInTransactionTimeoutMs !== undefined && {
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    }),
  }
  const pool = new BoundedPool(config, settings.waitingMax ?? Number.POSITIVE_INFINITY)
  // Without a listener, a connection that breaks while idle or between two queries ends the process.
  // Nothing is lost by ignoring it here: whoever queries next gets the error.
  const onError = settings.onError ?? (() => {})
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  if (settings.archiveDirectory !== undefined)
    useArchive(pool, new Archive(settings.archiveDirectory))
  return pool
}
