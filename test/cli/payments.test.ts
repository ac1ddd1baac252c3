import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'
import { run, temporaryFolder } from './support/run.ts'

/** The commands against a server composed as `serve` composes it, with the simulated processor. */
const TOKEN = 'operator-token-of-the-test'
let server: RunningServer
let cwd: string

beforeAll(async () => {
  const database = await freshDatabase()
  server = await startServer({
    config: loadConfig({
      env: { EVERYCENT_PAYMENTS_PROVIDER: 'simulated', EVERYCENT_PAYMENTS_TERMS_DIR: TERMS_DIR },
      cwd: temporaryFolder(),
    }),
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
  await client.accounts.open({ account_id: 'acct_1', name: 'A', currency: 'USD', plan: 'payg' })
})
afterAll(() => server?.close())

const cli = (...argv: string[]) => run(argv, { cwd })
async function json(...argv: string[]) {
  const ran = await cli(...argv, '--json')
  expect(ran.err).toBe('')
  return JSON.parse(ran.out)
}

test('a card is saved, credit is shown before it is bought, and a purchase is paid back', async () => {
  expect((await cli('cards', 'add', 'pm_card_de')).out).toContain('Nothing was charged')
  const shown = await cli('buy', '20')
  expect(shown.out).toMatch(/You pay \$23\.80 now, once, with Visa \*\*\*\*0016/)
  expect(shown.out).toContain('Terms: DE@1.')
  expect(shown.out).toContain('Nothing was charged.')
  expect((await json('purchases')).items).toEqual([])
  const bought = await json('buy', '20', '--yes')
  expect(bought).toMatchObject({ status: 'credited', total: '23.8' })
  expect((await cli('purchases')).out).toContain(bought.payment_id)
  expect((await json('purchases', '--kind', 'top_up', '--status', 'credited')).items).toHaveLength(
    1,
  )
  expect((await cli('purchases', '--status', 'failed')).out).toBe('Nothing was bought.\n')
  expect((await cli('purchases', '--kind', 'gift')).code).toBe(2)
  expect((await cli('refund-purchase', bought.payment_id)).out).toContain(
    '$23.80 would be paid back',
  )
  const refund = ['refund-purchase', bought.payment_id, '--yes', '--request-id', 'once']
  expect(await json(...refund)).toMatchObject({ refunds: [{ phase: 'paid', total: '23.8' }] })
  expect(await json(...refund)).toMatchObject({ refunds: [{ phase: 'paid' }] })
})

test('a bundle is bought by its id', async () => {
  expect((await cli('bundles')).out).toContain('usd_250')
  expect(await json('buy', '--bundle', 'usd_50', '--yes')).toMatchObject({
    face: '50',
    price: '45',
  })
  expect((await cli('buy')).code).toBe(2)
})

test('auto-reload is agreed to with its sentence, shown, and turned off', async () => {
  const terms = ['--below', '5', '--target', '30', '--max-per-day', '60', '--max-per-month', '200']
  expect((await cli('reload', 'set', ...terms)).out).toContain('Nothing was set')
  expect((await cli('reload', 'show')).out).toContain('off: no card is charged')
  expect((await cli('reload', 'set', ...terms, '--agree')).out).toContain('Nothing was charged')
  expect((await cli('reload', 'show')).out).toMatch(/up to \$30\.00/)
  expect((await cli('reload', 'off')).out).toContain('No charge follows')
  expect(await json('reload', 'show')).toMatchObject({ terms: null })
})

test('a removed card is gone', async () => {
  const { items } = await json('cards', 'list')
  expect((await cli('cards', 'remove', items[0].method_id)).out).toContain('No charge follows')
  expect((await json('cards', 'list')).items).toEqual([])
})
