import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startUpstream } from '../../../src/demo/upstream/index.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { serve } from '../../cli/support/serve.ts'
import { emptyDatabase, type TestDatabase } from '../../support/database.ts'
import { chargedOnce, settings, stocked } from '../support/gateways.ts'
import { checkOut, commitBeforeLastMigration } from '../support/older-version.ts'
import { Callers } from './callers.ts'

/*
 * The version before the last migration and the one of today, side by side: the old one serves, the new one
 * starts beside it and migrates the schema under it, both decide for the same accounts, then the old one goes.
 */

const UPGRADE_MS = 180_000
const WHOLE = 30
const older = commitBeforeLastMigration()
if (older === null)
  console.log('There is no history of the program here: no older version is put beside it.')

const tried: Record<string, number> = { upgrades: 0, migrations: 0, calls_acknowledged: 0 }
afterAll(() => console.log(`proof rolling upgrade ${JSON.stringify(tried)}`))

async function migrations({ pool }: TestDatabase): Promise<number> {
  const { rows } = await pool.query<{ count: string }>('select count(*) from control.migration')
  return Number(rows[0]?.count)
}

async function upgrade(commit: string): Promise<void> {
  const database = await emptyDatabase()
  const upstream = await startUpstream({ seed: 9, latency: { chunkTokens: 1, chunkDelayMs: 5 } })
  const [version, folders] = [
    checkOut(commit),
    ['old', 'new'].map((name) => mkdtempSync(join(tmpdir(), `everycent-${name}-`))),
  ]
  const env = settings({ database: database.url, upstream: upstream.url })
  const old = await serve(folders[0]!, env, 0, version.root)
  const before = await migrations(database)
  const accounts = await stocked(old.url, 6, version.root)
  const first = new Callers(old.url, accounts, 'old')
  await first.more(WHOLE)
  // under load: the schema moves on beneath the old server
  const young = await serve(folders[1]!, env)
  const second = new Callers(young.url, accounts, 'new')
  await Promise.all([first.more(WHOLE), second.more(WHOLE)])
  await first.stop()
  old.child.kill('SIGTERM')
  expect(await old.exited, old.errors()).toBe(0)
  await second.more(WHOLE)
  await second.stop()
  tried.migrations = (await migrations(database)) - before
  expect(tried.migrations).toBeGreaterThan(0)
  const tries = [...first.tries, ...second.tries]
  expect(tries.filter(({ ended }) => ended !== 'whole')).toEqual([])
  tried.calls_acknowledged = await chargedOnce(database.pool, { tries })
  young.child.kill('SIGTERM')
  expect(await young.exited, young.errors()).toBe(0)
  await upstream.stop()
  version.remove()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  tried.upgrades = 1
}

test('the schema of today is reached twice without harm: the second server finds nothing to do', async () => {
  const { url } = await emptyDatabase()
  const both = await Promise.all([migrate(url), migrate(url)])
  expect(both.filter(({ applied }) => applied.length === 0)).toHaveLength(1)
  expect(new Set(both.map(({ current }) => current)).size).toBe(1)
})

if (older !== null)
  test(
    'an old and a new version side by side lose no call and charge each once',
    () => upgrade(older),
    UPGRADE_MS,
  )
