import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { inject } from 'vitest'
import { createDatabase, databaseUrl, dropDatabase } from '../../src/store/embedded/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { afterFile } from './cleanup.ts'
import { TEMPLATE } from './postgres.ts'

export interface TestDatabase {
  readonly url: string
  /** For the test's own statements; what is under test makes its own pool from `url`. */
  readonly pool: pg.Pool
  /** Drops the database; throws when connections were leaked. Called after the file's last test. */
  close(): Promise<void>
  /** Forgets the outcome of `close`, for the tests of this very check. */
  forget(): void
}

const GOODBYE_MS = 2_000

/** A migrated database of its own for a test file: a copy of the run's template. */
export const freshDatabase = (): Promise<TestDatabase> => open({ template: TEMPLATE })

/** What many test files begin with. */
interface Beginning<Note> {
  /** A part of the name of a database. */
  readonly name: string
  /** Fills a migrated database and leaves it; what it returns is kept beside that, as JSON. */
  fill(url: string): Promise<Note>
}

/**
 * A database of its own for a test file, filled already: the first file of the run that asks fills
 * one, the others wait for it, and each gets a copy.
 */
export async function databaseThatBegins<Note>(
  beginning: Beginning<Note>,
): Promise<TestDatabase & { readonly note: Note }> {
  const template = `${TEMPLATE}_${beginning.name}`
  const note = await filledOnce(template, beginning)
  return { ...(await open({ template })), note }
}

/** The database's comment says that it is whole: one without has been left half filled. */
async function filledOnce<Note>(template: string, { fill }: Beginning<Note>): Promise<Note> {
  const adminUrl = inject('adminUrl')
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query('select pg_advisory_lock(hashtext($1))', [template])
    const { rows } = await admin.query<{ note: string | null }>(
      `select shobj_description(oid, 'pg_database') as note from pg_database where datname = $1`,
      [template],
    )
    if (rows[0]?.note) return JSON.parse(rows[0].note)
    await dropDatabase(adminUrl, template)
    await createDatabase(adminUrl, template, { template: TEMPLATE })
    const note = JSON.stringify(await fill(databaseUrl(adminUrl, template)))
    await admin.query(`comment on database ${template} is ${pg.escapeLiteral(note)}`)
    return JSON.parse(note)
  } finally {
    await admin.end()
  }
}

/** For jobs, which end it when they stop. */
export const queuePool = ({ url }: TestDatabase): pg.Pool =>
  createPool(url, { max: 4, applicationName: 'jobs under test' })

/** A database with nothing in it, for tests of migration. */
export const emptyDatabase = (): Promise<TestDatabase> => open({})

async function open(options: { template?: string }): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl')
  const name = `everycent_test_${randomBytes(6).toString('hex')}`
  await createDatabase(adminUrl, name, options)
  const url = databaseUrl(adminUrl, name)
  const pool = createPool(url, { max: 10, applicationName: 'test' })
  let closing: Promise<void> | undefined
  let isForgotten = false
  const database: TestDatabase = {
    url,
    pool,
    close: () => {
      closing ??= closeAndCheck(adminUrl, name, pool)
      return closing
    },
    forget: () => {
      isForgotten = true
    },
  }
  afterFile(() => (isForgotten ? undefined : database.close()))
  return database
}

async function closeAndCheck(adminUrl: string, name: string, pool: pg.Pool): Promise<void> {
  const busy = pool.totalCount - pool.idleCount
  // With clients out, `end` would wait for them for ever; dropping the database cuts them off.
  if (busy === 0) await pool.end()
  const others = await connectionsLeft(adminUrl, name, busy)
  await dropDatabase(adminUrl, name)
  if (busy > 0) throw new Error(`${busy} clients of the test's pool were never released`)
  if (others.length > 0)
    throw new Error(`connections were left open when the file ended: ${others.join(', ')}`)
}

/** Those that have just said goodbye are gone after a moment; what stays has been leaked. */
async function connectionsLeft(adminUrl: string, name: string, expected: number) {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const deadline = Date.now() + GOODBYE_MS
    for (;;) {
      const { rows } = await client.query<{ who: string }>(
        `select format('%s (%s)', nullif(application_name, ''), state) as who
         from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      )
      if (rows.length <= expected || Date.now() > deadline) return rows.map((row) => row.who)
      await sleep(20)
    }
  } finally {
    await client.end()
  }
}
