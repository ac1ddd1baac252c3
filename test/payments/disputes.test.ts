import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcilePayments } from '../../src/jobs/payments.ts'
import type { DisputeEnd } from '../../src/payments/simulated/dispute.ts'
import { disputeOf } from '../../src/payments/wire.ts'
import { type Api, expectVerified, startStockedApi } from '../api/support.ts'
import { addCard, chargesOf, deliver, entriesOf } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.pool)
  await api.close()
})

let made = 0
async function bought(token = 'pm_card_visa') {
  made += 1
  const { id } = await api.account(`disputed-${made}`, { plan: 'no_windows@1' })
  const params = { account_id: id }
  await api.done('setControls', { params, key: `on-${id}`, body: { paid_use: true } })
  await addCard(api, id, token)
  const { preview_id } = await api.done('previewPurchase', { params, body: { amount: '100' } })
  const { payment_id } = await api.done('confirmPurchase', { params, body: { preview_id } })
  const [charge] = chargesOf(api, payment_id)
  api.processor.takeWebhooks()
  return { id, params: { ...params, payment_id }, charge: charge!.id }
}

const told = () => deliver(api.payments, api.processor.takeWebhooks())

async function ends(dispute: string, status: DisputeEnd) {
  api.processor.closeDispute(dispute, status)
  await told()
}

const lotOf = async (account_id: string) =>
  (await api.done('getState', { params: { account_id } })).lots[0]

describe('a dispute that ended before the bank took anything', () => {
  it.each(['warning_closed', 'prevented'] as const)('(%s) frees the credit', async (status) => {
    const { id, charge } = await bought()
    const inquiry = api.processor.openDispute(charge, 'inquiry')
    await told()
    expect(await lotOf(id)).toMatchObject({ state: 'frozen', remaining: '100' })
    await ends(inquiry, status)
    expect(await lotOf(id)).toMatchObject({ state: 'active', remaining: '100' })
  })

  it('frees it a day later, where nobody heard of its end', async () => {
    const { id, charge } = await bought()
    const inquiry = api.processor.openDispute(charge, 'inquiry')
    await told()
    api.processor.closeDispute(inquiry, 'warning_closed')
    api.processor.takeWebhooks()
    expect(await reconcilePayments(api.payments, Date.now())).toBe(1)
    expect(await lotOf(id)).toMatchObject({ state: 'active', remaining: '100' })
  })

  it('is lost where the bank has the money all the same', async () => {
    const { id, charge } = await bought()
    await ends(api.processor.openDispute(charge), 'prevented')
    expect(await lotOf(id)).toMatchObject({ state: 'voided', remaining: '0' })
    expect(await entriesOf(api, id, 'charge_back')).toHaveLength(1)
  })
})

it.each([
  ['warning_needs_response', 'open'],
  ['warning_under_review', 'open'],
  ['warning_closed', 'dropped'],
  ['needs_response', 'open'],
  ['under_review', 'open'],
  ['appeal_needs_response', 'open'],
  ['appeal_under_review', 'open'],
  ['prevented', 'dropped'],
  ['won', 'won'],
  ['lost', 'lost'],
])('Stripe’s status %s of a dispute is %s here', (status, own) => {
  const wire = { id: 'dp', payment_intent: 'pi', balance_transactions: [], status }
  expect(disputeOf(wire)).toMatchObject({ status: own })
})
