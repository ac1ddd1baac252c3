import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BodyOf, Routes } from '../../src/contract/routes/index.ts'
import { type Api, expectVerified, startStockedApi, TEST_PLAN } from './support.ts'

type Document = BodyOf<Routes['createPlan']>

const window = (id: string, capacity: string) => ({
  id,
  shape: 'anchored' as const,
  length: 'PT5H',
  capacity,
})
const plan = (id: string, more: Partial<Document>): Document => ({
  id,
  name: id,
  currency: 'USD',
  windows: [window('session', '1')],
  coverage: [],
  ...more,
})
const PLANS = [
  plan('free', {}),
  plan('pro', { price: '20', fallback: 'free', windows: [window('session', '5')] }),
  plan('max', { price: '100', fallback: 'free', windows: [window('session', '50')] }),
]

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  for (const document of PLANS) {
    await api.done('createPlan', { body: document })
    await api.done('publishPlan', { params: { plan_id: document.id, version: 1 } })
  }
})
afterAll(() => api.close())

const of = (account_id: string) => ({ params: { account_id } })
const paid = (payment_id: string) => ({ payment_id, tax: '2' })
async function subscribed(id: string, own: Api = api) {
  const account = await own.account(id, { plan: 'free@1' })
  await own.done('changeSubscription', {
    ...of(id),
    key: `start-${id}`,
    body: { plan: 'pro', payment: paid(`pi_start_${id}`) },
  })
  return account
}

describe('a preview', () => {
  it('says what a change does and costs, in words, and is executed as it says', async () => {
    const { key } = await subscribed('acct_preview')
    const preview = await api.done('previewSubscription', {
      ...of('acct_preview'),
      as: key,
      body: { action: 'change', plan: 'max' },
    })
    expect(preview.transition).toMatchObject({ type: 'upgrade', when: 'now', to_plan: 'max@1' })
    expect(preview.says.join(' ')).toMatch(/Your credit does not change/)
    const state = await api.done('getState', of('acct_preview'))
    expect(preview.seq).toBe(state.seq)
    const entry = await api.done('changeSubscription', {
      ...of('acct_preview'),
      key: 'up',
      body: { plan: 'max', preview_id: preview.preview_id, payment: paid('pi_up') },
    })
    expect(entry.transition).toEqual(preview.transition)
    expect(entry.fee).toEqual({ ...preview.fee, tax: '2' })
    const { last_payment_id: _, ...rest } = entry.subscription!
    expect(preview.subscription).toMatchObject(rest)
    await expectVerified(api.pool)
  })

  it('is refused when the account has moved since, and charges nothing', async () => {
    await subscribed('acct_moved')
    const { preview_id } = await api.done('previewSubscription', {
      ...of('acct_moved'),
      body: { action: 'change', plan: 'max' },
    })
    await api.done('cancelSubscription', {
      ...of('acct_moved'),
      key: 'gone',
      body: { when: 'now' },
    })
    const reply = await api.call('changeSubscription', {
      ...of('acct_moved'),
      key: 'late',
      body: { plan: 'max', preview_id, payment: paid('pi_late') },
    })
    expect(reply.body.code).toBe('preview_outdated')
  })

  it('speaks Japanese when asked to', async () => {
    await subscribed('acct_ja')
    const { says } = await api.done('previewSubscription', {
      ...of('acct_ja'),
      query: { lang: 'ja' },
      body: { action: 'cancel' },
    })
    expect(says.join('')).toMatch(/クレジットは変わりません/)
  })
})

