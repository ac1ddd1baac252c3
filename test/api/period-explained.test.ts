import { afterAll, beforeAll, expect, test } from 'vitest'
import { LANGUAGES, LENGTHS } from '../../src/contract/explain/index.ts'
import { type Api, expectVerified, fund, soon, startStockedApi } from './support.ts'

let api: Api
let key: string
const params = { account_id: 'acct' }
const usage = { tokens: { input: 10_000, output: 500 } }

const record = (call_id: string, more: object = {}) =>
  api.done('record', {
    body: { account_id: 'acct', call_id, model: 'small', usage, event_at: soon(), ...more },
  })
const explained = (query: object = {}) =>
  api.done('explainPeriod', { as: key, params, query: query as never })

beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
  await fund(api, 'acct', '10')
  await record('call_0')
  await record('call_1', { client: 'third_party' })
  await record('call_2', { outcome: 'upstream_failed_mid_stream' })
  await api.call('authorize', {
    body: {
      ...{ account_id: 'acct', call_id: 'call_3', model: 'blocked-1' },
      ...{ prompt_tokens_max: 1, max_output_tokens: 1 },
    },
  })
  const body = { call_id: 'call_1', reason: 'goodwill', amount: '0.005' }
  await api.done('refund', { params, body })
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

test('an interval is explained with its amount, its sources and why, already where short', async () => {
  const { sentences, facts } = await explained({ length: 'short' })
  expect(sentences).toHaveLength(1)
  expect(sentences[0]).toContain('2 calls came to $0.03: $0.015 covered by your plan')
  expect(sentences[0]).toContain('not covered by your plan')
  expect(facts).toMatchObject({
    ...{ calls: 2, failed: 1, given_back: '0.005', bought: '10', moved: '0' },
    amounts: { included: '0.015', paid: '0.015' },
    refusals: [{ code: 'blocked_by_plan', count: 1 }],
    causes: [{ reason: 'credits_only', count: 1 }],
  })
})

test('the lengths never contradict: a longer one begins with what a shorter one says', async () => {
  for (const lang of LANGUAGES) {
    const [short, medium, long] = await Promise.all(
      LENGTHS.map(async (length) => (await explained({ lang, length })).sentences),
    )
    const joint = lang === 'ja' ? '' : ' '
    expect(medium!.join(joint).startsWith(short![0]!)).toBe(true)
    expect(long!.slice(0, medium!.length)).toEqual(medium)
    expect(long!.length).toBeGreaterThan(medium!.length)
  }
})

test('an interval in which nothing happened says that nothing was charged', async () => {
  const query = { from: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' }
  const { sentences, facts } = await explained(query)
  expect(sentences).toEqual([expect.stringContaining('nothing was charged')])
  expect(facts.calls).toBe(0)
})

test('a statement that there is not, an interval the wrong way round, and both at once are refused', async () => {
  const ask = (query: object) =>
    api.call('explainPeriod', { as: key, params, query: query as never })
  expect((await ask({ statement: 7 })).body.code).toBe('statement_unknown')
  const from = '2026-01-02T00:00:00Z'
  expect((await ask({ from, until: '2026-01-01T00:00:00Z' })).status).toBe(400)
  expect((await ask({ statement: 1, from })).status).toBe(400)
  await api.account('other')
  for (const account_id of ['other', 'nobody']) {
    const reply = await api.call('explainPeriod', { as: key, params: { account_id } })
    expect([reply.status, reply.body.code]).toEqual([404, 'account_unknown'])
  }
})
