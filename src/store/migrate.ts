import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MigrationBuilder, RunnerOption } from 'node-pg-migrate'
import pg from 'pg'

/** An old program met a newer schema: a supervisor should not simply start it again. */
export const EXIT_SCHEMA_NEWER = 57

/** A migration is refused or has failed: the message says which, why, and what to do. */
export class MigrationError extends Error {
  readonly exitCode: number
  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'MigrationError'
    this.exitCode = options.exitCode ?? 1
  }
}

export interface MigrateOptions {
  readonly log?: (line: string) => void
  /** For tests: another folder of numbered `.sql` files. */
  readonly dir?: string
}

export interface MigrateResult {
  /** What this call has applied, oldest first; empty when there was nothing to do. */
  readonly applied: string[]
  /** The last migration that the database has. */
  readonly current: string
}

/** Beside this file in a checkout, and beside the bundle in dist: the build copies them there. */
const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url))
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/
/** node-pg-migrate's mark for the way back, which we would otherwise run with the rest. */
const DOWN_SECTION = /^\s*--[\s-]*down\s+migration/im
/** "Everycent" in a phone's digits; any number serves that nothing else in the database locks. */
const LOCK = 383_792_368

interface MigrationFile {
  readonly name: string
  readonly sha256: string
  readonly sql: string
}

/**
 * Brings a database to this program's schema. Any number may call it at once: one works, the others
 * wait and find nothing to do. All that is pending is applied in one transaction, or nothing is.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<MigrateResult> {
  const dir = options.dir ?? MIGRATIONS
  const files = readMigrations(dir)
  const client = new pg.Client({ connectionString: url, application_name: 'everycent migrate' })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1::bigint)', [LOCK])
    await prepareBookkeeping(client)
    refuseStrangeHistory(files, await appliedMigrations(client))
    const applied = await run(client, files, { ...options, dir })
    return { applied, current: files.at(-1)?.name ?? '' }
  } finally {
    // The lock ends with the session.
    await client.end()
  }
}

function readMigrations(dir: string): MigrationFile[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.sql'))
  const bad = names.find((name) => !FILE_NAME.test(name))
  if (bad !== undefined)
    throw new MigrationError(`The migration ${bad} is not named like 0042_add_something.sql.`)
  if (names.length === 0) throw new MigrationError(`There are no migrations in ${dir}.`)
  return names.sort().map((file) => {
    // A checkout on Windows may have other line ends; it is the same migration.
    const sql = readFileSync(join(dir, file), 'utf8').replaceAll('\r\n', '\n')
    if (DOWN_SECTION.test(sql))
      throw new MigrationError(`${file} has a "down migration" section: schemas only go forward.`)
    const sha256 = createHash('sha256').update(sql).digest('hex')
    return { name: basename(file, '.sql'), sha256, sql }
  })
}

async function prepareBookkeeping(client: pg.Client): Promise<void> {
  await client.query('create schema if not exists control')
  await client.query(
    `create table if not exists control.migration_checksum (
       name text primary key,
       sha256 text not null
     )`,
  )
}

interface AppliedMigration {
  readonly name: string
  readonly sha256: string | null
}

async function appliedMigrations(client: pg.Client): Promise<AppliedMigration[]> {
  const found = await client.query("select to_regclass('control.migration') is not null as yes")
  if (!found.rows[0].yes) return []
  const { rows } = await client.query<AppliedMigration>(
    `select migration.name, checksum.sha256
     from control.migration left join control.migration_checksum as checksum using (name)
     order by migration.name`,
  )
  return rows
}

function refuseStrangeHistory(files: MigrationFile[], applied: AppliedMigration[]): void {
  const known = new Map(files.map((file) => [file.name, file]))
  const unknown = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  if (unknown.length > 0)
    throw new MigrationError(
      `The database's schema is newer than this program: it has ${unknown.join(', ')}, and this program ends at ${files.at(-1)?.name}. Start the version of Everycent that made it, or a later one; nothing was changed.`,
      { exitCode: EXIT_SCHEMA_NEWER },
    )
  const edited = applied.find(({ name, sha256 }) => known.get(name)?.sha256 !== sha256)
  if (edited)
    throw new MigrationError(
      `The migration ${edited.name}.sql is not the one that was applied to this database: it was edited since. Restore the file as it was, and put the change into a new migration; nothing was changed.`,
    )
  const latest = applied.at(-1)?.name ?? ''
  const names = new Set(applied.map(({ name }) => name))
  const late = files.find(({ name }) => name < latest && !names.has(name))
  if (late)
    throw new MigrationError(
      `The migration ${late.name}.sql comes before ${latest}, which the database has already. Give it the next free number; nothing was changed.`,
    )
}

async function run(
  client: pg.Client,
  files: MigrationFile[],
  options: MigrateOptions & { dir: string },
): Promise<string[]> {
  // Loaded only when needed: it is a tenth of a second that most commands need not spend.
  const { runner } = await import('node-pg-migrate')
  let running = ''
  // The checksum is written by the same transaction as the migration itself.
  const load: Loader = async (paths) =>
    paths.map((path) => {
      const file = files.find(({ name }) => `${name}.sql` === basename(path))
      if (!file) throw new MigrationError(`The migration ${path} has only just appeared.`)
      const up = (pgm: MigrationBuilder): void => {
        running = file.name
        options.log?.(`migration ${file.name}`)
        pgm.sql(file.sql)
        pgm.sql(`insert into control.migration_checksum values ('${file.name}', '${file.sha256}')`)
      }
      return { id: path, filePaths: [path], actions: { up, down: false as const } }
    })
  try {
    const done = await runner({
      dbClient: client,
      dir: options.dir,
      ignorePattern: '(?!.*\\.sql$).*',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: load }],
      migrationsSchema: 'control',
      migrationsTable: 'migration',
      direction: 'up',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      logger: SILENT,
    })
    return done.map(({ name }) => name)
  } catch (cause) {
    if (cause instanceof MigrationError) throw cause
    throw failure(running, files, cause)
  }
}

type Loader = Exclude<
  NonNullable<RunnerOption['migrationLoaderStrategies']>[number]['loader'],
  string
>

const silence = (): void => {}
const SILENT = { debug: silence, info: silence, warn: silence, error: silence }

function failure(running: string, files: MigrationFile[], cause: unknown): MigrationError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (running === '') return new MigrationError(`The migrations did not run: ${reason}`, { cause })
  const sql = files.find(({ name }) => name === running)?.sql ?? ''
  const position = cause instanceof pg.DatabaseError ? Number(cause.position ?? 0) : 0
  const line = position > 0 ? `, line ${sql.slice(0, position).split('\n').length}` : ''
  return new MigrationError(
    `The migration ${running}.sql failed${line}: ${reason}. Nothing was changed: all that was pending is rolled back.`,
    { cause },
  )
}
