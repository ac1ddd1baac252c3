import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeLocalServer } from '../../src/cli/local.ts'
import { type RunningServer, startServer } from '../../src/cli/serve/compose.ts'
import { createClient } from '../../src/client/index.ts'
import { loadConfig } from '../../src/config.ts'
import { freshDatabase } from '../support/database.ts'
import { TERMS_DIR } from '../support/terms.ts'
import { run, temporaryFolder } from './support/run.ts'

/** The commands against a server composed as `serve` composes it: its own job closes the statement. */
const TOKEN = 'operator-token-of-the-test'
let server: RunningServer
let cwd: string

beforeAll(async () => {
  const database = await freshDatabase()
  server = await startServer({
    config: loadConfig({
      env: { EVERYCENT_PAYMENTS_TERMS_DIR: TERMS_DIR },
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
  await client.priceBooks.publish({
    id: 'book',
    currency: 'USD',
    effective_from: '2020-01-01T00:00:00Z',
    rows: [{ model: 'small', kind: 'output', per_mtok: '10' }],
  })
  await client.accounts.open({
    account_id: 'acct_1',
    name: '株式会社髙橋',
    currency: 'USD',
    plan: 'payg',
    // the first cycle ends where months are counted from
    anchor: new Date(Date.now() + 6_000).toISOString(),
  })
  await client.accounts.setControls('acct_1', {
    paid_use: true,
    overage_limit: '100',
    reason: 'ordered',
  })
  await client.record({
    account_id: 'acct_1',
    call_id: 'call_1',
    model: 'small',
    event_at: new Date().toISOString(),
    outcome: 'succeeded',
    usage: { tokens: { output: 1_000_000 } },
  } as never)
})
afterAll(() => server?.close())

const cli = (...argv: string[]) => run(argv, { cwd })
async function json(...argv: string[]) {
  const ran = await cli(...argv, '--json')
  expect(ran.err).toBe('')
  return JSON.parse(ran.out)
}

test('the open cycle is shown; a closed one comes by itself, and is printed', async () => {
  expect((await cli('invoices', 'issuer')).out).toContain('not set')
  expect((await cli('invoices', 'issuer', '--name', 'Acme Inc.')).out).toContain('Acme Inc.')
  const bill = ['invoices', 'bill-to', '--name', 'Buyer K.K.', '--jurisdiction', 'JP']
  expect(await json(...bill)).toMatchObject({ name: 'Buyer K.K.', jurisdiction: 'JP' })
  const open = await cli('statements', 'show')
  expect(open.out).toContain('Preview: the cycle is open')
  expect(open.out).toMatch(/small +Overage +1 +\d +\$10\.00/)
  for (;;) {
    await cli('jobs', 'statements')
    if ((await json('statements', 'list')).items.length > 0) break
    await sleep(200)
  }
  expect((await cli('statements', 'list')).out).toContain('S-acct1-0001')
  const shown = await cli('statements', 'show', '1', '--lang', 'ja')
  expect(shown.out).toContain('ご利用明細書 S-acct1-0001')
  expect(shown.out).toMatch(/超過利用の未払い +\$0\.00 +\$10\.00 +\$10\.00/)
  const written = await cli('statements', 'pdf', '1', '--lang', 'ja', '--out', 's.pdf')
  expect(written.out).toMatch(/^Wrote s\.pdf \(\d+ bytes\)\./)
  expect(readFileSync(join(cwd, 's.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
  expect((await cli('statements', 'pdf', '1')).err).toContain('--out')
  expect((await cli('statements', 'csv', '1')).out).toContain('balance,closing,,,,,overage,,10,')
  const noJson = await cli('statements', 'csv', '1', '--json')
  expect([noJson.code, noJson.out]).toEqual([2, ''])
  expect(JSON.parse(noJson.err).error.next).toContain('--out FILE')
  expect((await json('journal')).items[0]).toMatchObject({ seq: 1, kind: 'open_account' })
  expect((await cli('statements', 'show', '99')).err).toContain('statement_unknown')
})

test('its invoice is paid by the payment that was received, once', async () => {
  let [invoice] = (await json('invoices', 'list')).items
  for (; !invoice; [invoice] = (await json('invoices', 'list')).items) await sleep(200)
  expect(invoice).toMatchObject({ net: '10', tax: '1', total: '11', status: 'open' })
  expect((await cli('invoices', 'show', invoice.invoice_id)).out).toContain('$11.00 left of $11.00')
  const pay = ['invoices', 'pay', 'wire_1', '--amount', '11', '--invoice', invoice.invoice_id]
  expect((await cli(...pay)).out).toContain('Recorded the payment wire_1.')
  expect((await cli(...pay)).out).toContain('Recorded the payment wire_1.')
  expect((await cli('invoices', 'list')).out).toMatch(/paid +\$11\.00 +\$0\.00/)
  const back = await cli('invoices', 'void', invoice.invoice_id, '--reason', 'late')
  expect(back.err).toContain('invoice_closed')
  const csv = ['invoices', 'csv', invoice.invoice_id]
  expect((await cli(...csv)).out).toContain(',payment,wire_1,,11')
})

test('reports are tables, JSON and CSV', async () => {
  expect((await cli('reports', 'liability')).out).toBe('There is nothing to report.\n')
  await cli('topup', 'acct_1', '20', '--payment', 'pi_1', '--expires', 'never')
  expect((await json('reports', 'liability')).totals).toEqual([
    { currency: 'USD', paid: '20', promotional: '0' },
  ])
  expect((await cli('reports', 'liability')).out).toMatch(/USD +paid +never +1 +\$20\.00/)
  expect((await cli('reports', 'breakage', '--csv')).out).toBe(
    'month,currency,category,why,lots,amount\r\n',
  )
  const japan = await cli('reports', 'japan', '--base-date', '2026-09-30')
  expect(japan.out).toContain('It does not exceed the threshold.')
  expect(japan.out).toContain('Not legal advice')
})
