import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { colleague, work } from '../api/incident-support.ts'
import { type Api, OPERATOR, startStockedApi, TEST_BOOK } from '../api/support.ts'
import { run, temporaryFolder } from './support/run.ts'

let api: Api
let url: string
let second: string
let key: string
const cwd = temporaryFolder()

beforeAll(async () => {
  api = await startStockedApi()
  url = await api.app.listen({ port: 0, host: '127.0.0.1' })
  second = await colleague(api, 'support_lead')
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await api.done('grant', {
    params: { account_id: 'own' },
    body: {
      name: 'Gift',
      amount: '1000',
      effective_at: '2020-01-01T00:00:00Z',
      expires_at: null,
    },
    key: 'gift',
  })
  await record('call_right', 200)
  await record('call_wrong', 429)
})
afterAll(() => api.close())

const record = (call_id: string, upstream_status: number) =>
  api.done('record', {
    as: key,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input: 1_000_000 } },
      event_at: new Date().toISOString(),
      evidence: { upstream_status },
    },
  })

const as = (token: string, argv: readonly string[]) =>
  run([...argv, '--url', url, '--token', token], { cwd })
const everycent = (...argv: string[]) => as(OPERATOR, argv)

const DRAFT = [
  ...['incidents', 'new', '--id', 'limits', '--name-en', 'Failed calls', '--name-ja', '失敗'],
  ...['--from', '2020-01-01', '--status', '429', '--goodwill-percent', '50'],
  ...['--goodwill-max', '200', '--claim-until', '2100-01-01', '--max-total', '5'],
]

describe('everycent incidents', () => {
  it('says which option is missing where nobody can be asked, and sends nothing', async () => {
    const refused = await everycent(...DRAFT)
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toContain('--until is missing.')
    const forever = DRAFT.filter((word) => word !== '--claim-until' && word !== '2100-01-01')
    const unended = await everycent(...forever, '--until', '2026-01-01')
    expect(unended).toMatchObject({ code: 2, out: '' })
    expect(unended.err).toContain('--claim-until is missing.')
    expect((await everycent('incidents')).out).toContain('There are no incidents.')
  })

  it('writes the document to a file, which is what is drafted', async () => {
    const until = new Date().toISOString()
    const written = await everycent(...DRAFT, '--until', until, '--out', 'limits.json', '--json')
    expect(JSON.parse(written.out)).toMatchObject({
      scope: { from: '2020-01-01T00:00:00.000Z', until, errors: { statuses: [429] } },
      remedy: {
        refund: { of: 'charge' },
        goodwill: { percent: 50, max: '200', expires_after_days: 90 },
      },
      ceilings: { total: '5' },
    })
    const made = await everycent('incidents', 'create', 'limits.json')
    expect(made).toMatchObject({ code: 0 })
    expect(made.out).toContain('everycent incidents measure limits')
    expect((await everycent('incidents', 'create', 'limits.json')).err).toContain('incident_exists')
  })

  it('names the place of what is wrong in a file', async () => {
    writeFileSync(join(cwd, 'wrong.json'), JSON.stringify({ id: 'wrong', currency: 'USD' }))
    const refused = await everycent('incidents', 'create', 'wrong.json')
    expect(refused.code).not.toBe(0)
    expect(refused.err).toContain('scope')
  })

  it('measures, shows, and lets another person approve', async () => {
    expect((await everycent('incidents', 'measure', 'limits')).out).toMatch(
      /found +1 calls? of 1 accounts?/,
    )
    const impact = await everycent('incidents', 'impact', 'limits')
    expect(impact.out).toMatch(/to give back +\$1\.00 for 1 calls? of 1 accounts?/)
    expect(impact.out).toContain('rcpt_wrong')
    expect(impact.out).not.toContain('rcpt_right')
    expect((await everycent('incidents', 'submit', 'limits')).code).toBe(0)
    const own = await everycent('incidents', 'approve', 'limits')
    expect(own.code).not.toBe(0)
    expect(own.err).toContain('incident_same_person')
    expect((await as(second, ['incidents', 'approve', 'limits'])).out).toContain(
      'everycent incidents run limits',
    )
  })

  it('runs only after a yes, and then gives back what was shown', async () => {
    const unsaid = await everycent('incidents', 'run', 'limits')
    expect(unsaid.code).toBe(2)
    expect(unsaid.err).toContain('Nothing was given.')
    const unsaidJson = await everycent('incidents', 'run', 'limits', '--json')
    expect([unsaidJson.code, unsaidJson.out]).toEqual([2, ''])
    expect(JSON.parse(unsaidJson.err).error).toMatchObject({ message: 'Nothing was given.' })
    expect(await work(api)).toBe(0)
    const begun = await everycent('incidents', 'run', 'limits', '--yes', '--no-wait')
    expect(begun.out).toContain('$1.00 goes back to 1 accounts')
    expect(await work(api)).toBe(1)
    const shown = await everycent('incidents', 'show', 'limits', '--json')
    expect(JSON.parse(shown.out)).toMatchObject({
      state: 'done',
      campaign_id: 'incident_limits',
      progress: { given: 1, amount: '1', failed: 0 },
    })
    expect((await everycent('incidents', 'calls', 'limits')).out).toMatch(/rcpt_wrong .*given/)
    expect((await everycent('incidents', 'events', 'limits')).out).toContain('approve')
    expect((await everycent('campaigns', 'list')).out).toContain('incident_limits')
  })

  it('reports in both languages, to anybody once it is published', async () => {
    const before = await everycent('incidents', 'report', 'limits', '--public')
    expect(before.err).toContain('incident_unknown')
    expect((await everycent('incidents', 'publish', 'limits')).code).toBe(0)
    const [en, ja] = await Promise.all(
      ['en', 'ja'].map((lang) =>
        as(key, ['incidents', 'report', 'limits', '--public', '--lang', lang]),
      ),
    )
    expect(en!.out).toContain('Who was affected')
    expect(ja!.out).toContain('影響の範囲')
    expect(`${en!.out}${ja!.out}`).not.toContain('own')
  })
})

describe('everycent rerate', () => {
  it('needs to know which book was wrong', async () => {
    const refused = await everycent('rerate', 'test-book', '--id', 'prices')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('The price book test-book corrects none.')
  })

  it('shows the difference by account, less what was given back, and gives nothing yet', async () => {
    const rows = TEST_BOOK.rows.map((row) => ({ ...row, per_mtok: '0.25' }))
    const right = { ...TEST_BOOK, id: 'right-book', corrects: 'test-book', rows }
    await api.done('publishPriceBook', { body: right })
    const shown = await everycent('rerate', 'right-book', '--id', 'prices', '--json')
    const { incident, impact } = JSON.parse(shown.out)
    expect(incident).toMatchObject({ state: 'measured', calls: 2, to_give_back: '0.75' })
    expect(impact).toMatchObject({
      largest_accounts: [{ account_id: 'own', due: '0.75' }],
      double_remedy: { calls: 1, amount: '1' },
    })
    const { lots } = await api.done('getState', { params: { account_id: 'own' } })
    expect(lots.map(({ remaining }) => remaining)).toEqual(['999'])
  })
})
