import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { instant } from '../../src/core/time/index.ts'
import type { Engine } from '../../src/engine/index.ts'
import { sweepHolds } from '../../src/jobs/sweep.ts'
import { migrate } from '../../src/store/migrate.ts'
import { sumUsage } from '../../src/store/reads/usage.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.ts'
import { record, refund, release } from './support/commands.ts'
import { funded, post } from './support/journal.ts'
import { clockedNode } from './support/nodes.ts'
import { SetClock } from './support/set-clock.ts'
import { authorize, seedCatalogue, settle } from './support.ts'

/* A call counts once, its attempts each: in the hourly sums of the account and of the member. */

const HOUR_MS = 3_600_000
let database: TestDatabase
let engine: Engine
let clock: SetClock

const byAnn = (id: string, attempt = 1): Command => {
  const asked = authorize('acct', id)
  return {
    ...asked,
    requestId: attempt === 1 ? id : `${id}#${attempt}`,
    call: { ...asked.call, attempt, memberId: 'ann' },
  }
}

beforeAll(async () => {
  database = await freshDatabase()
  await seedCatalogue(database)
  clock = new SetClock('2026-11-20T12:10:00Z')
  engine = (await clockedNode(database, clock)).engine
  await funded(engine, 'acct', '10')
  // two attempts fail, the third is settled
  await engine.execute(byAnn('c1'))
  await post(engine, release('acct', 'c1'))
  await engine.execute(byAnn('c1', 2))
  await post(engine, release('acct', 'c1', 'c1#2'))
  await engine.execute(byAnn('c1', 3))
  await post(engine, { ...settle('acct', 'c1'), requestId: 'c1#3' })
  // never answered
  await engine.execute(byAnn('c2'))
  await post(engine, release('acct', 'c2'))
  // its gateway died
  await engine.execute(byAnn('c3'))
  clock.advance(HOUR_MS)
  await sweepHolds(database.pool, engine, clock.now())
  // recorded afterwards, by nobody in particular, and given back: a correction is no call
  await post(engine, record('acct', 'c4', clock.now()), refund('acct', 'c4'))
  await post(engine, record('acct', 'c5', clock.now(), { call: { memberId: 'ann' } }))
})

const sums = (memberId: string | null) =>
  sumUsage(database.pool, 'acct', {
    from: instant(clock.now() - 2 * HOUR_MS),
    to: instant(clock.now() + 2 * HOUR_MS),
    groupBy: 'hour',
    model: null,
    memberId,
    limit: 10,
  })

it('a call that was tried three times is one call of three attempts', async () => {
  expect(await sums(null)).toMatchObject([
    { calls: 1n, attempts: 5n, notBilledAttempts: 4n },
    { calls: 2n, attempts: 2n, notBilledAttempts: 0n },
  ])
  expect(await sums('ann')).toMatchObject([
    { calls: 1n, attempts: 5n },
    { calls: 1n, attempts: 1n },
  ])
})

it('the sums of a database that did not count calls are filled in from its journal', async () => {
  const migrations = fileURLToPath(new URL('../../src/store/migrations', import.meta.url))
  const dir = mkdtempSync(join(tmpdir(), 'everycent-migrations-'))
  for (const name of readdirSync(migrations).filter((own) => own < '0014'))
    copyFileSync(join(migrations, name), join(dir, name))
  const old = await emptyDatabase()
  await migrate(old.url, { dir })
  rmSync(dir, { recursive: true })
  const tables = ['entry', 'usage_hour', 'member_usage_hour']
  for (const table of tables) {
    const { rows } = await database.pool.query(
      `select json_agg(t)::text as rows from accounts.${table} t`,
    )
    await old.pool.query(
      `insert into accounts.${table}
       select * from json_populate_recordset(null::accounts.${table}, $1::json)`,
      [rows[0].rows],
    )
  }
  expect((await migrate(old.url)).applied).toContain('0014_truths')
  for (const table of tables.slice(1)) {
    const read = async ({ pool }: TestDatabase) =>
      (await pool.query(`select * from accounts.${table} order by hour, model`)).rows
    const filled = await read(old)
    expect(filled.length).toBeGreaterThan(1)
    expect(filled).toEqual(await read(database))
  }
})
