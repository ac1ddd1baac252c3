import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, journalOf, soon, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const usage = { tokens: { input: 1_000_000 } }
const call = () => ({ model: 'small', usage, event_at: soon() })

const lotsOf = async (account_id: string) =>
  (await api.done('getState', { params: { account_id } })).lots

describe('a top-up', () => {
  it('credits a payment once, whatever is sent twice', async () => {
    const params = { account_id: (await api.account('payer')).id }
    const body = { payment_id: 'pi_1', price: '20', tax: '2', expires_at: null }
    const first = await api.done('topUp', { params, body })
    expect(first).toMatchObject({
      kind: 'top_up',
      payment: { payment_id: 'pi_1', price: '20', tax: '2' },
      lot: { category: 'paid', face: '20', price_paid: '20' },
    })
    await api.done('topUp', { params, key: 'ignored', body })
    expect(await lotsOf('payer')).toMatchObject([{ remaining: '20', origin: 'purchase' }])
  })

  it('credits a payment in one account, whoever is first, and says nothing of the other', async () => {
    const ids = ['wire_a', 'wire_b', 'wire_c', 'wire_d']
    for (const id of ids) await api.account(id)
    const body = { payment_id: 'wire_77', price: '20', expires_at: null }
    const enter = (account_id: string) => api.call('topUp', { params: { account_id }, body })
    const answers = await Promise.all(ids.map(enter))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    const refused = answers.find(({ status }) => status === 409)!
    expect(refused.body).toMatchObject({ code: 'payment_used' })
    const first = ids[answers.findIndex(({ status }) => status === 201)]!
    expect(JSON.stringify(refused.body)).not.toContain(first)
    expect((await enter(first)).status).toBe(201)
    const faces = await Promise.all(ids.map(lotsOf))
    expect(faces.flat()).toMatchObject([{ face: '20' }])
  })

  it('in the wrong account is reversed there, and then credited in the right one', async () => {
    const [wrong, right] = ['wire_wrong', 'wire_right']
    for (const id of [wrong, right]) await api.account(id)
    const body = { payment_id: 'wire_78', price: '20', expires_at: null }
    const enter = (account_id: string) => api.call('topUp', { params: { account_id }, body })
    // what is refused takes nothing
    const bad = { ...body, face: '5' }
    const params = { account_id: wrong }
    expect(await api.call('topUp', { params, body: bad })).toMatchObject({ status: 422 })
    expect(await api.call('topUp', { params: { account_id: 'nobody' }, body })).toMatchObject({
      status: 404,
    })
    const { seq } = await api.done('topUp', { params, body })
    expect((await enter(right)).status).toBe(409)
    const reversal = { params, body: { seq, reason: 'wrong account' } }
    await api.done('reverse', reversal)
    // a repeat of the entry is a repeat, and takes the payment for nobody
    expect((await enter(wrong)).headers['idempotency-replayed']).toBe('true')
    expect((await enter(right)).status).toBe(201)
    await api.done('reverse', reversal)
    expect((await enter(wrong)).status).toBe(201)
    expect(await lotsOf(right)).toMatchObject([{ remaining: '20' }])
    expect((await lotsOf(wrong)).filter(({ remaining }) => remaining !== '0')).toEqual([])
  })

  it('of a bundle is worth more than its price, and stays paid credit', async () => {
    const params = { account_id: (await api.account('bundler')).id }
    const bundle = { payment_id: 'b', price: '80', face: '100', origin: 'bundle' as const }
    await api.done('topUp', { params, body: { ...bundle, expires_at: null } })
    expect(await lotsOf('bundler')).toMatchObject([{ category: 'paid', face: '100' }])
  })

  it('never costs more than it is worth', async () => {
    const params = { account_id: (await api.account('cheated')).id }
    const body = { payment_id: 'b', price: '10', face: '5', expires_at: null }
    const reply = await api.call('topUp', { params, body })
    expect(reply).toMatchObject({ status: 422, body: { code: 'amount_invalid', field: 'price' } })
    expect(await lotsOf('cheated')).toEqual([])
  })
})

