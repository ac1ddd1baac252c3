import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OperationId } from '../../src/contract/routes/index.ts'
import {
  type Api,
  type Ask,
  expectVerified,
  journalOf,
  startStockedApi,
  TEST_PLAN,
} from './support.ts'

let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
  await api.done('topUp', { params, body: { payment_id: 'p0', price: '5', expires_at: null } })
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const params = { account_id: 'acct' }
const call = { model: 'small', prompt_tokens_max: 1_000, max_output_tokens: 100 }
const usage = { tokens: { input: 1_000, output: 50 } }
const event_at = new Date().toISOString()

interface Case<Id extends OperationId = OperationId> {
  readonly id: Id
  readonly ask: () => Ask<Id>
  /** The same id with other content, and the field that differs. */
  readonly other?: () => Ask<Id>
  readonly field?: string
}
const row = <Id extends OperationId>(id: Id, own: Omit<Case<Id>, 'id'>) =>
  ({ id, ...own }) as unknown as Case

const CASES: readonly Case[] = [
  row('openAccount', {
    ask: () => ({ key: 'o', body: { name: 'New', currency: 'USD', plan: 'test' } }),
    other: () => ({ key: 'o', body: { name: 'Other', currency: 'USD', plan: 'test' } }),
    field: 'name',
  }),
  row('grant', {
    ask: () => ({ key: 'g', params, body: { name: 'Gift', amount: '1', expires_at: null } }),
    other: () => ({ key: 'g', params, body: { name: 'Gift', amount: '2', expires_at: null } }),
    field: 'amount',
  }),
  row('topUp', {
    ask: () => ({ params, body: { payment_id: 'p1', price: '1', expires_at: null } }),
    other: () => ({ params, body: { payment_id: 'p1', price: '1.5', expires_at: null } }),
    field: 'face',
  }),
  row('changePlan', {
    ask: () => ({ key: 'cp', params, body: { plan: 'test@1' } }),
    other: () => ({ key: 'cp', params, body: { plan: 'no_windows@1' } }),
    field: 'plan',
  }),
  row('setControls', {
    ask: () => ({ key: 'sc', params, body: { paid_use: true } }),
    other: () => ({ key: 'sc', params, body: { paid_use: false } }),
    field: 'paid_use',
  }),
  row('authorize', {
    ask: () => ({ as: key, body: { ...call, call_id: 'c1' } }),
    other: () => ({ as: key, body: { ...call, call_id: 'c1', model: 'large' } }),
    field: 'call',
  }),
  row('settle', {
    ask: () => ({ as: key, body: { call_id: 'c1', usage } }),
    other: () => ({ as: key, body: { call_id: 'c1', usage: { tokens: { input: 1 } } } }),
    field: 'usage',
  }),
  row('refund', {
    ask: () => ({ params, body: { call_id: 'c1', reason: 'goodwill' } }),
    other: () => ({ params, body: { call_id: 'c1', reason: 'goodwill', amount: '0.0001' } }),
    field: 'amount',
  }),
  row('record', {
    ask: () => ({ as: key, key: 'r', body: { model: 'small', usage, event_at } }),
    other: () => ({ as: key, key: 'r', body: { model: 'small', usage: null, event_at } }),
    field: 'usage',
  }),
]

