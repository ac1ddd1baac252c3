import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const opening = { name: 'Acme', currency: 'USD', plan: 'test' }

describe('opening an account', () => {
  it('without an id makes one that a repeat finds again', async () => {
    const first = await api.done('openAccount', { key: 'open-1', body: opening })
    expect(first.account_id).toMatch(/^acct_[0-9a-f]{32}$/)
    expect(first).toMatchObject({ seq: 1, account: { plan: 'test@1', currency: 'USD' } })
    const again = await api.done('openAccount', { key: 'open-1', body: opening })
    expect(again).toEqual(first)
    const other = await api.done('openAccount', { key: 'open-2', body: opening })
    expect(other.account_id).not.toBe(first.account_id)
  })

  it('with an id that is taken is refused, unless it is the same request', async () => {
    const body = { ...opening, account_id: 'taken' }
    await api.done('openAccount', { body })
    await api.done('openAccount', { body })
    const exists = await api.call('openAccount', { key: 'another', body })
    expect(exists).toMatchObject({ status: 409, body: { code: 'account_exists' } })
  })

  it('needs a plan that is published, in the account’s currency', async () => {
    for (const [plan, code] of [
      ['nobody', 'plan_unknown'],
      ['test@9', 'plan_unknown'],
    ] as const) {
      const reply = await api.call('openAccount', { key: plan, body: { ...opening, plan } })
      expect(reply).toMatchObject({ status: 404, body: { code } })
    }
    const euro = { ...opening, currency: 'EUR' }
    const reply = await api.call('openAccount', { key: 'euro', body: euro })
    expect(reply).toMatchObject({ status: 422, body: { code: 'currency_mismatch' } })
    await api.done('createPlan', {
      body: { id: 'draft', name: 'D', currency: 'USD', windows: [], coverage: [] },
    })
    const draft = { ...opening, plan: 'draft@1' }
    expect((await api.call('openAccount', { key: 'draft', body: draft })).status).toBe(404)
    await api.done('publishPlan', { params: { plan_id: 'draft', version: 1 } })
    await api.done('retirePlan', { params: { plan_id: 'draft', version: 1 } })
    const retired = await api.call('openAccount', { key: 'retired', body: draft })
    expect(retired).toMatchObject({ status: 409, body: { code: 'plan_retired' } })
  })

  it('counts cycles from the anchor that is given', async () => {
    const anchor = '2024-02-29T12:00:00.000Z'
    const body = { ...opening, account_id: 'anchored', anchor }
    await api.done('openAccount', { body })
    const account = await api.done('getAccount', { params: { account_id: 'anchored' } })
    expect(account).toMatchObject({ anchor, paid_use: false, parked: null, seq: 1 })
  })
})

