import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LogSigner } from '../../src/checkpoints/index.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { loadConfig } from '../../src/config.ts'
import { emptyLog, LOG_NAME, moveTo, SIGNER, seal, seed } from '../checkpoints/support.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/* A witness and an honest log, and what a witness makes of a log that lies. */

const TOKEN = 'operator-token-of-the-test'
const LATER = LogSigner.of(LOG_NAME, [seed(2), seed(1)])
const STRANGER = LogSigner.of(LOG_NAME, [seed(3)])

let database: TestDatabase
let server: RunningServer
let cwd: string
beforeAll(async () => {
  database = await freshDatabase()
  server = await startServer({
    config: loadConfig({ env: {}, cwd: temporaryFolder() }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
})
afterAll(() => server?.close())

let seq = 0
/** One more leaf, in a checkpoint of its own. */
const grow = async (signer = SIGNER, account = 'a') => {
  seq += 1
  await moveTo(database, { [account]: seq })
  expect(await seal(database, signer)).toBeGreaterThan(0)
}

const cli = (...argv: string[]) => run(['log', ...argv, '--url', server.url], { cwd })
const keep = (...more: string[]) => cli('keep', 'kept', '--once', ...more)
const kept = () => readdirSync(join(cwd, 'kept')).sort()
const verify = (...more: string[]) => cli('verify', '--from', 'old.note', ...more)
const save = async () => writeFileSync(join(cwd, 'old.note'), (await cli('latest')).out)

beforeEach(async () => {
  await emptyLog(database)
  cwd = temporaryFolder()
  for (let leaves = 0; leaves < 5; leaves += 1) await grow()
})

describe('an honest log', () => {
  it('shows its key, its newest checkpoint and proofs; only a proof needs a token', async () => {
    expect((await cli('key')).out).toContain(SIGNER.key)
    expect((await cli('key')).out).toContain('Sealing is off')
    expect((await cli('latest')).out).toMatch(new RegExp(`^${LOG_NAME}\n5\n`))
    expect(JSON.parse((await cli('latest', '--json')).out)).toMatchObject({ size: 5 })
    const proof = await cli('proof', 'a', '--at-least', `${seq}`, '--token', TOKEN)
    expect(proof.out).toContain(`sealed up to entry ${seq}: leaf 4 of 5`)
    expect(await cli('proof', 'a')).toMatchObject({
      code: 1,
      err: expect.stringContaining('token'),
    })
    const later = await cli('proof', 'a', '--at-least', '999999', '--token', TOKEN)
    expect(later.err).toMatch(/sealing_off|head_not_sealed/)
  })

  it('goes on from a kept checkpoint, and says whose key that rests on', async () => {
    await save()
    for (let leaves = 0; leaves < 3; leaves += 1) await grow()
    const shown = await verify()
    expect(shown).toMatchObject({
      code: 0,
      out: expect.stringContaining('8 leaves begins with all 5'),
    })
    expect(shown.err).toContain('the one that the server names')
    const trusted = await verify('--key', SIGNER.key, '--json')
    expect(JSON.parse(trusted.out)).toEqual({
      ok: true,
      from: 5,
      to: 8,
      key: SIGNER.key,
      key_given: true,
    })
    expect(trusted.err).toBe('')
  })

  it('is kept checkpoint by checkpoint, and taken up where it was left', async () => {
    expect((await keep('--key', SIGNER.key)).code).toBe(0)
    const names = [1, 2, 3, 4, 5].map((size) => `checkpoint-${`${size}`.padStart(16, '0')}.note`)
    expect(kept()).toEqual(names)
    expect(readFileSync(join(cwd, 'kept', names[4]!), 'utf8')).toBe((await cli('latest')).out)
    expect(await keep()).toMatchObject({ code: 0, out: '' })
    await grow()
    expect((await keep('--json')).out).toContain('"size":6')
    expect(kept()).toHaveLength(6)
  })

  it('changes its key when the key before it says so', async () => {
    await save()
    await keep()
    await grow(LATER)
    await grow(LATER)
    for (const more of [[], ['--key', SIGNER.key]])
      expect(JSON.parse((await verify('--json', ...more)).out)).toMatchObject({ key: LATER.key })
    expect((await keep('--key', SIGNER.key)).code).toBe(0)
    expect(kept()).toHaveLength(7)
    expect((await cli('key')).out).toMatch(/by the one before/)
    // a witness that begins with the new key keeps what that has signed
    expect((await cli('keep', 'late', '--once', '--key', LATER.key)).code).toBe(0)
    expect(readdirSync(join(cwd, 'late'))).toHaveLength(2)
  })

  it('that has nothing yet is waited for', async () => {
    await emptyLog(database)
    expect((await cli('latest')).err).toContain('log_empty')
    expect((await keep()).code).toBe(0)
    expect(kept()).toEqual([])
  })
})

/** Everything anew, with the same key: another history of the same sizes. */
const forked = async (leaves: number) => {
  await emptyLog(database)
  for (let done = 0; done < leaves; done += 1) await grow(SIGNER, 'other')
}

describe('a log that lies', () => {
  beforeEach(async () => {
    await save()
    await keep()
  })

  it.each([
    ['of the same size', 5, 'log_forked', 'log_forked'],
    ['that has grown', 8, 'log_forked', 'log_forked'],
    ['that is smaller', 3, 'log_shrunk', 'log_shrunk'],
    // an empty log names no key either
    ['that is empty', 0, 'log_shrunk', 'kept_not_signed'],
  ])('with another history %s is found, by whoever holds a note', async (_what, leaves, to, by) => {
    await forked(leaves)
    const verified = await verify('--key', SIGNER.key, '--json')
    expect(verified).toMatchObject({ code: 6, err: expect.stringContaining(to) })
    expect(await keep('--json')).toMatchObject({ code: 6, err: expect.stringContaining(by) })
    const words = kept().filter((name) => name.startsWith('contradiction-'))
    expect(words).toHaveLength(leaves === 0 ? 0 : 1)
    for (const name of words)
      expect(readFileSync(join(cwd, 'kept', name), 'utf8')).toBe((await cli('latest')).out)
  })

  it('denies a checkpoint that it has signed, and is found', async () => {
    await grow()
    await database.pool.query('delete from control.log_checkpoint where size = 5')
    expect(await verify('--json')).toMatchObject({
      code: 6,
      err: expect.stringContaining('log_denied'),
    })
  })

  it('signs with a key that nobody announced, and is found', async () => {
    const { rows } = await database.pool.query<{ root: string }>(
      "select encode(root, 'hex') as root from control.log_checkpoint where size = 5",
    )
    const note = STRANGER.checkpoint({ size: 5n, root: rows[0]!.root }, null)
    await database.pool.query(
      'update control.log_checkpoint set note = $1, key_text = $2 where size = 5',
      [note, STRANGER.key],
    )
    expect((await verify('--key', SIGNER.key, '--json')).err).toContain('log_not_signed')
    await database.pool.query(
      `insert into control.log_key (key_text, from_size, announced, added_at)
       values ($1::text, 5, true, '2026-11-20T12:00:00Z')`,
      [STRANGER.key],
    )
    const ran = await verify('--key', SIGNER.key, '--json')
    expect(ran).toMatchObject({ code: 6, err: expect.stringContaining('log_key_not_announced') })
  })

  it('gives a proof of an account that is none, and is found', async () => {
    await database.pool.query(
      `update control.log_node set hash = '\\x${'ab'.repeat(32)}' where level = 1`,
    )
    const ran = await cli('proof', 'a', '--at-least', `${seq}`, '--token', TOKEN, '--json')
    expect(ran).toMatchObject({ code: 0 })
    const first = await cli('proof', 'a', '--at-least', '1', '--token', TOKEN, '--json')
    expect(first).toMatchObject({ code: 6, err: expect.stringContaining('proof_wrong') })
  })
})

describe('bad input', () => {
  it.each([
    ['no file', ['verify', '--from', 'absent.note'], 'cannot be read'],
    ['no checkpoint', ['verify', '--from', 'rubbish'], 'is no checkpoint'],
    ['no key', ['verify', '--from', 'old.note', '--key', 'rubbish'], 'no public key'],
    ['another log’s key', ['verify', '--from', 'old.note', '--key', STRANGER.key], 'no checkpoint'],
  ])('%s is told', async (_what, argv, message) => {
    await save()
    writeFileSync(join(cwd, 'rubbish'), 'rubbish\n')
    expect(await cli(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) })
  })

  it('a kept file that was changed is no beginning', async () => {
    await keep()
    const path = join(cwd, 'kept', kept().at(-1)!)
    writeFileSync(path, readFileSync(path, 'utf8').replace('\n5\n', '\n4\n'))
    expect(await keep('--json')).toMatchObject({
      code: 6,
      err: expect.stringContaining('kept_not_signed'),
    })
    writeFileSync(join(cwd, 'a-file'), '')
    expect((await cli('keep', 'a-file', '--once')).err).toContain('cannot be used')
  })
})
