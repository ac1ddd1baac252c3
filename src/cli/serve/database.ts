import { statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import type { Config } from '../../config.ts'
import {
  createDatabase,
  databaseUrl,
  reachableDataDir,
  startEmbedded,
} from '../../store/embedded/index.ts'
import { createPool } from '../../store/pool.ts'

export const databaseName = 'everycent'

/** A PostgreSQL that can be used: somebody's own, or the embedded one. */
export interface OpenDatabase {
  readonly url: string
  /** `undefined` for somebody's own server. */
  readonly embedded: { readonly dataDir: string; readonly port: number } | undefined
  /** Whether another process serves from it at this moment. */
  isServing(): Promise<boolean>
  /** Leaves things as they were: stops the embedded server only if this call started it. */
  release(): Promise<void>
}

export interface OpenOptions {
  readonly log?: (line: string) => void
  /** The server of a data directory that outlived its starter is taken over, and stopped at the end. */
  readonly takeOver?: boolean
}

/** Where the embedded data is; it may differ from the setting when its user cannot enter that folder. */
export function embeddedDataDir(config: Config, log?: (line: string) => void): string | undefined {
  if (config.database.kind === 'url') return undefined
  return reachableDataDir(config.database.dataDir, log)
}

/** Whether the embedded server has been started before: there is something to open. */
export const hasEmbeddedData = (dataDir: string): boolean =>
  ['cluster', 'PG_VERSION'].some(
    // a folder that this user may not enter is not one without data
    (name) => statSync(join(dataDir, name), { throwIfNoEntry: false }) !== undefined,
  )

/** Opens the configured database; the embedded server is started, or taken over where it runs. */
export async function openDatabase(
  config: Config,
  options: OpenOptions = {},
): Promise<OpenDatabase> {
  if (config.database.kind === 'url') {
    const given = config.database.url.reveal()
    return {
      url: given,
      embedded: undefined,
      isServing: () => isServing(given),
      release: () => Promise.resolve(),
    }
  }
  const dataDir = reachableDataDir(config.database.dataDir, options.log)
  const server = await startEmbedded({ dataDir, ...(options.log && { log: options.log }) })
  await createDatabase(server.url, databaseName)
  const url = databaseUrl(server.url, databaseName)
  const stops = async (): Promise<boolean> =>
    (!server.adopted || options.takeOver === true) && !(await isServing(url))
  return {
    url,
    embedded: { dataDir, port: server.port },
    isServing: () => isServing(url),
    release: async () => {
      if (await stops()) await server.stop()
    },
  }
}

/** The name under which a server's own connections are known to the database. */
export const SERVER_NAME = 'everycent server'

/** Whether another process serves from this database: then it is not ours to stop. */
async function isServing(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query(
      'select from pg_stat_activity where application_name = $1::text limit 1',
      [SERVER_NAME],
    )
    return rows.length > 0
  } catch {
    // It is gone already, or lets nobody in: there is nothing to spare.
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

export function openPool(config: Config, url: string, applicationName: string): pg.Pool {
  return createPool(url, {
    max: config.numbers['database.connections_max'],
    connectTimeoutMs: config.numbers['database.connect_timeout_ms'],
    waitingMax: config.numbers['database.waiting_max'],
    applicationName,
    archiveDirectory: config.archive.directory,
  })
}

/** For a command that asks the database a few things and goes. */
export async function withDatabase<T>(
  config: Config,
  applicationName: string,
  use: (pool: pg.Pool, url: string) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(config)
  try {
    const pool = openPool(config, database.url, applicationName)
    try {
      return await use(pool, database.url)
    } finally {
      await pool.end()
    }
  } finally {
    await database.release()
  }
}
