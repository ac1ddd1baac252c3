import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startStockedApi } from '../api/support.ts'

/* Which charges of an incident a person is shown first. */

const MILLIONS = { call_a: 1, call_b: 3, call_c: 2 } as const
const ID = 'slow'
const incident = () => ({
  id: ID,
  name: { en: 'Slow answers', ja: '遅い応答' },
  currency: 'USD',
  scope: {
    from: '2020-01-01T00:00:00Z',
    // all of it is over
    until: new Date().toISOString(),
  },
  remedy: {
    goodwill: {
      percent: 10,
      max: '200',
      claim_until: '2100-01-01T00:00:00Z',
      expires_after_days: 90,
    },
  },
  notice: { en: 'Answers were slow.', ja: '応答が遅くなっていました。' },
  ceilings: { total: '2000', account: '500', goodwill: '1000' },
})

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  const { key } = await api.account('own', { plan: 'no_windows@1' })
  const gift = { name: 'Gift', amount: '1000', effective_at: '2020-01-01T00:00:00Z' }
  await api.done('grant', {
    params: { account_id: 'own' },
    body: { ...gift, expires_at: null },
    key: 'gift',
  })
  for (const [call_id, millions] of Object.entries(MILLIONS))
    await api.done('record', {
      as: key,
      body: {
        call_id,
        model: 'small',
        usage: { tokens: { input: millions * 1_000_000 } },
        event_at: new Date().toISOString(),
      },
    })
})
afterAll(() => api.close())

test('where nothing goes back of any, those that were most wrong come first', async () => {
  await api.done('createIncident', { body: incident() })
  const params = { incident_id: ID }
  await api.done('measureIncident', { params })
  const { largest_calls } = await api.done('getIncidentImpact', { params })
  expect(largest_calls.map(({ call_id, due }) => [call_id, due])).toEqual([
    ['call_b', '0'],
    ['call_c', '0'],
    ['call_a', '0'],
  ])
})
