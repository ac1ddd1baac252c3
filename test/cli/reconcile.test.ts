import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, OPERATOR, startStockedApi } from '../api/support.ts'
import { addCard } from '../payments/support.ts'
import { run, temporaryFolder } from './support/run.ts'

let api: Api
let url: string
const cwd = temporaryFolder()
const DAY_MS = 86_400_000
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS
const time = (days: number) => new Date(TODAY + days * DAY_MS).toISOString()

beforeAll(async () => {
  api = await startStockedApi()
  url = await api.app.listen({ port: 0, host: '127.0.0.1' })
  const { key } = await api.account('caller')
  const response = { model: 'small', usage: { input_tokens: 1_000, output_tokens: 100 } }
  await api.done('record', {
    as: key,
    body: {
      call_id: 'a',
      model: 'small',
      dialect: 'anthropic',
      usage: { dialect: 'anthropic', response },
      event_at: new Date().toISOString(),
    },
  })
  const results = [
    {
      model: 'small',
      service_tier: 'standard',
      uncached_input_tokens: 1_000,
      output_tokens: 300_100,
    },
  ]
  const data = [{ starting_at: time(0), ending_at: time(1), results }]
  writeFileSync(join(cwd, 'usage.json'), JSON.stringify({ data, has_more: false }))
  writeFileSync(join(cwd, 'broken.json'), '{"data": 1}')
})
afterAll(() => api.close())

const everycent = (...argv: string[]) => run([...argv, '--url', url, '--token', OPERATOR], { cwd })

describe('everycent reconcile', () => {
  it('imports a report, tells what differs, and ends with 6', async () => {
    const { out, code } = await everycent('reconcile', 'provider', 'usage.json')
    expect(code).toBe(6)
    expect(out).toContain('usage.json: anthropic_usage_report, 2 rows.')
    expect(out).toContain('unexplained: $3.00')
    expect(out).toMatch(/1 +\d{4}-\d\d-\d\d small output .*\$3\.00 .*case_/)
    expect(out).toContain('1 differences wait for a person: everycent cases')
  })

  it('takes a word for a difference, and asks no more', async () => {
    const listed = await everycent('reconcile', 'runs', '--json')
    const { run_id } = JSON.parse(listed.out).items[0]
    const told = await everycent('reconcile', 'resolve', run_id, '1', '--reason', 'a load test')
    expect(told).toMatchObject({ code: 0, out: `Difference 1 of ${run_id} is resolved.\n` })
    const again = await everycent('reconcile', 'provider', 'usage.json')
    expect(again.code).toBe(0)
    expect(again.out).toContain('2 rows, known already.')
    expect(again.out).toContain('Nothing waits for a person.')
    expect((await everycent('reconcile', 'show', run_id)).out).toContain('resolved')
  })

  it('compares the processor', async () => {
    await api.account('buyer')
    await addCard(api, 'buyer')
    const params = { account_id: 'buyer' }
    const { preview_id } = await api.done('previewPurchase', { params, body: { amount: '20' } })
    await api.done('confirmPurchase', { params, body: { preview_id } })
    const { out, code } = await everycent(
      ...['reconcile', 'processor', '--from', time(0), '--until', time(1)],
    )
    expect(code).toBe(0)
    expect(out).toContain('1 movements at the processor, 1 in the journal.')
    expect(out).toContain('0 differences, 0 of them unexplained.')
    const runs = await everycent('reconcile', 'runs')
    expect(runs.out).toMatch(/run_\S+ .*processor/)
  })

  it.each([
    [['provider', 'none.json'], 2, /none\.json cannot be read/],
    [['provider'], 2, /whose bill/],
    [['provider', 'broken.json'], 4, /no report that is known/],
    [['provider', '--provider', 'openai'], 4, /covers a whole UTC day/],
    [['show', 'run_x'], 1, /no reconciliation with this id/],
    [['resolve', 'run_x', 'one', '--reason', 'x'], 2, /one/],
  ] as const)('%j says what is wrong', async (argv, code, message) => {
    const ran = await everycent('reconcile', ...argv)
    expect(ran.code, ran.err).toBe(code)
    expect(ran.err.replace(/\s+/g, ' ')).toMatch(message)
  })
})
