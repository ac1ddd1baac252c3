import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { logSigner, sealingOf } from '../../src/cli/serve/checkpoints.ts'
import { checkSealing } from '../../src/cli/serve/doctor-sealing.ts'
import { type ConfigError, loadConfig } from '../../src/config.ts'
import { emptyLog, LOG_NAME, moveTo, NOW_MS, SIGNER, seal, seed } from '../checkpoints/support.ts'
import { emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.ts'
import { temporaryFolder } from './support/run.ts'

/* The settings of the log: who signs, and what is said when nobody does. */

const OUTSIDE = { DATABASE_URL: 'postgres://db.example/everycent' }
const SET = { EVERYCENT_LOG_KEY: seed(1), EVERYCENT_LOG_NAME: LOG_NAME }

const config = (env: Record<string, string> = {}, cwd = temporaryFolder()) =>
  loadConfig({ env, cwd })

function problemOf(env: Record<string, string>): string {
  try {
    config(env)
  } catch (error) {
    return (error as ConfigError).problems.join('\n')
  }
  throw new Error('the settings were read')
}

describe('the log’s settings', () => {
  it.each([
    ['a key that is too short', { ...SET, EVERYCENT_LOG_KEY: 'AAAA' }, 'openssl rand -base64 32'],
    ['a key in hex', { ...SET, EVERYCENT_LOG_KEY: 'ab'.repeat(32) }, 'EVERYCENT_LOG_KEY is not'],
    [
      'a key of 32 bytes and some bits',
      { ...SET, EVERYCENT_LOG_KEY: `${'A'.repeat(42)}B=` },
      'not a key',
    ],
    ['a former key that is none', { ...SET, EVERYCENT_LOG_KEY: `${seed(1)} x` }, 'not a key'],
    ['a key without a name', { EVERYCENT_LOG_KEY: seed(1) }, 'Set EVERYCENT_LOG_NAME'],
    ['a name with a blank', { ...SET, EVERYCENT_LOG_NAME: 'my log' }, 'signed note'],
    ['a name with a plus', { ...SET, EVERYCENT_LOG_NAME: 'a+b' }, 'signed note'],
    [
      'a webhook that is no address',
      { EVERYCENT_CHECKPOINTS_WEBHOOK_URL: 'ftp://x' },
      'https address',
    ],
    [
      'a webhook’s secret of another form',
      { EVERYCENT_CHECKPOINTS_WEBHOOK_SECRET: 'secret' },
      'whsec_',
    ],
    ['rounds that are too close', { EVERYCENT_CHECKPOINTS_EVERY_MS: '10' }, 'outside 1000 to'],
  ])('%s is told, and the key is not repeated', (_what, env, message) => {
    const problem = problemOf(env)
    expect(problem).toContain(message)
    expect(problem).not.toContain(seed(1))
  })

  it('are read from the environment or a file, and the key is never shown', () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'keys'), `${seed(2)}\n${seed(1)}\n`)
    writeFileSync(
      join(cwd, 'config.json'),
      JSON.stringify({
        checkpoints: { key_file: 'keys', name: LOG_NAME, directory: 'out', every_ms: 60_000 },
      }),
    )
    const own = loadConfig({ env: {}, cwd, file: 'config.json' })
    expect(own.checkpoints).toMatchObject({ name: LOG_NAME, directory: join(cwd, 'out') })
    expect(own.checkpoints.keys.map((key) => key.reveal())).toEqual([seed(2), seed(1)])
    expect(own.numbers['checkpoints.every_ms']).toBe(60_000)
    expect(JSON.stringify(own)).not.toContain(seed(1))
  })
})

describe('who signs', () => {
  it('is the key of the settings, wherever the database is', () => {
    for (const env of [SET, { ...SET, ...OUTSIDE }])
      expect(logSigner(config(env), temporaryFolder())?.key).toBe(SIGNER.key)
  })

  it('is a key of the folder’s own beside its own database: made once, for its owner only', () => {
    const cwd = temporaryFolder()
    const first = logSigner(config({}, cwd), cwd)
    expect(logSigner(config({}, cwd), cwd)?.key).toBe(first?.key)
    expect(first?.name).toBe('everycent.local/heads')
    const path = join(cwd, '.everycent', 'log-key')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8').trim()).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  })

  it('is nobody on a database of yours without a key', () => {
    expect(logSigner(config(OUTSIDE), temporaryFolder())).toBeUndefined()
  })

  it('and checkpoints are published only where a place is set', async () => {
    expect(sealingOf(config(), SIGNER)).toEqual({ signer: SIGNER, everyMs: 5_000 })
    const env = { EVERYCENT_CHECKPOINTS_DIRECTORY: 'out' }
    const { publication } = sealingOf(config(env), SIGNER)
    expect(publication).toBeDefined()
    await publication?.close()
  })
})

describe('doctor', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await freshDatabase()
  })
  beforeEach(() => emptyLog(database))
  const look = async (env: Record<string, string>, nowMs = NOW_MS) =>
    (await checkSealing(database.pool, config(env), nowMs))[0]
  const MINUTE_MS = 60_000

  test('says that sealing is off, and what to set', async () => {
    expect(await look(OUTSIDE)).toMatchObject({
      state: 'warn',
      found: 'off; nothing is sealed yet',
      next: expect.stringContaining('EVERYCENT_LOG_KEY'),
    })
  })

  test('says how much is sealed, and when accounts are left behind', async () => {
    await moveTo(database, { a: 1, b: 2 })
    expect(await look(SET)).toMatchObject({ state: 'ok', found: 'nothing is sealed yet' })
    expect(await look({}, NOW_MS + 5 * MINUTE_MS)).toMatchObject({ state: 'ok' })
    expect(await look(SET, NOW_MS + 5 * MINUTE_MS + 1)).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(/^behind: 2 accounts/),
    })
    await seal(database)
    const later = await look(SET, NOW_MS + 60 * MINUTE_MS)
    expect(later).toMatchObject({ state: 'ok', found: '2 heads are sealed', next: null })
  })

  test('a database without a schema has no log', async () => {
    expect(await checkSealing((await emptyDatabase()).pool, config(), NOW_MS)).toEqual([])
  })
})
