import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { type Client, createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { OPERATOR_TOKEN } from '../demo/run/stage.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { useBrowser } from './support/browser.ts'
import { settled } from './support/page.ts'
import { signInAs } from './support/people.ts'

/* What is on the screen stays true, or says that it is old, whatever happens between it and the server. */

const ACCOUNT = 'acct_demo_carla'

let database: TestDatabase
let server: RunningServer
let client: Client
const browser = useBrowser()

const start = (port: number): Promise<RunningServer> =>
  startServer({
    config: loadConfig({ env: {}, cwd: '/' }),
    databaseUrl: database.url,
    operatorTokens: [OPERATOR_TOKEN],
    log: pino({ level: 'silent' }),
    port,
  })

beforeAll(async () => {
  database = await freshDatabase()
  server = await start(0)
  client = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN })
  await client.priceBooks.publish({
    id: 'book',
    currency: 'USD',
    effective_from: '2020-01-01T00:00:00.000Z',
    rows: [
      { model: 'm', kind: 'input', per_mtok: '1' },
      { model: 'm', kind: 'output', per_mtok: '1' },
    ],
  } as never)
  const session = { id: 'session', shape: 'anchored', length: 'PT5H', capacity: '10' } as const
  await client.plans.create({
    ...{ id: 'pro', name: 'Pro', currency: 'USD', coverage: [] },
    windows: [session],
  } as never)
  await client.plans.publish('pro', 1)
  await client.accounts.open({ account_id: ACCOUNT, name: 'Carla', currency: 'USD', plan: 'pro' })
})
afterAll(() => server?.close())

/** A call of a million tokens: one dollar of the window. */
const call = (id: string) =>
  client.record({
    event_at: new Date().toISOString(),
    ...{ account_id: ACCOUNT, call_id: id, model: 'm' },
    usage: { tokens: { input: 1_000_000, output: 0 } },
  } as never)

test('a call shows at once, a restart shows as one, and afterwards everything is as the API says', async () => {
  const { page, faults } = await browser.open(server.url)
  await signInAs(page, 'carla', client)
  await page.goto(`/a/${ACCOUNT}`)
  await settled(page)
  await page.getByText('Live', { exact: true }).waitFor()
  await call('call_1')
  await page.getByText('10 % used · 90 % left').first().waitFor()

  const { port } = server
  await server.close()
  await page
    .getByText(/Live view lost, retrying in \d+ s/)
    .first()
    .waitFor()
  await page.getByText('10 % used · 90 % left').first().waitFor()
  server = await start(port)
  await call('call_2')
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByText('20 % used · 80 % left').first().waitFor()

  const state = await client.accounts.state(ACCOUNT)
  expect(state.windows[0]).toMatchObject({ used: '2', left: '8' })
  await page.getByText(`seq ${state.seq}`).first().waitFor()
  expect(faults()).toEqual([])
})

test('a clock of the machine that jumps changes no countdown', async () => {
  const { page } = await browser.open(server.url)
  await signInAs(page, 'carla', client)
  await page.goto(`/a/${ACCOUNT}`)
  await settled(page)
  const reset = page.getByText(/Resets in (?:4 h \d+|5 h 0) min/).first()
  await reset.waitFor()
  await page.evaluate(() => {
    const real = Date.now
    Date.now = () => real() + 7 * 86_400_000
  })
  await call('call_3')
  await page.getByText('30 % used · 70 % left').first().waitFor()
  await reset.waitFor()
})

test('two tabs of one browser share one feed, and one goes on when the other closes', async () => {
  const { page } = await browser.open(server.url)
  await signInAs(page, 'carla', client)
  await page.goto(`/a/${ACCOUNT}`)
  await page.getByText('Live', { exact: true }).waitFor()
  const other = await page.context().newPage()
  await signInAs(other, 'carla', client)
  const feeds: string[] = []
  other.on('request', (request) => {
    if (request.url().includes('/events')) feeds.push(request.url())
  })
  await other.goto(`/a/${ACCOUNT}`)
  await other.getByText('Live', { exact: true }).waitFor()
  await call('call_4')
  await other.getByText('40 % used · 60 % left').first().waitFor()
  expect(feeds).toEqual([])
  await page.close()
  await call('call_5')
  await other.getByText('50 % used · 50 % left').first().waitFor()
  expect(feeds).toHaveLength(1)
})
