import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recoverPayments } from '../../src/jobs/payments.ts'
import { type Api, expectVerified, startStockedApi } from '../api/support.ts'
import { addCard, chargesOf, entriesOf } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
  for (const currency of ['EUR', 'JPY', 'KWD', 'ISK', 'MGA']) {
    const id = currency.toLowerCase()
    const plan = { id, name: currency, currency, windows: [], coverage: [] }
    await api.done('createPlan', { body: plan })
    await api.done('publishPlan', { params: { plan_id: id, version: 1 } })
    const account = { account_id: id, name: currency, currency, plan: `${id}@1` }
    await api.done('openAccount', { body: account })
  }
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

describe('one currency an account, charged in its own minor units', () => {
  it.each([
    ['eur', 'pm_card_de', '10.05', { tax: '1.91', total: '11.96' }, 1196],
    ['jpy', 'pm_card_jp', '1005', { tax: '101', total: '1106' }, 1106],
    ['kwd', 'pm_card_visa', '1.05', { tax: '0', total: '1.05' }, 1050],
    ['isk', 'pm_card_visa', '5000', { tax: '0', total: '5000' }, 500000],
    ['mga', 'pm_card_visa', '10000', { tax: '0', total: '10000' }, 10000],
  ])('%s with %s for %s', async (account_id, token, amount, told, minor) => {
    await addCard(api, account_id, token)
    const params = { account_id }
    const { preview_id } = await api.done('previewPurchase', { params, body: { amount } })
    const bought = await api.done('confirmPurchase', { params, body: { preview_id } })
    expect(bought).toMatchObject({ status: 'credited', ...told })
    expect(chargesOf(api, bought.payment_id)).toMatchObject([
      { amount: minor, currency: account_id },
    ])
  })

  it.each([
    ['jpy', '0.5'],
    ['eur', '0.001'],
    ['kwd', '0.0001'],
    ['kwd', '1.005'],
    ['mga', '0.5'],
    ['eur', '0'],
  ])('%s: %s cannot be charged and is refused, not rounded', async (account_id, amount) => {
    await addCard(api, account_id)
    const reply = await api.call('previewPurchase', { params: { account_id }, body: { amount } })
    expect(reply).toMatchObject({ status: 422, body: { code: 'amount_invalid' } })
  })

  it('refuses a price whose tax no card could be charged with', async () => {
    const params = { account_id: 'kwd' }
    const { method_id } = await addCard(api, 'kwd', 'pm_card_de')
    const preview = (amount: string) =>
      api.call('previewPurchase', { params, body: { amount, method_id } })
    expect(await preview('1.01')).toMatchObject({ status: 422, body: { code: 'amount_invalid' } })
    expect(await preview('1')).toMatchObject({ status: 200, body: { total: '1.19' } })
  })

  it('sells bundles in their own currency only', async () => {
    await addCard(api, 'jpy')
    const body = { bundle_id: 'usd_50' }
    const reply = await api.call('previewPurchase', { params: { account_id: 'jpy' }, body })
    expect(reply.body.code).toBe('bundle_unknown')
  })
})

describe('the job', () => {
  it('takes up what was left, and asks again after a while only', async () => {
    const { id } = await api.account('left')
    await addCard(api, id, 'pm_card_breaksAfterSuccess')
    const params = { account_id: id }
    const { preview_id } = await api.done('previewPurchase', { params, body: { amount: '5' } })
    await api.call('confirmPurchase', { params, body: { preview_id } })
    expect(await recoverPayments(api.payments, Date.now())).toBe(0)
    expect(await recoverPayments(api.payments, Date.now() + 60_000)).toBe(1)
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
    expect(await recoverPayments(api.payments, Date.now() + 120_000)).toBe(0)
  })
})
