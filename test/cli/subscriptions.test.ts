import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { verify } from '../../src/store/verify/index.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/** The commands of plans, subscriptions and resets against a server composed as `serve` composes it. */
const TOKEN = 'operator-token-of-the-test'
let server: RunningServer
let cwd: string

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
})
afterAll(async () => {
  expect(await verify(server.pool)).toMatchObject({ ok: true })
  await server.close()
})

const cli = (...argv: string[]) => run(argv, { cwd })
async function out(...argv: string[]): Promise<string> {
  const ran = await cli(...argv)
  expect(ran.err).toBe('')
  expect(ran.code).toBe(0)
  return ran.out
}
const json = async (...argv: string[]) => JSON.parse(await out(...argv, '--json'))

const client = () => createClient({ baseUrl: server.url, token: TOKEN })
const session = (capacity: string) => ({
  id: 'session',
  shape: 'anchored',
  length: 'PT5H',
  capacity,
})
const PLANS = [
  { id: 'free', name: 'Free', windows: [session('1')] },
  { id: 'pro', name: 'Pro', price: '20', fallback: 'free', windows: [session('5')] },
  { id: 'max', name: 'Max', price: '100', fallback: 'free', windows: [session('50')] },
]

function file(name: string, document: object): string {
  const path = join(cwd, name)
  writeFileSync(path, JSON.stringify(document))
  return path
}

async function account(id: string): Promise<string> {
  await client().accounts.open({ account_id: id, name: id, currency: 'USD', plan: 'free' })
  return id
}

async function subscribed(id: string): Promise<string> {
  await account(id)
  await out('subscription', 'change', id, '--plan', 'pro', '--payment', `pi_${id}`, '--tax', '2')
  return id
}

describe('plans', () => {
  test('there are none, are published from files, listed, and shown in words', async () => {
    expect(await out('plans', 'list')).toContain('There are no plans yet.')
    for (const plan of PLANS)
      expect(
        await out(
          'plans',
          'publish',
          file('plan.json', { ...plan, currency: 'USD', coverage: [] }),
        ),
      ).toBe(`The plan ${plan.id}@1 is published.\n`)
    const listed = await out('plans', 'list')
    expect(listed).toMatch(/pro@1 +Pro +published +session 5 per PT5H +20 a month +USD/)
    expect(listed).toMatch(/free@1 +Free +published .* none +USD/)
    expect(await out('plans', 'show', 'pro@1')).toMatch(/pro@1 {2}Pro\n.*\$20\.00/s)
    expect(await out('plans', 'show', 'pro@1', '--lang', 'ja')).toMatch(/月/)
    expect((await json('plans', 'list')).items).toHaveLength(3)
  })

  test('that cannot be read or are not known are refused in words', async () => {
    const broken = join(cwd, 'broken.json')
    writeFileSync(broken, '{')
    expect(await cli('plans', 'publish', broken)).toMatchObject({ code: 2, out: '' })
    const wrong = file('wrong.json', { ...PLANS[1], currency: 'USD', coverage: [], price: '-1' })
    const refused = await cli('plans', 'publish', wrong)
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('price')
    const unknown = await cli('plans', 'show', 'gold@1')
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('plan_unknown')])
  })
})