describe('a grant', () => {
  it('is promotional credit with its own life and scope', async () => {
    const params = { account_id: (await api.account('granted')).id }
    const expires_at = new Date(Date.now() + 86_400_000).toISOString()
    const granted = await api.done('grant', {
      params,
      key: 'g',
      body: {
        name: 'Launch',
        amount: '5',
        origin: 'compensation',
        expires_at,
        scope: { models: ['claude-*'] },
        priority: -1,
        reason: 'incident 12',
      },
    })
    expect(granted).toMatchObject({
      lot: { category: 'promotional', scope: { models: ['claude-*'] }, priority: -1, expires_at },
      reason: 'incident 12',
    })
  })

  it('that would have expired before it begins, or is worth nothing, is refused', async () => {
    const params = { account_id: (await api.account('late')).id }
    const body = { name: 'Late', amount: '5', expires_at: '2020-01-01T00:00:00Z' }
    const late = await api.call('grant', { params, key: 'late', body })
    expect(late).toMatchObject({ status: 422, body: { field: 'expires_at' } })
    const nothing = { ...body, amount: '0', expires_at: null }
    const zero = await api.call('grant', { params, key: 'zero', body: nothing })
    expect(zero).toMatchObject({ status: 422, body: { field: 'amount' } })
  })

  it('can be voided, once, and the name of the lot is remembered', async () => {
    const params = { account_id: (await api.account('voided')).id }
    const { lot } = await api.done('grant', {
      params,
      key: 'g',
      body: { name: 'Oops', amount: '5', expires_at: null },
    })
    const ask = { params: { ...params, lot_id: lot!.id }, body: { reason: 'by mistake' } }
    const done = await api.done('voidLot', { ...ask, key: 'v1' })
    expect(done).toMatchObject({ kind: 'void_lot', lot_id: lot!.id, reason: 'by mistake' })
    const again = await api.call('voidLot', { ...ask, key: 'v2' })
    expect(again.status).toBe(again.body.code === 'lot_unknown' ? 404 : 409)
    const unknown = { params: { ...params, lot_id: 'lot_x' }, body: ask.body, key: 'v3' }
    expect(await api.call('voidLot', unknown)).toMatchObject({ body: { code: 'lot_unknown' } })
  })
})

describe('a refund', () => {
  it('goes back to where the charge came from, never more than the charge', async () => {
    const { id, key } = await api.account('refunded', { plan: 'no_windows@1' })
    const params = { account_id: id }
    await fund(api, id, '10')
    await api.done('record', { as: key, body: { ...call(), call_id: 'call_r' } })
    expect(await lotsOf(id)).toMatchObject([{ remaining: '9' }])
    const part = { call_id: 'call_r', reason: 'half', amount: '0.4' }
    await api.done('refund', { params, body: part })
    expect(await lotsOf(id)).toMatchObject([{ remaining: '9.4' }])
    const before = await journalOf(api.database.pool)
    const much = await api.call('refund', {
      params,
      body: { call_id: 'call_r', reason: 'more', amount: '0.7' },
    })
    expect(much).toMatchObject({
      status: 422,
      body: {
        code: 'refund_exceeds_charge',
        ...{ needed: '0.7', limit: '0.6', currency: 'USD' },
        detail: '$0.70 was to be given back, and $0.60 is left of the charge. Nothing moved.',
      },
    })
    expect(await journalOf(api.database.pool)).toEqual(before)
    await api.done('refund', { params, body: { call_id: 'call_r', reason: 'rest' } })
    const none = await api.call('refund', { params, body: { call_id: 'call_r', reason: 'again' } })
    expect(none).toMatchObject({ status: 409, body: { code: 'already_refunded' } })
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_r' } })
    expect(receipt).toMatchObject({ status: 'refunded', corrections: [{}, {}] })
    expect(receipt.amounts.refunded.amount).toBe('1')
  })

  it('of a call that was never charged is refused', async () => {
    const params = { account_id: (await api.account('uncharged')).id }
    const reply = await api.call('refund', { params, body: { call_id: 'nope', reason: 'x' } })
    expect(reply).toMatchObject({ status: 404, body: { code: 'charge_unknown' } })
  })
})

describe('a reversal', () => {
  it('mirrors a charge, once, and the receipt says so', async () => {
    const { id, key } = await api.account('reversed', { plan: 'no_windows@1' })
    const params = { account_id: id }
    await fund(api, id, '10')
    const { seq } = await api.done('record', { as: key, body: { ...call(), call_id: 'call_v' } })
    await api.done('reverse', { params, body: { seq, reason: 'posted to the wrong account' } })
    expect(await lotsOf(id)).toMatchObject([{ remaining: '10' }])
    const other = await api.call('reverse', { params, body: { seq, reason: 'again' } })
    expect(other).toMatchObject({ status: 409, body: { code: 'request_conflict' } })
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_v' } })
    expect(receipt.status).toBe('reversed')
  })

  it('of an entry that moved nothing, or that is not there, is refused', async () => {
    const params = { account_id: (await api.account('quiet')).id }
    const opened = await api.call('reverse', { params, body: { seq: 1, reason: 'r' } })
    expect(opened).toMatchObject({ status: 409, body: { code: 'not_reversible' } })
    const absent = await api.call('reverse', { params, body: { seq: 99, reason: 'r' } })
    expect(absent).toMatchObject({ status: 404, body: { code: 'charge_unknown' } })
  })
})

describe('a plan change', () => {
  it('never touches lots', async () => {
    const { id } = await api.account('mover')
    await fund(api, id, '7')
    const before = await lotsOf(id)
    await api.done('changePlan', {
      params: { account_id: id },
      key: 'm',
      body: { plan: 'no_windows@1' },
    })
    expect(await lotsOf(id)).toEqual(before)
    const state = await api.done('getState', { params: { account_id: id } })
    expect(state).toMatchObject({ plan: 'no_windows@1', windows: [] })
  })
})
