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

/**
 * A pool of connections in UTC. `synchronous_commit` is left to the server's default, `on`: what is
 * acknowledged is durable.
 */
export function createPool(url: string, settings: PoolSettings = {}): pg.Pool {
  const { statementTimeoutMs, idleInTransactionTimeoutMs } = settings
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: settings.max ?? 10,
    application_name: settings.applicationName ?? 'everycent',
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 10_000,
    idleTimeoutMillis: settings.idleTimeoutMs ?? 30_000,
    options: '-c TimeZone=UTC',
    ...(statementTimeoutMs !== undefined && { statement_timeout: statementTimeoutMs }),
    ...(idleInTransactionTimeoutMs !== undefined && {
      idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    }),
  })
  // Without a listener, a connection that breaks while idle or between two queries ends the process.
  // Nothing is lost by ignoring it here: whoever queries next gets the error.
  const onError = settings.onError ?? (() => {})
  pool.on('error', onError)
  pool.on('connect', (client) => client.on('error', onError))
  if (settings.archiveDirectory !== undefined)
    useArchive(pool, new Archive(settings.archiveDirectory))
  return pool
}
