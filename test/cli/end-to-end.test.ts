import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { loadConfig, Secret } from '../../src/config.ts'
import { startUpstream, type Upstream } from '../../src/demo/upstream/index.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { type Ran, type RunOptions, run, temporaryFolder } from './support/run.ts'

/**
 * The commands against a real server: own database, engine, gateway, API and jobs, composed as `serve`
 * composes them, in front of the simulated provider. Steps build on each other.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TOKEN = 'operator-token-of-the-test'
const MODEL = 'claude-haiku-5.5'

let database: TestDatabase
let upstream: Upstream
let server: RunningServer
let cwd: string
let key: string

beforeAll(async () => {
  database = await freshDatabase()
  upstream = await startUpstream({ seed: 1 })
  const provider = { baseUrl: upstream.url, apiKey: new Secret('sk-simulated') }
  server = await startServer({
    config: loadConfig({ env: {}, cwd: temporaryFolder() }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    upstreams: { anthropic: provider, openai: provider },
    port: 0,
  })
  cwd = temporaryFolder()
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
})

afterAll(async () => {
  await server?.close()
  await upstream?.stop()
})

const cli = (argv: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  run(argv, { cwd, ...options })

async function json(argv: readonly string[], options: RunOptions = {}) {
  const ran = await cli([...argv, '--json'], options)
  expect(ran.err).toBe('')
  expect(ran.code).toBe(0)
  return JSON.parse(ran.out)
}

async function ask(text: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/anthropic/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': key,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      ...headers,
    },
    body: JSON.stringify({
      model: MODEL,
      max_tokens: 50,
      messages: [{ role: 'user', content: text }],
    }),
  })
}

test('a folder beside a running server is all that a command needs', async () => {
  const ran = await cli(['status'])
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(ran.out).toContain('There are no accounts yet.')
})

test('prices, plans, an account, credit and a key', async () => {
  const book = join(ROOT, 'data/price-books/2026-10-07.json')
  expect((await json(['prices', 'publish', book])).price_book_id).toBe('2026-10-07')
  expect((await json(['plans', 'publish', join(ROOT, 'data/plans/pro.json')])).status).toBe(
    'published',
  )
  expect((await cli(['plans', 'list'])).out).toContain('pro@1')
  const opened = await json([
    'accounts',
    'create',
    '--name',
    '株式会社サンプル',
    '--plan',
    'pro',
    '--id',
    'acct_1',
  ])
  expect(opened).toMatchObject({ kind: 'open_account', account_id: 'acct_1' })
  const granted = await cli([
    'grant',
    'acct_1',
    '12.50',
    '--name',
    'Launch',
    '--expires',
    '2099-01-01',
  ])
  expect(granted.out).toContain('Granted $12.50 to acct_1.')
  const paid = await cli([
    'topup',
    'acct_1',
    '20',
    '--payment',
    'pi_1',
    '--tax',
    '2',
    '--expires',
    'never',
  ])
  expect(paid.out).toContain('Credited $20.00 to acct_1 for payment pi_1. No card was charged.')
  const set = await cli([
    'accounts',
    'controls',
    'acct_1',
    '--paid-use',
    'on',
    '--cap',
    'account/cycle=50',
    '--overage',
    'none',
  ])
  expect(set.out).toContain('The controls are set. Nothing was charged.')
  const made = await json(['keys', 'create', 'acct_1', '--name', 'ci'])
  key = made.key
  expect((await cli(['keys', 'list', 'acct_1'])).out).not.toContain(key)
})

test('a key finds out whom it speaks for, and its commands need no account', async () => {
  const token = ['--token', key]
  const own = await cli(['whoami', ...token])
  expect(own).toMatchObject({ code: 0, err: '' })
  for (const word of ['account key', 'acct_1', '株式会社サンプル', 'pro@1', 'USD'])
    expect(own.out).toContain(word)
  expect(own.out).not.toContain(key)
  expect(await json(['whoami'])).toMatchObject({ principal: 'operator', account: null })
  expect((await cli(['status', ...token])).out).toContain('株式会社サンプル')
})

test('a payment is credited once, and the same payment with another amount is a conflict', async () => {
  const argv = ['topup', 'acct_1', '20', '--payment', 'pi_1', '--tax', '2', '--expires', 'never']
  expect((await cli(argv)).code).toBe(0)
  const other = await cli(['topup', 'acct_1', '21', ...argv.slice(3)])
  expect(other.code).toBe(4)
  expect(other.err).toMatch(/request_conflict/)
  expect((await json(['status'])).lots).toHaveLength(2)
})

describe('a call', () => {
  let receiptId: string

  test('goes through the gateway', async () => {
    const response = await ask('hello')
    expect(response.status).toBe(200)
    receiptId = response.headers.get('everycent-receipt') ?? ''
    expect(receiptId).toMatch(/^rcpt_/)
    await response.text()
  })

  test('is listed', async () => {
    const { items } = await json(['calls'])
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ receipt_id: receiptId, verdict: { code: 'covered_by_plan' } })
    expect((await cli(['calls'])).out).toMatch(/claude-haiku-5\.5 +succeeded .* plan/)
  })

  test('has a receipt with the reason for every source, by receipt id and by call id', async () => {
    const ran = await cli(['receipt', receiptId, '--trace'])
    expect(ran.err).toBe('')
    expect(ran.out).toContain('covered by plan - succeeded - upstream 200')
    expect(ran.out).toMatch(/1 +plan windows +used/)
    expect(ran.out).toMatch(/2 +Launch \(promotional\) +passed over .* not needed/)
    expect(ran.out).toContain('included:allowance')
    const receipt = await json([
      'receipt',
      receiptId.replace('rcpt_', 'call_'),
      '--account',
      'acct_1',
    ])
    expect(receipt.receipt_id).toBe(receiptId)
    expect(ran.out).toContain(`hash ${receipt.hash}`)
  })

  test('is explained in both languages', async () => {
    expect((await cli(['explain', receiptId])).out).toMatch(/covered by your plan/)
    expect((await cli(['explain', receiptId, '--lang', 'ja'])).out).toMatch(/プランの対象/)
  })

  test('can be read with the account key, and another account can not', async () => {
    expect((await cli(['receipt', receiptId, '--token', key])).code).toBe(0)
    await json(['accounts', 'create', '--name', 'Other', '--plan', 'pro', '--id', 'acct_2'])
    const other = await json(['keys', 'create', 'acct_2', '--name', 'ci'])
    const refused = await cli(['receipt', receiptId, '--token', other.key])
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toMatch(/receipt_unknown/)
  })

  test('shows in the status with its window open', async () => {
    const ran = await cli(['status', '-a', 'acct_1'])
    expect(ran.out).toMatch(/session +0 % used - 100 % left - \$0\.0000\d+ of \$5\.00 - resets in/)
    expect((await cli(['status'])).out).toContain('acct_2')
    expect((await cli(['status', '--compact', '-a', 'acct_1'])).out).toMatch(/^session 0 % used/)
  })
})

test('a failed call costs nothing and says why', async () => {
  const response = await ask('fail please', {
    'x-sim-fault': 'error_529',
    'x-should-retry': 'false',
  })
  await response.text()
  const { items } = await json(['calls', '-a', 'acct_1', '-n', '1'])
  const receipt = await json(['receipt', items[0].receipt_id])
  expect(receipt.amounts.charged.amount).toBe('0')
})

describe('what was wrong is put right', () => {
  test('a charge goes back to where it came from, once for one reason', async () => {
    const response = await ask('to be given back')
    await response.text()
    const receiptId = response.headers.get('everycent-receipt') ?? ''
    const { amounts } = await json(['receipt', receiptId])
    const argv = ['refund', 'acct_1', receiptId, '--reason', 'wrong_answer']
    const ran = await cli(argv)
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('Refunded on acct_1. The postings say what moved where.')
    expect(ran.out).toContain('included:allowance')
    const again = await json(argv)
    expect(ran.out).toContain(again.hash)
    const after = await json(['receipt', receiptId])
    expect(amounts.covered_by_plan.amount).not.toBe('0')
    expect(after.verdict.code).toBe('refunded')
    const other = await cli([...argv.slice(0, 4), 'other_reason'])
    expect(other).toMatchObject({ code: 4 })
    expect(other.err).toMatch(/already_refunded/)
    expect((await cli([...argv.slice(0, 4), 'Not a code'])).err).toMatch(/must be a code/)
  })

  test('credit that nobody has used is voided; an entry that should not be is mirrored', async () => {
    const give = ['grant', 'acct_1', '3', '--name', 'Slip', '--expires', 'never']
    const { lot } = await json(give)
    const voided = await json(['void', 'acct_1', lot.id, '--reason', 'granted by mistake'])
    expect(voided).toMatchObject({ kind: 'void_lot', lot_id: lot.id })
    expect((await cli(['void', 'acct_1', lot.id, '--reason', 'again'])).code).toBe(4)
    const { seq } = await json(give)
    const reversed = await json(['reverse', 'acct_1', String(seq), '--reason', 'twice'])
    expect(reversed).toMatchObject({ kind: 'reverse', ref_seq: seq })
    expect((await cli(['reverse', 'acct_1', '0', '--reason', 'x'])).code).toBe(2)
  })
})

test('the feed shows calls as they end, and ends when it is told to', async () => {
  const controller = new AbortController()
  let seen = ''
  const following = cli(['calls', '--follow', '-a', 'acct_1'], {
    signal: controller.signal,
    onOut: (text) => {
      seen += text
      if (text.includes('succeeded')) controller.abort()
    },
  })
  const asking = setInterval(() => void ask('and again').then((answer) => answer.text()), 200)
  const ran = await following
  clearInterval(asking)
  expect(ran.code).toBe(0)
  expect(seen.split('\n')[0]).toMatch(/^ended +receipt/)
  expect(seen).toMatch(/rcpt_[0-9a-f-]{36} +claude-haiku-5\.5 +succeeded/)
})

test('an estimate names the source that would pay, and a refusal leaves with 4', async () => {
  const fine = await cli([
    'estimate',
    '-m',
    MODEL,
    '--prompt-tokens',
    '1000',
    '--max-output',
    '500',
    '-a',
    'acct_1',
  ])
  expect(fine.code).toBe(0)
  expect(fine.out).toMatch(/would be admitted[\s\S]*worst +\$0\.0003\d+/)
  // Another program's calls draw credit only, and this account has none.
  const refused = await cli([
    'estimate',
    '-m',
    MODEL,
    '--prompt-tokens',
    '1000',
    '--client',
    'third_party',
    '-a',
    'acct_2',
  ])
  expect(refused.code).toBe(4)
  expect(refused.out).toMatch(/would be refused: nothing would be charged/)
})

test('a trace is replayed with a key that ends with it', async () => {
  const file = join(cwd, 'trace.jsonl')
  const line = (at: number) =>
    `{"timestamp":${at},"input_length":900,"output_length":20,"hash_ids":[1,${at + 2}]}`
  writeFileSync(file, [0, 1, 2, 3, 4, 5].map(line).join('\n'))
  const ran = await json([
    'replay',
    'trace.jsonl',
    '-m',
    MODEL,
    '-a',
    'acct_1',
    '--concurrency',
    '3',
  ])
  expect(ran).toMatchObject({ calls: 6, endings: [{ ending: 'answered', calls: 6 }] })
  const { items } = await json(['keys', 'list', 'acct_1'])
  const made = items.find((one: { name: string }) => one.name === 'replay of a trace')
  expect(made.revoked_at).not.toBeNull()
})

describe('the same database, without the server', () => {
  const env = () => ({ DATABASE_URL: database.url })

  test('verify agrees', async () => {
    const report = await json(['verify'], { env: env() })
    expect(report).toMatchObject({ ok: true, accounts: 2, first: null })
    expect((await cli(['verify', '-a', 'acct_none'], { env: env() })).code).toBe(1)
  })

  test('migrate has nothing to do', async () => {
    expect((await cli(['migrate'], { env: env() })).out).toMatch(/nothing was to be done/)
  })

  test('doctor looks at it', async () => {
    const { checks } = JSON.parse((await cli(['doctor', '--json'], { env: env() })).out)
    const state = (name: string) =>
      checks.find((check: { name: string }) => check.name === name)?.state
    expect(state('version')).toBe('ok')
    expect(state('schema')).toBe('ok')
    // The database of the tests does not wait for the disk, and the doctor has to see it.
    expect(state('fsync')).toBe('fail')
    expect(state('upstreams')).toBe('warn')
  })

  test('verify finds a nano that is wrong: exit 6, by account and seq', async () => {
    await database.pool.query(
      `update accounts.posting set amount = amount + 1
       where account_id = 'acct_1' and seq = 2 and line = (
         select min(line) from accounts.posting where account_id = 'acct_1' and seq = 2)`,
    )
    const ran = await cli(['verify'], { env: env() })
    expect(ran.code).toBe(6)
    expect(ran.out).toMatch(/first difference is in account acct_1 at seq 2/)
  })
})

describe('a team', () => {
  const say = async (...argv: string[]) => (await json(argv)) as Record<string, unknown>

  test('members with roles, their keys, caps on each, and a raise that was asked for', async () => {
    await say('accounts', 'create', '--id', 'acct_team', '--name', 'Team', '--plan', 'pro')
    const member = ['acct_team', 'lena', '--name', 'Lena']
    await say('members', 'add', ...member, '--role', 'developer')
    const boss = ['acct_team', 'omar', '--name', 'Omar']
    await say('members', 'add', ...boss, '--role', 'owner', '--email', 'omar@team.example')
    await say('projects', 'add', 'acct_team', 'web', '--name', 'Web')
    const made = await say('keys', 'create', 'acct_team', '--name', 'laptop', '--member', 'lena')
    await say('accounts', 'controls', 'acct_team', '--cap', 'member:*/week/all=20')
    const token = ['--token', String(made.key)]
    const chain = await say('caps', 'effective', 'acct_team', ...token)
    const [cap] = chain.items as { id: string; source: string; left: string }[]
    expect(cap).toMatchObject({ source: 'each_member', left: '20' })
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const wish = ['acct_team', cap!.id, '--amount', '40', '--reason', 'release', '--until', until]
    const asked = await say('cap-requests', 'create', ...wish, ...token)
    const ran = await cli(['cap-requests', 'approve', 'acct_team', String(asked.request_id)])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('to 40 until')
    const shown = await cli(['caps', 'effective', 'acct_team', '--member', 'lena'])
    expect(shown.out).toMatch(/each member +40\/week/)
    expect((await cli(['members', 'list', 'acct_team'])).out).toMatch(/lena +Lena +developer/)
    expect((await cli(['cap-requests', 'list', 'acct_team'])).out).toContain('approved')
    expect((await cli(['status', '-a', 'acct_team'])).out).toContain('each member per week')
  })

  test('a role that makes no calls makes none through the gateway', async () => {
    const member = ['acct_team', 'bill', '--name', 'Bill', '--role', 'billing']
    await say('members', 'add', ...member)
    const made = await say('keys', 'create', 'acct_team', '--name', 'bill', '--member', 'bill')
    const answer = await ask('hello', { 'x-api-key': String(made.key) })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('permission_denied')
  })
})