describe('a subscription', () => {
  test('is previewed, started as previewed, shown, cancelled and taken up again', async () => {
    const id = await account('acct_life')
    expect(await out('subscription', 'show', id)).toContain('Fee of a period: $0.00.')
    const previewed = await out('subscription', 'preview', id, '--plan', 'pro')
    expect(previewed).toContain('$20.00')
    expect(previewed).toContain('Nothing was changed.')
    const preview = /--preview (\S+)/.exec(previewed)?.[1] ?? ''
    expect(await out('subscription', 'show', id)).toContain('Fee of a period: $0.00.')
    const unpaid = await cli('subscription', 'change', id, '--plan', 'pro')
    expect([unpaid.code, unpaid.err]).toEqual([4, expect.stringContaining('payment_required')])
    expect(unpaid.err).toContain('A fee of $20.00, tax excluded, is not paid yet.')
    const unpaidJson = await cli('subscription', 'change', id, '--plan', 'pro', '--json')
    expect(JSON.parse(unpaidJson.err).error.problem).toMatchObject({
      code: 'payment_required',
      ...{ needed: '20', currency: 'USD' },
    })
    const change = ['subscription', 'change', id, '--plan', 'pro', '--preview', preview]
    expect(await out(...change, '--payment', 'pi_1', '--tax', '2')).toContain(
      'The account has pro@1 now. Credit stays as it is.',
    )
    expect(await out('subscription', 'show', id)).toContain('Fee of a period: $20.00.')
    expect(await out('subscription', 'cancel', id, '--reason', 'too dear')).toMatch(
      /The subscription ends .*Credit stays as it is\./,
    )
    const kept = await json('subscription', 'change', id)
    expect(kept.transition).toMatchObject({ type: 'keep' })
    const ended = await json('subscription', 'cancel', id, '--now')
    expect(ended.fee.credit_added).not.toBe('0')
    expect((await json('subscription', 'show', id)).plan).toBe('free@1')
  })

  test('goes up at once and down when the period ends', async () => {
    const id = await subscribed('acct_up')
    const up = await json(
      ...['subscription', 'change', id, '--plan', 'max', '--payment', 'pi_up', '--paid', '80'],
    )
    expect(up.transition).toMatchObject({ type: 'upgrade', when: 'now', to_plan: 'max@1' })
    expect(await out('subscription', 'change', id, '--plan', 'pro')).toContain(
      'The account has pro@1 when its period ends.',
    )
    const cancel = await out('subscription', 'preview', id, '--action', 'cancel')
    expect(cancel).toContain('Nothing was changed.')
  })

  test('is told entry by entry, and compared with what a switch would charge, as the API says', async () => {
    const id = await subscribed('acct_told')
    const { fee_seq: seq } = await client().subscriptions.get(id)
    const told = await out('entry', `${seq}`, '--account', id)
    expect(told).toMatch(/^The account starts pro@1/)
    expect(told).toContain('$20.00 = $20.00.')
    expect(told).toMatch(/house:revenue +USD +\$20/)
    expect(await out('entry', `${seq}`, '--account', id, '--lang', 'ja')).toContain('開始します')
    const { entry } = await json('entry', `${seq}`, '--account', id)
    expect(entry.fee).toEqual((await client().accounts.entry(id, seq ?? 0)).entry.fee)
    const absent = await cli('entry', '999', '--account', id)
    expect([absent.code, absent.err]).toEqual([1, expect.stringContaining('entry_unknown')])
    const compared = await out('subscription', 'compare', id)
    expect(compared).toMatch(/pro@1 .*You have this plan\./)
    expect(compared).toMatch(/max@1 .*At once, for \$[78]\d\.\d\d plus tax\./)
    expect(compared).toMatch(/free@1 .*nothing is charged before\./s)
    const preview = await out('subscription', 'preview', id, '--plan', 'max')
    expect(preview).toMatch(/\$100\.00 × [\d,.]+ s ÷ [\d,]+ s/)
  })

  test('is not renewed before its time, and an amount needs its payment', async () => {
    const id = await subscribed('acct_renew')
    const early = await cli('subscription', 'renew', id, '--payment', 'pi_early')
    expect([early.code, early.err]).toEqual([4, expect.stringContaining('renewal_not_due')])
    const nameless = await cli('subscription', 'renew', id, '--paid', '20')
    expect([nameless.code, nameless.err]).toEqual([2, expect.stringContaining('--payment')])
    const seats = await cli('subscription', 'change', id, '--seats', 'many')
    expect(seats.code).toBe(2)
    const nobody = await cli('subscription', 'show', 'acct_nobody')
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('account_unknown')])
  })
})

describe('resets and promotions', () => {
  test('a reset is given, shown in the status, and used once', async () => {
    const id = await subscribed('acct_reset')
    expect(await out('resets', 'list', id)).toBe('There are no resets to use.\n')
    const grant = ['resets', 'grant', id, '--name', 'Sorry', '--window', 'session']
    const given = await out(...grant, '--expires', '2099-01-01')
    const reset = /Gave the reset (\S+)\./.exec(given)?.[1] ?? ''
    expect(await out('resets', 'list', id)).toContain(reset)
    const status = await out('status', '--account', id)
    expect(status).toContain('Banked resets')
    expect(status).toMatch(new RegExp(`${reset} +Sorry +session`))
    const unused = await cli('resets', 'redeem', id, reset, 'session')
    expect([unused.code, unused.err]).toEqual([4, expect.stringContaining('window_unused')])
    await client().priceBooks.publish({
      id: 'book',
      currency: 'USD',
      effective_from: '2020-01-01T00:00:00Z',
      rows: [{ model: 'small', kind: 'output', per_mtok: '10' }],
    })
    await client().record({
      account_id: id,
      call_id: 'call_reset',
      model: 'small',
      usage: { tokens: { output: 100_000 } },
      event_at: new Date().toISOString(),
    })
    expect(await out('resets', 'redeem', id, reset, 'session')).toContain(
      'The window session begins anew.',
    )
    expect(await out('resets', 'list', id)).toBe('There are no resets to use.\n')
    expect(await out('status', '--account', id)).not.toContain('Banked resets')
  })

  test('a promotion is published once, listed, and in the status of whom it is for', async () => {
    expect(await out('plans', 'promotions')).toBe('No window promotion is published.\n')
    const promotion = {
      id: 'double',
      name: 'Double windows',
      multiplier: '2',
      from: '2020-01-01T00:00:00Z',
      until: '2099-01-01T00:00:00Z',
      plans: ['pro'],
    }
    expect(await out('plans', 'promotions', file('double.json', promotion))).toBe(
      'Published the window promotion double.\n',
    )
    const other = file('other.json', { ...promotion, multiplier: '3' })
    const taken = await cli('plans', 'promotions', other)
    expect([taken.code, taken.err]).toEqual([4, expect.stringContaining('window_promotion_exists')])
    expect(await out('plans', 'promotions')).toMatch(/double +2 .*pro/)
    const id = await subscribed('acct_promoted')
    expect(await out('status', '--account', id)).toContain(
      '$0.00 of $10.00 - “Double windows”: 2 times $5.00',
    )
    const free = await account('acct_free')
    expect(await out('status', '--account', free)).not.toContain('Double windows')
  })
})
