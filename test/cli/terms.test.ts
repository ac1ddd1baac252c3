import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'
import { run, temporaryFolder } from './support/run.ts'

const TOKEN = 'operator-token-of-the-test'
let server: RunningServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

/** A folder of rows and bundles, as an operator keeps one. */
function termsFolder(): string {
  const folder = join(temporaryFolder(), 'terms')
  mkdirSync(folder)
  for (const name of ['policies', 'bundles'])
    cpSync(join(TERMS_DIR, name), join(folder, name), { recursive: true })
  return folder
}

async function start(database: TestDatabase, termsDir: string | undefined) {
  const cwd = temporaryFolder()
  server = await startServer({
    config: loadConfig({
      env: { EVERYCENT_PAYMENTS_PROVIDER: 'simulated', EVERYCENT_PAYMENTS_TERMS_DIR: termsDir },
      cwd,
    }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
  return (...argv: string[]) => run(argv, { cwd })
}

function edit(file: string, change: object): void {
  const document = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...document, ...change }))
}

const refsOf = async (database: TestDatabase) =>
  (
    await database.pool.query<{ ref: string }>(
      "select kind || ' ' || name || '@' || version as ref from control.terms order by ref",
    )
  ).rows.map(({ ref }) => ref)

describe('a folder of terms', () => {
  test('is published at the start, and again at the next one it changes nothing', async () => {
    const database = await freshDatabase()
    const folder = termsFolder()
    await start(database, folder)
    const refs = await refsOf(database)
    expect(refs).toContain('policy DE@1')
    expect(refs).toContain('bundles USD@1')
    await server?.close()
    edit(join(folder, 'policies', 'de.json'), { version: 2, withdrawal_days: 30 })
    await start(database, folder)
    expect(await refsOf(database)).toEqual([...refs, 'policy DE@2'].sort())
  })

  test.each([
    [{ paid_credit_validity: 'a year' }, /de\.json cannot be published/],
    [{ withdrawal_days: -1 }, /de\.json cannot be published/],
    [{ tax: { name: 'VAT', rate: '0.19', point: 'use' } }, /de\.json cannot be published/],
  ])('with a faulty row %j stops the start', async (change, message) => {
    const database = await freshDatabase()
    const folder = termsFolder()
    edit(join(folder, 'policies', 'de.json'), change)
    await expect(start(database, folder)).rejects.toThrow(message)
  })

  test('with a version that is published otherwise stops the start', async () => {
    const database = await freshDatabase()
    const folder = termsFolder()
    await start(database, folder)
    await server?.close()
    edit(join(folder, 'bundles', 'usd.json'), { bundles: [] })
    await expect(start(database, folder)).rejects.toThrow(
      /usd\.json differs from what is published/,
    )
  })

  test('without a row stops the start', async () => {
    const database = await freshDatabase()
    await expect(start(database, temporaryFolder())).rejects.toThrow(/has no row of law/)
  })
})

test('rows and bundles are listed and published by hand', async () => {
  const cli = await start(await freshDatabase(), undefined)
  expect((await cli('policies')).out).toContain('nothing can be bought')
  expect((await cli('bundles')).out).toContain('No bundle is on sale.')
  const published = await cli('policies', join(TERMS_DIR, 'policies', 'de.json'))
  expect(published.out).toContain('The policy DE@1 is published, and in force.')
  await cli('bundles', join(TERMS_DIR, 'bundles', 'usd.json'))
  expect((await cli('policies')).out).toMatch(/DE@1 +in force .*VAT 0\.19 +P1Y +14 days/)
  expect((await cli('bundles')).out).toMatch(/usd_50 +\$50\.00 +\$45\.00 +USD@1/)
  const folder = termsFolder()
  const file = join(folder, 'policies', 'de.json')
  edit(file, { withdrawal_days: 30 })
  const taken = await cli('policies', file)
  expect([taken.code, taken.err]).toEqual([4, expect.stringContaining('policy_exists')])
  edit(file, { version: 2, effective_from: '2099-01-01T00:00:00Z' })
  expect((await cli('policies', file)).out).toMatch(
    /DE@2 is published, in force from Thu 1 Jan 2099/,
  )
})