describe('the list of accounts', () => {
  it('has every account once, page by page', async () => {
    for (const id of ['l1', 'l2', 'l3', 'l4', 'l5']) await api.account(id)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await api.done('listAccounts', {
        query: { limit: 2, ...(cursor && { cursor }) },
      })
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map((item) => item.account_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual([...new Set(seen)])
    expect(seen).toEqual(expect.arrayContaining(['l1', 'l2', 'l3', 'l4', 'l5']))
    const all = await api.done('listAccounts', { query: { limit: 200 } })
    expect(all.items.map((item) => item.account_id)).toEqual(seen)
  })

  it('refuses a cursor of another list, or one made by hand', async () => {
    const { next_cursor } = await api.done('listAccounts', { query: { limit: 1 } })
    for (const cursor of ['x', 'W10', next_cursor!.slice(2)])
      expect(await api.call('listAccounts', { query: { cursor } })).toMatchObject({
        status: 400,
        body: { code: 'cursor_invalid' },
      })
    const plans = await api.call('listPlans', { query: { cursor: next_cursor! } })
    expect(plans.body.code).toBe('cursor_invalid')
  })
})

describe('the state', () => {
  it('of a window that has not begun says so, and shows used and left together', async () => {
    const { id, key } = await api.account('fresh')
    const state = await api.done('getState', { as: key, params: { account_id: id } })
    expect(state.windows).toMatchObject([
      { id: 'session', state: 'not_started', resets_at: null, used: '0', left: '1' },
      { id: 'weekly', state: 'not_started', resets_at: null, used: '0', left: '5' },
    ])
    expect(state).toMatchObject({ status: 'open', seq: 1, overage: null, caps: [], lots: [] })
    expect(Math.abs(Date.parse(state.as_of) - Date.now())).toBeLessThan(10_000)
  })

  it('lists lots in the order in which they are drawn', async () => {
    const { id, key } = await api.account('lots')
    await fund(api, id, '3')
    const grant = (name: string, days: number, position?: 'before_windows') =>
      api.done('grant', {
        params: { account_id: id },
        key: name,
        body: {
          name,
          amount: '1',
          expires_at: new Date(Date.now() + days * 86_400_000).toISOString(),
          ...(position && { position }),
        },
      })
    await grant('later', 20)
    await grant('sooner', 10)
    await grant('first', 30, 'before_windows')
    const state = await api.done('getState', { as: key, params: { account_id: id } })
    const order = state.lots.map((lot) => lot.name)
    expect(order.indexOf('sooner')).toBeLessThan(order.indexOf('later'))
    expect(state.paid_use).toBe(true)
  })
})

describe('controls', () => {
  it('are changed only where they are as whoever orders has seen them', async () => {
    const { id } = await api.account('expecting')
    const params = { account_id: id }
    const cap = { scope: 'account', scope_id: null, period: 'day', counts: 'paid' } as const
    const set = (key: string, amount: string, seen: string | null) =>
      api.call('setControls', {
        params,
        key: `expecting-${key}`,
        body: {
          caps: [{ ...cap, id: 'daily', amount }],
          expected: { caps: [{ id: 'daily', amount: seen }] },
        },
      })
    const first = await set('first', '10', null)
    expect(first.status).toBe(200)
    expect(await set('first', '10', null)).toMatchObject({ status: 200, body: first.body })
    const late = await set('late', '30', null)
    expect(late).toMatchObject({
      status: 409,
      body: {
        code: 'controls_changed',
        field: 'caps.daily',
        changed: { seq: first.body.seq, at: first.body.at, actor: { type: 'operator' } },
      },
    })
    expect((await set('knowing', '30.00', '10.0')).status).toBe(200)
    expect((await api.done('getState', { params })).caps).toMatchObject([{ amount: '30' }])
    const off = await api.call('setControls', {
      params,
      key: 'expecting-paid',
      body: { paid_use: false, expected: { paid_use: true } },
    })
    expect(off).toMatchObject({ status: 409, body: { field: 'paid_use' } })
  })

  it('change what is named and leave the rest', async () => {
    const { id } = await api.account('controls')
    const params = { account_id: id }
    await api.done('setControls', {
      params,
      key: '1',
      body: {
        overage_limit: '25',
        caps: [
          { scope: 'account', period: 'day', amount: '10' },
          { scope: 'member', scope_id: 'ann', period: 'cycle', amount: '0', counts: 'paid' },
        ],
      },
    })
    await api.done('setControls', { params, key: '2', body: { paid_use: true } })
    const state = await api.done('getState', { params })
    expect(state).toMatchObject({ paid_use: true, overage: { limit: '25', left: '25' } })
    expect(state.caps).toMatchObject([
      { scope: 'account', period: 'day', amount: '10', left: '10', counts: 'money' },
      { scope: 'member', scope_id: 'ann', period: 'cycle', amount: '0', left: '0', counts: 'paid' },
    ])
    expect(state.caps[0]?.resets_at).not.toBeNull()
    const removed = state.caps.map((cap) => cap.id)
    await api.done('setControls', { params, key: '3', body: { remove_caps: removed } })
    expect((await api.done('getState', { params })).caps).toEqual([])
  })

  it('replace the cap of the same scope and period, and know the caps that are there', async () => {
    const params = { account_id: (await api.account('recap')).id }
    const cap = { scope: 'account' as const, period: 'week' as const }
    await api.done('setControls', { params, key: '1', body: { caps: [{ ...cap, amount: '5' }] } })
    await api.done('setControls', { params, key: '2', body: { caps: [{ ...cap, amount: '1' }] } })
    expect((await api.done('getState', { params })).caps).toMatchObject([{ amount: '1' }])
    const unknown = await api.call('setControls', {
      params,
      key: '3',
      body: { remove_caps: ['x'] },
    })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'cap_unknown', field: 'x' } })
  })

  it('need a scope id exactly where the scope is not the account', async () => {
    const params = { account_id: (await api.account('scoped')).id }
    for (const cap of [
      { scope: 'member' as const, period: 'day' as const, amount: '1' },
      { scope: 'account' as const, scope_id: 'x', period: 'day' as const, amount: '1' },
    ]) {
      const reply = await api.call('setControls', { params, key: 'k', body: { caps: [cap] } })
      expect(reply.body.errors).toMatchObject([{ location: 'body/caps/0/scope_id' }])
    }
  })
})
