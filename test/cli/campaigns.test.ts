import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { type Client, createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { campaign } from '../api/campaign-support.ts'
import { freshDatabase } from '../support/database.ts'
import { run, temporaryFolder } from './support/run.ts'

/** The commands about campaigns against a server composed as `serve` composes it. Steps build on each other. */
const TOKEN = 'operator-token-of-the-test'
let server: RunningServer
let client: Client
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
  client = createClient({ baseUrl: server.url, token: TOKEN })
  const plan = { id: 'test', name: 'Test', currency: 'USD', windows: [], coverage: [] }
  await client.plans.create(plan)
  await client.plans.publish('test', 1)
  for (const account_id of ['ann', 'bob', 'cyd', 'dan'])
    await client.accounts.open({ account_id, name: account_id, currency: 'USD', plan: 'test' })
})
afterAll(() => server?.close())

const cli = (...argv: string[]) => run(['campaigns', ...argv], { cwd })
async function json(...argv: string[]) {
  const ran = await cli(...argv, '--json')
  expect(ran.err).toBe('')
  return JSON.parse(ran.out)
}
const file = (name: string, document: object): string => {
  writeFileSync(join(cwd, name), JSON.stringify(document))
  return name
}

test('a campaign is checked before it is stored, and published from its file', async () => {
  expect((await cli('list')).out).toContain('There are no campaigns yet.')
  const wrong = file('wrong.json', campaign('wrong', { claim: { from: 'soon' as never } }))
  const told = await cli('validate', wrong)
  expect([told.code, told.out]).toEqual([2, expect.stringContaining('body/claim/from')])
  const spring = file('spring.json', campaign('spring', { limits: { claims: 2, budget: '10' } }))
  expect((await cli('validate', spring)).out).toContain('Nothing was stored.')
  expect((await cli('publish', spring)).out).toContain('spring is published')
  expect((await cli('list')).out).toMatch(/spring .*published.*0 of 2/)
})

test('it is paused, resumed, and its ceilings are raised', async () => {
  expect((await cli('pause', 'spring')).out).toContain('spring is paused')
  const refused = await cli('claim', 'ann', 'spring')
  expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('campaign_not_open')])
  expect((await cli('resume', 'spring')).out).toContain('spring is published')
  expect((await cli('raise', 'spring')).code).toBe(2)
  expect((await cli('raise', 'spring', '--claims', '1')).err).toContain('ceiling_not_raised')
  expect((await cli('raise', 'spring', '--claims', '3', '--budget', '15')).out).toMatch(
    /all\s+0 of 3\s+\$0\.00\s+\$15\.00/,
  )
})

test('an account sees the value of each rule, and claims once', async () => {
  const seen = await cli('check', 'ann')
  expect(seen.out).toContain('Credit of spring (spring)')
  expect(seen.out).toMatch(/currency\s+yes/)
  expect((await cli('claim', 'ann', 'spring')).out).toContain('The claim is granted: 5')
  const [first, second] = [
    await json('claim', 'ann', 'spring'),
    await json('claim', 'ann', 'spring'),
  ]
  expect(first).toEqual(second)
  const balance = await client.accounts.state('ann')
  expect(balance.lots).toMatchObject([{ remaining: '5', origin: 'promotion' }])
})

test('a held claim is listed with what was found, released, or rejected', async () => {
  const signals = { card: 'fp_1' }
  for (const account of ['bob', 'cyd', 'dan'])
    await client.campaigns.claim(account, 'spring', { signals }).catch(() => undefined)
  expect((await cli('claims', 'spring', '--state', 'held')).out).toMatch(/cyd\s+held\s+5.*card/)
  expect((await cli('release', 'spring', 'cyd')).code).toBe(2)
  const released = await cli('release', 'spring', 'cyd', '--reason', 'a family')
  expect(released.out).toContain('The claim of cyd is granted')
  const again = await cli('reject', 'spring', 'cyd', '--reason', 'too late')
  expect([again.code, again.err]).toEqual([4, expect.stringContaining('claim_not_held')])
  await cli('raise', 'spring', '--claims', '4', '--budget', '20')
  await client.campaigns.claim('dan', 'spring', { signals })
  const rejected = await cli('reject', 'spring', 'dan', '--reason', 'the same person')
  expect(rejected.out).toContain('its place is free again')
  const { items } = await json('claims', 'spring')
  expect(items.map((own: { state: string }) => own.state)).toEqual([
    'granted',
    'granted',
    'granted',
    'rejected',
  ])
})

test('accounts are told, listed by whether they were, and compared', async () => {
  await cli('publish', file('autumn.json', campaign('autumn')))
  expect((await cli('accounts', 'autumn')).out).toMatch(/ann\s+ann\s+test@1\s+claimable/)
  expect((await cli('told', 'autumn', '--account', 'ann', '--account', 'nobody')).out).toContain(
    '1 of 2 were marked',
  )
  expect((await json('accounts', 'autumn', '--stage', 'told')).items).toMatchObject([
    { account_id: 'ann', seen_at: null },
  ])
  await client.campaigns.markSeen('ann', 'autumn')
  expect((await json('accounts', 'autumn', '--stage', 'told', '--no-seen')).items).toEqual([])
  expect((await json('accounts', 'autumn', '--stage', 'told', '--seen')).items).toHaveLength(1)
  expect((await json('accounts', 'autumn', '--plan', 'other')).items).toEqual([])
  expect((await cli('accounts', 'autumn', '--plan', 'other')).out).toContain('no such accounts')
  expect((await cli('announce', 'autumn')).out).toContain('Accounts that can claim autumn are told')
  const compared = await cli('compare', 'autumn')
  expect(compared.out).toMatch(/pairs\s+0/)
  expect(compared.out).toContain('does not show that the campaign caused')
  expect((await json('compare', 'autumn', '--lang', 'ja')).suppressed).toBe('too_few_pairs')
})

test('its funnel and its history are shown, and it is closed for ever', async () => {
  const status = await cli('status', 'spring')
  expect(status.out).toMatch(/claimed\s+4/)
  expect(status.out).toMatch(/taken\s+\$15\.00/)
  expect((await cli('close', 'spring')).out).toContain('spring is closed')
  expect((await cli('resume', 'spring')).err).toContain('campaign_status')
  const history = await cli('changes', 'spring')
  for (const change of ['created', 'paused', 'ceilings_raised', 'claim_released', 'closed'])
    expect(history.out).toContain(change)
  expect((await cli('status', 'absent')).err).toContain('campaign_unknown')
})
