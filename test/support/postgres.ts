import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import {
  createDatabase,
  databaseUrl,
  dropDatabase,
  type EmbeddedServer,
  startEmbedded,
} from '../../src/store/embedded/index.ts'
import { isAlive } from '../../src/store/embedded/pidfile.ts'
import { migrate } from '../../src/store/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's login to the run's server; its database holds nothing. */
    adminUrl: string
  }
}

export const TEMPLATE = 'everycent_template'
const PREFIX = 'everycent-test-'

/**
 * One PostgreSQL for the whole run: the embedded one on a temporary directory, or the server that
 * TEST_DATABASE_URL or DATABASE_URL names. Without a database the run fails; nothing is skipped.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL
  const server = given === undefined ? await startTemporary() : undefined
  const adminUrl = server?.url ?? given ?? ''
  try {
    await buildTemplate(adminUrl)
  } catch (cause) {
    await server?.remove()
    const where = server ? 'The embedded PostgreSQL' : `The database at ${new URL(adminUrl).host}`
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${where} cannot be used, so no test can run: ${reason}`, { cause })
  }
  project.provide('adminUrl', adminUrl)
  project.onTestsRerun(() => buildTemplate(adminUrl))
  return async () => {
    await dropTemplates(adminUrl)
    await server?.remove()
  }
}

/** Each test file gets a copy of this database, or of one that was made of it: see database.ts. */
async function buildTemplate(adminUrl: string): Promise<void> {
  await dropTemplates(adminUrl)
  await createDatabase(adminUrl, TEMPLATE)
  await migrate(databaseUrl(adminUrl, TEMPLATE))
}

async function dropTemplates(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [TEMPLATE],
    )
    for (const { datname } of rows) await dropDatabase(adminUrl, datname)
  } finally {
    await client.end()
  }
}

async function startTemporary(): Promise<EmbeddedServer & { remove(): Promise<void> }> {
  await removeAbandoned()
  const dataDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const server = await startTestServer(dataDir)
  const remove = async (): Promise<void> => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { ...server, remove }
}

/**
 * A test server need not survive a power cut, so it does not wait for the disk. It does survive
 * `kill -9`: what was written is in the system's cache then.
 */
const startTestServer = (dataDir: string): Promise<EmbeddedServer> =>
  startEmbedded({ dataDir, settings: { fsync: 'off', max_connections: '200' }, log: console.log })

/** A run that was killed leaves its server behind: the next run takes it over and ends it. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    const dataDir = join(tmpdir(), name)
    try {
      const left = await startTestServer(dataDir)
      await left.stop()
      rmSync(dataDir, { recursive: true, force: true })
    } catch {
      // Somebody else's, or another run is at it: not ours to remove.
    }
  }
}
