import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'
import { type RunOptions, run, temporaryFolder } from './support/run.ts'

/* What an owner does on the command line with the key of the own account: each shows before it moves money. */

const TOKEN = 'operator-token-of-the-test'
let server: RunningServer
let env: Record<string, string>

beforeAll(async () => {
  const database = await freshDatabase()
  server = await startServer({
    config: loadConfig({
      env: {
        EVERYCENT_PAYMENTS_PROVIDER: 'simulated',
        EVERYCENT_PAYMENTS_TERMS_DIR: TERMS_DIR,
      },
      cwd: temporaryFolder(),
    }),
    databaseUrl: database.url,
    operatorTokens: [TOKEN],
    log: pino({ level: 'silent' }),
    port: 0,
  })
  const client = createClient({ baseUrl: server.url, token: TOKEN })
  const plan = { currency: 'USD', windows: [], coverage: [] }
  await client.plans.create({ ...plan, id: 'free', name: 'Free' })
  await client.plans.create({ ...plan, id: 'pro', name: 'Pro', price: '20', fallback: 'free' })
  for (const id of ['free', 'pro']) await client.plans.publish(id, 1)
  await client.accounts.open({ account_id: 'acct_1', name: 'A', currency: 'USD', plan: 'free' })
  await client.members.add('acct_1', { member_id: 'ann', name: 'Ann', role: 'owner' })
  const { key } = await client.keys.create('acct_1', { name: 'ann', member_id: 'ann' })
  env = { EVERYCENT_URL: server.url, EVERYCENT_TOKEN: key, EVERYCENT_ACCOUNT: 'acct_1' }
})
afterAll(() => server?.close())

const cli = (argv: string, options: RunOptions = {}) => run(argv.split(' '), { ...options, env })
const json = async (argv: string) => JSON.parse((await cli(`${argv} --json`)).out)

test('without a card the fee is shown, and nobody is charged', async () => {
  expect((await cli('subscribe pro')).out).toContain('nothing was charged')
  const refused = await cli('subscribe pro --yes')
  expect(refused.code).not.toBe(0)
  expect(refused.err).toContain('everycent cards add')
})

test('cards are added, chosen and listed, and it is said who did', async () => {
  const first = await json('cards add pm_card_de')
  await cli('cards add pm_card_visa')
  expect((await cli(`cards default ${first.method_id}`)).out).toContain(
    'Visa ****0016 is the default',
  )
  expect((await json('cards list')).items[0].method_id).toBe(first.method_id)
  const history = await cli('cards history')
  expect(history.out).toMatch(/Visa \*{4}0016 +chosen +ann/)
})

test('a person at a terminal is asked, and only "yes" buys', async () => {
  const screen = { columns: 100, typed: true }
  const no = await cli('buy 5', { ...screen, stdin: 'no\n' })
  expect(no.out).toContain('Do it now? Type "yes":')
  expect(no.out).toContain('Nothing was charged')
  expect((await json('purchases')).items).toEqual([])
  const yes = await cli('buy 5', { ...screen, stdin: 'yes\n' })
  expect(yes.out).toContain('credited')
  expect((await json('purchases')).items).toMatchObject([{ status: 'credited', total: '5.95' }])
})

test('a plan is subscribed to with its sentence, once for a request', async () => {
  const shown = await cli('subscribe pro')
  expect(shown.out).toContain('You pay $23.80 now with Visa ****0016')
  expect(shown.out).toContain('Nothing was changed and nothing was charged')
  const order = 'subscribe pro --yes --request-id once'
  expect((await cli(order)).out).toContain('The account has pro@1 now.')
  expect((await cli('purchases')).out).toContain('fee of pro@1')
  expect((await json('purchases')).items).toHaveLength(2)
  const renewed = await cli('renew --yes')
  expect(renewed.code).not.toBe(0)
  expect(renewed.err).toContain('renewal_not_due')
})

test('auto-reload is agreed to and turned off; a purchase is withdrawn from', async () => {
  const terms = 'reload set --below 5 --amount 20 --max-per-day 50 --max-per-month 100'
  expect((await cli(terms)).out).toContain('Nothing was set')
  expect((await cli(`${terms} --yes`)).out).toContain('Auto-reload is on')
  expect((await cli('reload pause')).out).toContain('No charge follows until it is resumed')
  expect((await cli('reload show')).out).toMatch(/paused since/)
  expect((await cli('reload resume')).out).toContain('Nothing was changed')
  expect(await json('reload show')).toMatchObject({ waits_for: 'paused' })
  expect(await json('reload resume')).toMatchObject({ waits_for: 'paused' })
  expect((await cli('reload resume --yes')).out).toContain('Auto-reload goes on')
  expect(await json('reload show')).toMatchObject({ paused_at: null })
  expect((await cli('reload off')).out).toContain('No charge follows')
  const { items } = await json('purchases')
  const bought = items.find((own: { kind: string }) => own.kind === 'top_up')
  expect((await cli(`refund-purchase ${bought.payment_id} --yes`)).out).toContain('$5.95 - paid')
})

test('a plan is ended when what is paid for ends', async () => {
  expect((await cli('unsubscribe')).out).toContain('Nothing was changed')
  expect((await cli('unsubscribe --yes')).out).toMatch(/The account has free@1 from/)
})