describe.each(CASES)('$id', ({ id, ask, other, field }) => {
  it('gives a repeat the first answer byte for byte, and changes nothing twice', async () => {
    const first = await api.call(id, ask())
    expect(first.status, first.text).toBeLessThan(300)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    const before = await journalOf(api.database.pool)
    const again = await api.call(id, ask())
    expect(again.text).toBe(first.text)
    expect(again.status).toBe(first.status)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it('answers the same id with other content with a conflict that names the field', async () => {
    const before = await journalOf(api.database.pool)
    const conflict = await api.call(id, other?.())
    expect(conflict).toMatchObject({ status: 409, body: { code: 'request_conflict', field } })
    expect(await journalOf(api.database.pool)).toEqual(before)
  })
})

describe('a repeat', () => {
  it('of a refusal is the same refusal, also when it would be admitted now', async () => {
    await api.account('poor', { plan: 'no_windows@1' })
    const account_id = 'poor'
    const ask = { body: { ...call, account_id, call_id: 'c' } }
    const first = await api.call('authorize', ask)
    expect(first).toMatchObject({ status: 402, body: { code: 'funds_exhausted' } })
    await api.done('topUp', {
      params: { account_id },
      body: { payment_id: 'p', price: '1', expires_at: null },
    })
    await api.done('setControls', { params: { account_id }, key: 'k', body: { paid_use: true } })
    const again = await api.call('authorize', ask)
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
  })

  it('of a plan change without a version means the version that it meant', async () => {
    await api.account('drifting')
    const ask = { params: { account_id: 'drifting' }, key: 'k', body: { plan: 'test' } }
    const first = await api.call('changePlan', ask)
    const newer = { ...TEST_PLAN, version: 2, name: 'Newer' }
    await api.done('createPlan', { body: newer as never })
    await api.done('publishPlan', { params: { plan_id: 'test', version: 2 } })
    const again = await api.call('changePlan', ask)
    expect(again.text).toBe(first.text)
    const fresh = await api.done('changePlan', { ...ask, key: 'k2' })
    expect(fresh.plan).toBe('test@2')
  })

  it.each<[OperationId, (turned: boolean) => unknown]>([
    [
      'authorize',
      (turned) => ({
        as: key,
        body: {
          ...{ ...call, call_id: 'turned' },
          features: turned ? ['b', 'a'] : ['a', 'b'],
        },
      }),
    ],
    [
      'settle',
      (turned) => ({
        as: key,
        body: {
          call_id: 'turned',
          usage: { tokens: turned ? { output: 50, input: 9 } : { input: 9, output: 50 } },
        },
      }),
    ],
    [
      'grant',
      (turned) => ({
        ...{ key: 'turned', params },
        body: {
          ...{ name: 'Gift', amount: '1', expires_at: null },
          scope: turned
            ? { features: ['x'], models: ['small'] }
            : { models: ['small'], features: ['x'] },
        },
      }),
    ],
  ])('of %s may have its members in another order', async (id, ask) => {
    const first = await api.call(id, ask(false) as never)
    expect(first.status, first.text).toBeLessThan(300)
    const again = await api.call(id, ask(true) as never)
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
  })

  it('of many at once is decided once', async () => {
    await api.account('many')
    const body = { name: 'Once', amount: '1', expires_at: null }
    const replies = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.call('grant', { params: { account_id: 'many' }, key: 'same', body }),
      ),
    )
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies.filter((one) => !one.headers['idempotency-replayed'])).toHaveLength(1)
    const state = await api.done('getState', { params: { account_id: 'many' } })
    expect(state.lots).toMatchObject([{ name: 'Once', remaining: '1' }])
  })
})

describe('the Idempotency-Key header', () => {
  it('is needed where the body carries no id of its own', async () => {
    const body = { name: 'Gift', amount: '1', expires_at: null }
    for (const reply of [
      await api.call('grant', { params, body }),
      await api.call('changePlan', { params, body: { plan: 'test@1' } }),
      await api.call('setControls', { params, body: { paid_use: true } }),
      await api.call('voidLot', { params: { ...params, lot_id: 'x' }, body: { reason: 'r' } }),
      await api.call('openAccount', { body: { name: 'N', currency: 'USD', plan: 'test' } }),
      await api.call('authorize', { as: key, body: call }),
      await api.call('record', { as: key, body: { model: 'small', usage, event_at } }),
    ])
      expect(reply).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } })
  })

  it('may be quoted, as the draft standard writes it', async () => {
    const body = { name: 'Quoted', amount: '1', expires_at: null }
    const bare = await api.call('grant', { params, key: 'quoted', body })
    const quoted = await api.call('grant', { params, key: '"quoted"', body })
    expect(quoted.text).toBe(bare.text)
  })

  it('is refused when it has characters that a journal key may not have', async () => {
    for (const bad of ['a b', 'a#b', 'x'.repeat(200), 'é'])
      expect(
        await api.call('setControls', { params, key: bad, body: { paid_use: true } }),
      ).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })
})
