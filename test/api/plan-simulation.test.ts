import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journal } from '../engine/support/journal.ts'
import { type Api, fund, journalOf, startStockedApi, TEST_BOOK, TEST_PLAN } from './support.ts'

/*
 * An account that uses its windows, then credit that was given, then credit that was paid for, then is out of
 * funds. What another plan would have made of the same calls is decided by the same core.
 */

let api: Api
let key: string
let openedAt: string
const START = Date.now()
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  openedAt = new Date(Date.now() + 1).toISOString()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await record('c1', 600_000)
  await api.done('grant', {
    params: { account_id: 'own' },
    body: {
      name: 'Gift',
      amount: '0.3',
      expires_at: null,
      effective_at: '2020-01-01T00:00:00Z',
    } as never,
    key: 'gift',
  })
  await record('c2', 600_000)
  await fund(api, 'own', '0.5')
  await record('c3', 300_000)
  await call('c4', 100_000)
  await record('c5', 10, 'unheard-of')
  await record('c6', 900_000)
  await api.done('publishPriceBook', {
    body: {
      ...TEST_BOOK,
      id: 'more',
      rows: [...TEST_BOOK.rows, { model: 'unheard-of', kind: 'input' as const, per_mtok: '1' }],
    },
  })
  // entries have the database's time, which may be ahead: a simulation looks no further than now
  const last = (await journal(api.database.pool, 'own')).at(-1)!
  while (Date.now() <= Date.parse(last.body.at))
    await new Promise((resolve) => setTimeout(resolve, APART_MS))
})
afterAll(() => api.close())

/** More than the event is set back: a call is after whatever was done before it. */
const APART_MS = 5

async function record(call_id: string, input: number, model = 'small', options: object = {}) {
  await new Promise((resolve) => setTimeout(resolve, APART_MS))
  return api.done('record', {
    as: key,
    body: {
      ...{ call_id, model, usage: { tokens: { input } }, ...options },
      event_at: new Date(Math.max(START, Date.now() - 1)).toISOString(),
    } as never,
  })
}

const call = async (call_id: string, input: number) => {
  await api.done('authorize', {
    as: key,
    body: { call_id, model: 'small', prompt_tokens_max: input, max_output_tokens: 10 } as never,
  })
  await api.done('settle', {
    as: key,
    body: { call_id, outcome: 'succeeded', usage: { tokens: { input } } } as never,
  })
}

const simulate = (document: object, more: object = {}) =>
  api.done('simulatePlan', {
    body: { document, account_id: 'own', from: openedAt, ...more } as never,
  })

describe('a plan tried on an account’s history', () => {
  it('is what really happened, to the nano, where it is the account’s own', async () => {
    const found = await simulate(TEST_PLAN)
    expect(found).toMatchObject({
      ...{ own_plan: true, really_on: 'test@1', plan: 'test@1', partial: false },
      ...{ corrections_left_out: 0, scoped_caps_left_out: false },
    })
    expect(found.totals.simulated).toEqual(found.totals.really)
    for (const day of found.days) expect(day.simulated).toEqual(day.really)
    expect(found.totals.really).toMatchObject({
      ...{ calls: 6, included: '1', promotional: '0.3', paid: '0.5', not_admitted: 1 },
      absorbed: '0.7',
    })
    expect(found.windows.find(({ id }) => id === 'session')).toMatchObject({
      capacity: '1',
      used: '1',
    })
  })

  it('covers more with larger windows, and says how much of them was used at most', async () => {
    const windows = [{ id: 'day', shape: 'anchored', length: 'P1D', capacity: '2' }]
    const found = await simulate({ ...TEST_PLAN, id: 'large', windows })
    expect(found).toMatchObject({ own_plan: false, really_on: 'test@1', plan: 'large@1' })
    expect(found.totals.simulated).toMatchObject({
      ...{ calls: 6, included: '2', promotional: '0.3', paid: '0.2', absorbed: '0' },
      not_admitted: 0,
    })
    expect(found.totals.really.paid).toBe('0.5')
    expect(found.windows).toMatchObject([{ id: 'day', capacity: '2', used: '2' }])
  })

  it('covers nothing without windows, and refuses what it blocks', async () => {
    const none = await simulate({ ...TEST_PLAN, id: 'bare', windows: [], coverage: [] })
    expect(none.totals.simulated).toMatchObject({ included: '0', promotional: '0.3', paid: '0.5' })
    expect(none.totals.simulated.not_admitted).toBeGreaterThan(1)
    const blocked = await simulate({
      ...{ ...TEST_PLAN, id: 'blocked' },
      coverage: [{ when: { models: ['small'] }, effect: 'blocked', reason: 'Not in this plan.' }],
    })
    expect(blocked.totals.simulated).toMatchObject({ included: '0', paid: '0', not_admitted: 5 })
  })

  it('adds up: every call is carried by somebody, in total and by day', async () => {
    const nanos = (text: string) => BigInt(Math.round(Number(text) * 1e9))
    for (const document of [TEST_PLAN, { ...TEST_PLAN, id: 'bare', windows: [] }]) {
      const { totals, days } = await simulate(document)
      for (const sums of [totals.really, totals.simulated, ...days.map((own) => own.simulated)]) {
        const { included, promotional, paid, overage, absorbed } = sums
        const carried = [included, promotional, paid, overage, absorbed].map(nanos)
        expect(carried.reduce((sum, own) => sum + own, 0n)).toBe(nanos(sums.total))
      }
    }
  })

  it('begins with the opening of the account where it is asked for an earlier time', async () => {
    const whole = await simulate(TEST_PLAN, {
      from: new Date(Date.parse(openedAt) - 86_400_000).toISOString(),
    })
    const { opened_at } = await api.done('getAccount', { params: { account_id: 'own' } })
    expect(whole.from).toBe(opened_at)
    expect(whole.totals).toEqual((await simulate(TEST_PLAN)).totals)
  })

  it('begins in the middle with the windows and lots of then, and changes nothing', async () => {
    const before = await journalOf(api.database.pool)
    const { items } = await api.done('listEntries', { params: { account_id: 'own' } })
    const third = items.find(({ request_id }) => request_id === 'c3')!
    const from = new Date(Date.parse(third.at) - 1).toISOString()
    const found = await simulate(TEST_PLAN, { from })
    expect(found.own_plan).toBe(true)
    expect(found.totals.simulated).toEqual(found.totals.really)
    expect(found.totals.really.calls).toBe(4)
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it('is refused where it cannot be: no such account, another currency, a wrong interval', async () => {
    const code = async (body: object) =>
      (
        await api.call('simulatePlan', {
          body: { document: TEST_PLAN, account_id: 'own', from: openedAt, ...body } as never,
        })
      ).body.code
    expect(await code({ account_id: 'absent' })).toBe('account_unknown')
    expect(await code({ document: { ...TEST_PLAN, currency: 'JPY' } })).toBe('currency_mismatch')
    expect(
      await code({
        document: { ...TEST_PLAN, windows: [{ ...TEST_PLAN.windows[0], length: 'PT0S' }] },
      }),
    ).toBe('plan_invalid')
    expect(await code({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).toBe(
      'invalid_request',
    )
    expect(await code({ to: '2099-01-01T00:00:00Z' })).toBe('invalid_request')
    expect((await api.call('simulatePlan', { as: key, body: {} as never })).status).toBe(403)
  })
})
