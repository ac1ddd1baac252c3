import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

const TOKEN = 'operator-token-of-the-test'
let server: RunningServer
let cwd: string
let funded: string
let used: string

beforeAll(async () => {
  const database = await freshDatabase()
  server = await startServer({
    config: loadConfig({ env: {}, cwd: temporaryFolder() }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  cwd = temporaryFolder()
  writeLocalServer(cwd, { url: server.url, token: TOKEN })
  const client = createClient({ baseUrl: server.url, token: TOKEN })
  const plan = { id: 'payg', name: 'Pay as you go', currency: 'USD', windows: [], coverage: [] }
  await client.plans.create(plan)
  await client.plans.publish('payg', 1)
  await client.priceBooks.publish({
    id: 'book',
    currency: 'USD',
    effective_from: '2020-01-01T00:00:00Z',
    rows: [{ model: 'small', kind: 'output', per_mtok: '10' }],
  })
  await client.accounts.open({ account_id: 'acct', name: 'Acct', currency: 'USD', plan: 'payg' })
  const lot = { payment_id: 'pay', price: '50', expires_at: null }
  await client.credit.topUp('acct', lot)
  await client.accounts.setControls('acct', { paid_use: true, reason: 'ordered' })
  funded = (await client.accounts.state('acct')).as_of
  await client.record({
    account_id: 'acct',
    call_id: 'call_1',
    model: 'small',
    event_at: new Date(Date.now() + 250).toISOString(),
    usage: { tokens: { output: 1_000_000 } },
  })
  used = (await client.accounts.state('acct')).as_of
})
afterAll(() => server.close())

test('everycent timeline tells what happened, the latest first, in the language asked for', async () => {
  const { code, out } = await run(['timeline', 'acct', '--kinds', 'calls,settings'], { cwd })
  expect(code).toBe(0)
  const text = out.replaceAll(/\s+/g, ' ')
  expect(text).toContain('1 call (small) came to $10.00: $10.00 from paid credit.')
  expect(text.indexOf('1 call')).toBeLessThan(text.indexOf('Paid use was turned on.'))
  const japanese = await run(['timeline', 'acct', '--lang', 'ja', '--kinds', 'calls'], { cwd })
  expect(japanese.out).toContain('有償クレジット')
  const json = await run(['timeline', 'acct', '--json', '-n', '1', '--kinds', 'calls'], { cwd })
  expect(JSON.parse(json.out)).toMatchObject({
    items: [{ kind: 'calls', receipt_id: 'rcpt_1', run: { amounts: { paid: '10' } } }],
  })
})

test('everycent state-at tells how the account stood, and what changed until another moment', async () => {
  const { code, out } = await run(['state-at', 'acct', funded, '--compare', used], { cwd })
  expect(code).toBe(0)
  const text = out.replaceAll(/\s+/g, ' ')
  expect(text).toContain('payg@1')
  expect(text).toContain('price book book')
  expect(text).toContain('$50.00 was left, then $40.00.')
  const json = await run(['state-at', 'acct', used, '--json'], { cwd })
  expect(JSON.parse(json.out)).toMatchObject({ lots: [{ remaining: '40' }], compare: null })
})

test('a kind that there is not, a time without a zone and a moment to come are named as such', async () => {
  const kind = await run(['timeline', 'acct', '--kinds', 'secrets'], { cwd })
  expect([kind.code, kind.err]).toEqual([2, expect.stringContaining('refunds')])
  const time = await run(['state-at', 'acct', '12:00'], { cwd })
  expect([time.code, time.err]).toEqual([2, expect.stringContaining('with its zone')])
  const future = new Date(Date.now() + 3_600_000).toISOString()
  const late = await run(['state-at', 'acct', future], { cwd })
  expect(late.code).not.toBe(0)
  expect(late.err).toContain('is in the future')
})

test('everycent explain without a receipt explains an interval, and with one not', async () => {
  const short = await run(['explain', '-a', 'acct', '--length', 'short'], { cwd })
  expect(short.code).toBe(0)
  expect(short.out.replaceAll(/\s+/g, ' ')).toContain('1 call came to $10.00: $10.00 from paid')
  const json = await run(['explain', '-a', 'acct', '--from', funded, '--json'], { cwd })
  expect(JSON.parse(json.out)).toMatchObject({ facts: { calls: 1, bought: '0' }, length: 'medium' })
  const both = await run(['explain', 'rcpt_1', '--from', funded], { cwd })
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('Leave the receipt out')])
})
