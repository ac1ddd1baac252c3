import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import { type Api, journalOf, startStockedApi } from './support.ts'

/* Every plan on offer, with what a switch to it would charge: each figure is that of the preview. */

type Document = BodyOf<Routes['createPlan']>
const window = { id: 'session', shape: 'anchored' as const, length: 'PT5H' }
const plan = (id: string, more: Partial<Document> = {}, capacity = '5'): Document => ({
  ...{ id, name: id, currency: 'USD', windows: [{ ...window, capacity }], coverage: [] },
  ...(id !== 'free' && { fallback: 'free' }),
  ...more,
})
const team = (more: Partial<Document>) =>
  plan('team', {
    windows: [{ ...window, capacity_per_seat: '6' }],
    price: '10',
    seats: { min: 2, max: 10, price_each: '30' },
    ...more,
  })
const PLANS = [
  plan('free', {}, '1'),
  plan('pro', { price: '20' }),
  plan('max', { price: '100' }),
  // cheaper for the same time than a hundred a month, though the figure is higher
  plan('year', { price: '600', period: 'P1Y' }),
  team({}),
  plan('corp', { price: '1000', billing: 'invoiced' }),
  plan('euro', { price: '1', currency: 'EUR' }),
]

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  for (const document of PLANS) {
    await api.done('createPlan', { body: document })
    await api.done('publishPlan', { params: { plan_id: document.id, version: 1 } })
  }
  const dearer = plan('pro', { price: '25' })
  const { version } = await api.done('createPlan', { body: dearer })
  await api.done('publishPlan', { params: { plan_id: 'pro', version } })
})
afterAll(() => api.close())

const of = (account_id: string) => ({ params: { account_id } })

async function subscribed(id: string, body: object) {
  const account = await api.account(id, { plan: 'free@1' })
  const payment = { payment_id: `pi_${id}` }
  await api.done('changeSubscription', { ...of(id), key: 'start', body: { ...body, payment } })
  return account
}

describe('plans compared', () => {
  it('are the newest version of each in the currency, what costs least for the same time first', async () => {
    await api.account('acct_new', { plan: 'free@1' })
    const { items, plan: own } = await api.done('comparePlans', of('acct_new'))
    const offered = items.filter(({ plan_id }) => PLANS.some(({ id }) => id === plan_id))
    expect(own).toBe('free@1')
    expect(offered.map((item) => [item.plan, item.fee])).toEqual([
      ['free@1', '0'],
      ['pro@2', '25'],
      ['year@1', '600'],
      ['team@1', '70'],
      ['max@1', '100'],
      ['corp@1', '1000'],
    ])
    expect(offered.map((item) => item.own)).toEqual([true, ...Array(5).fill(false)])
  })

  it('say of each switch what its preview says, at the same entry, and change nothing', async () => {
    const { key } = await subscribed('acct_pro', { plan: 'pro@1' })
    const before = await journalOf(api.pool)
    const own = await api.done('comparePlans', { ...of('acct_pro'), as: key })
    for (const item of own.items) {
      const body = { action: 'change' as const, plan: item.plan }
      if (item.switch === null) {
        const refused = await api.call('previewSubscription', { ...of('acct_pro'), body })
        expect(refused.body.code).toBe(item.refused)
        continue
      }
      const preview = await api.done('previewSubscription', { ...of('acct_pro'), body })
      expect(preview.seq).toBe(own.seq)
      const { transition, fee } = preview
      expect(item.switch).toMatchObject({ type: transition.type, when: transition.when })
      // the time goes on between them: what is prorated differs by what a few seconds cost
      for (const name of ['net', 'due', 'credit_added'] as const)
        expect(Number(item.switch[name])).toBeCloseTo(Number(fee[name]), 1)
    }
    const byPlan = new Map(own.items.map((item) => [item.plan_id, item]))
    expect(byPlan.get('max')!.switch).toMatchObject({ type: 'upgrade', when: 'now' })
    expect(byPlan.get('free')!.switch).toMatchObject({ when: 'period_end', due: '0' })
    expect(byPlan.get('corp')!.switch?.by_operator_only).toBe(true)
    expect(byPlan.get('free')!.switch?.by_operator_only).toBe(false)
    expect(await journalOf(api.pool)).toEqual(before)
  })

  it('are compared with the seats of the account, or with those asked for, as far as a plan has them', async () => {
    const { key } = await subscribed('acct_team', { plan: 'team', seats: 4 })
    const teamOf = async (query: { seats?: number }) => {
      const { items } = await api.done('comparePlans', { ...of('acct_team'), as: key, query })
      return items.find(({ plan_id }) => plan_id === 'team')!
    }
    const same = await teamOf({})
    expect(same).toMatchObject({ fee: '130', price: '10', switch: null })
    expect(same.refused).toBe('nothing_to_change')
    expect(same.seats).toEqual({ min: 2, max: 10, price_each: '30', compared: 4 })
    expect(same.windows[0]).toMatchObject({ capacity: '24', capacity_per_seat: '6' })
    const more = await teamOf({ seats: 6 })
    expect(more).toMatchObject({ fee: '190', switch: { type: 'seats', when: 'now' } })
    expect(Number(more.switch!.due)).toBeCloseTo(60, 1)
    expect((await teamOf({ seats: 99 })).seats?.compared).toBe(10)
    expect(await teamOf({ seats: 1 })).toMatchObject({
      seats: { compared: 2 },
      switch: { type: 'seats', when: 'period_end', due: '0' },
    })
  })

  it('say what they include in the language asked for', async () => {
    const ja = await api.done('comparePlans', { ...of('acct_pro'), query: { lang: 'ja' } })
    expect(ja.items.find(({ plan_id }) => plan_id === 'pro')!.says.join('')).toMatch(/月額/)
  })
})