describe('the subscription', () => {
  it('starts, is read by its holder, changes, is cancelled and reactivated', async () => {
    const { key } = await subscribed('acct_life')
    const own = await api.done('getSubscription', { ...of('acct_life'), as: key })
    expect(own).toMatchObject({ plan: 'pro@1', fee: '20', subscription: { status: 'active' } })
    await api.done('cancelSubscription', { ...of('acct_life'), key: 'cancel', body: {} })
    const ending = await api.done('getSubscription', of('acct_life'))
    expect(ending.subscription?.next).toMatchObject({ type: 'cancel', plan: 'free@1' })
    expect(ending.says.join(' ')).toMatch(/It ends then/)
    const entry = await api.done('changeSubscription', {
      ...of('acct_life'),
      key: 'again',
      body: {},
    })
    expect(entry.transition?.type).toBe('keep')
    expect(entry.actor).toMatchObject({
      type: 'operator',
      from: 'POST /v1/accounts/{account_id}/subscription/change',
    })
    await expectVerified(api.pool)
  })

  it('is changed by no account key, and of no other account seen', async () => {
    const { key } = await subscribed('acct_mine')
    await subscribed('acct_theirs')
    const change = { key: 'x', as: key, body: {} }
    const refused = await api.call('changeSubscription', { ...of('acct_mine'), ...change })
    expect(refused.body.code).toBe('permission_denied')
    const other = await api.call('getSubscription', { ...of('acct_theirs'), as: key })
    const absent = await api.call('getSubscription', { ...of('acct_nobody'), as: key })
    expect(other.text).toBe(absent.text)
  })

  it('is not paid: 402 with nothing charged; a repeat with the payment is another request', async () => {
    await api.account('acct_unpaid', { plan: 'free@1' })
    const reply = await api.call('changeSubscription', {
      ...of('acct_unpaid'),
      key: 'k',
      body: { plan: 'pro' },
    })
    expect(reply.status).toBe(402)
    const change = { ...of('acct_unpaid'), key: 'k', body: { plan: 'pro', payment: paid('pi_k') } }
    const entry = await api.done('changeSubscription', change)
    expect(await api.done('changeSubscription', change)).toEqual(entry)
  })
})

describe('a banked reset', () => {
  it('is listed, begins the window anew once, and is not wasted on an unused one', async () => {
    const { key } = await subscribed('acct_reset')
    const { reset } = await api.done('grantReset', {
      ...of('acct_reset'),
      key: 'gift',
      body: { name: 'Sorry', window_id: 'session', expires_at: '2099-01-01T00:00:00Z' },
    })
    const params = { account_id: 'acct_reset', reset_id: reset!.id }
    const redeem = { params, as: key, body: { window_id: 'session' } }
    expect((await api.call('redeemReset', redeem)).body.code).toBe('window_unused')
    await api.done('record', {
      as: key,
      body: {
        call_id: 'call_reset',
        event_at: new Date().toISOString(),
        model: 'small',
        outcome: 'succeeded',
        usage: { tokens: { output: 100_000 } },
      },
    } as never)
    expect((await api.done('listResets', { ...of('acct_reset'), as: key })).items).toHaveLength(1)
    await api.done('redeemReset', redeem)
    const { windows, resets } = await api.done('getState', of('acct_reset'))
    expect(windows[0]).toMatchObject({ state: 'not_started', used: '0', left: '5' })
    expect(resets).toBeUndefined()
    const again = await api.call('redeemReset', redeem)
    expect(again.headers['idempotency-replayed']).toBe('true')
    await expectVerified(api.pool)
  })
})

describe('a window promotion', () => {
  it('doubles the windows that begin in it, and says so with both numbers', async () => {
    const { key } = await api.account('acct_double', { plan: 'test@1' })
    const body = {
      id: 'double',
      name: 'Double windows',
      multiplier: '2',
      from: '2020-01-01T00:00:00Z',
      until: '2099-01-01T00:00:00Z',
      plans: [TEST_PLAN.id],
      windows: ['session'],
    }
    await api.done('publishWindowPromotion', { body })
    expect((await api.call('publishWindowPromotion', { body })).status).toBe(200)
    const other = { ...body, multiplier: '3' }
    expect((await api.call('publishWindowPromotion', { body: other })).body.code).toBe(
      'window_promotion_exists',
    )
    const bad = { ...body, id: 'bad', multiplier: '0.5' }
    expect((await api.call('publishWindowPromotion', { body: bad })).body.code).toBe(
      'window_promotion_invalid',
    )
    const { windows } = await api.done('getState', { ...of('acct_double'), as: key })
    expect(windows.map(({ capacity }) => capacity)).toEqual(['2', '5'])
    expect(windows[0]?.promotion).toEqual({
      id: 'double',
      name: 'Double windows',
      multiplier: '2',
      base_capacity: '1',
    })
    expect((await api.done('listWindowPromotions')).items).toHaveLength(1)
  })
})