test('a database that does not answer: a sentence, and no password', async () => {
  const env = { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/none' }
  const ran = await cli(['doctor'], { env })
  expect(ran.code).toBe(1)
  expect(ran.out).toMatch(/database +not reachable/)
  expect(ran.out + ran.err).not.toContain('hunter2')
  const verified = await cli(['verify'], { env })
  expect(verified.code).toBe(1)
  expect(verified.err).not.toContain('hunter2')
})

test('a second server on the same port says so, and leaves the first alone', async () => {
  const config = loadConfig({ env: { EVERYCENT_PORT: String(server.port) }, cwd })
  const options = {
    config,
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
  }
  await expect(startServer(options)).rejects.toThrow(/is taken by another program/)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

test('slow and broken clients are answered or cut off, and the server stays up', async () => {
  mkdirSync(cwd, { recursive: true })
  const broken = await fetch(`${server.url}/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: '{"name":',
  })
  expect(broken.status).toBe(400)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
})

test('alerts: an endpoint that may not be called is refused; settings and lists are shown', async () => {
  const refused = await cli(['alerts', 'add', 'acct_1', 'https://127.0.0.1/x', '--name', 'ops'])
  expect(refused.code).toBe(4)
  const set = await cli(['alerts', 'set', 'acct_1', '--window-levels', '80', '--mute', 'cap_level'])
  expect(set.out).toContain('80 %')
  expect(set.out).toContain('cap_level')
  expect((await cli(['alerts', 'endpoints', 'acct_1'])).out).toContain('no notification endpoints')
  expect((await cli(['alerts', 'log', 'acct_1'])).out).toContain('Nothing was sent yet.')
  expect((await json(['alerts', 'list', 'acct_1'])).items).toBeInstanceOf(Array)
})
