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

const clearingOf = async (id: string) =>
  (await entriesOf(api, id, 'charge_back'))
    .flatMap(({ postings }) => postings as string[][])
    .filter(([account]) => account === 'house:processor_clearing')
    .map(([, , amount]) => amount)

it('a dispute that is lost, and won on appeal, is one case for a person', async () => {
  const { id, charge } = await bought()
  const dispute = api.processor.openDispute(charge)
  await ends(dispute, 'lost')
  api.processor.closeDispute(dispute, 'won')
  const hooks = api.processor.takeWebhooks()
  await deliver(api.payments, [...hooks, ...hooks])
  const { items } = await api.done('listCases', {})
  expect(items.filter(({ account_id }) => account_id === id)).toMatchObject([
    { subject: 'dispute_won_after_loss', amount: '100', currency: 'USD' },
  ])
})

describe('several disputes of one payment', () => {
  it('freeze it until the last has ended', async () => {
    const { id, charge } = await bought()
    const [one, two, three] = [1, 2, 3].map(() => api.processor.openDispute(charge, 'inquiry'))
    await told()
    for (const ended of [two!, one!]) {
      await ends(ended, 'warning_closed')
      expect(await lotOf(id)).toMatchObject({ state: 'frozen', remaining: '100' })
    }
    await ends(three!, 'warning_closed')
    expect(await lotOf(id)).toMatchObject({ state: 'active', remaining: '100' })
  })

  it('take the payment once, whichever is heard of first', async () => {
    const { id, charge } = await bought('pm_card_de')
    const [one, two] = [api.processor.openDispute(charge), api.processor.openDispute(charge)]
    for (const lost of [one, two]) api.processor.closeDispute(lost, 'lost')
    const hooks = api.processor.takeWebhooks().reverse()
    await Promise.all([deliver(api.payments, hooks), deliver(api.payments, [...hooks].reverse())])
    expect(await clearingOf(id)).toEqual(['119'])
    expect(await lotOf(id)).toMatchObject({ state: 'voided', remaining: '0' })
  })
})

describe('a dispute of a part of a payment, that is lost', () => {
  const part = (charge: string, cents: number) =>
    api.processor.openDispute(charge, 'chargeback', cents)

  it('takes as much of the credit as was paid with that part, and its tax; the rest goes on', async () => {
    const { id, params, charge } = await bought('pm_card_de')
    await ends(part(charge, 2_380), 'lost')
    expect(await lotOf(id)).toMatchObject({ state: 'active', remaining: '80' })
    const [entry] = await entriesOf(api, id, 'charge_back')
    expect(entry).toMatchObject({
      dispute: { price: '20', tax: '3.8', partial: true },
      postings: [
        ['customer:prepaid', 'USD', '-20', expect.any(String)],
        ['house:tax_payable', 'USD', '-3.8'],
        ['house:processor_clearing', 'USD', '23.8'],
      ],
    })
    const back = await api.done('refundPurchase', { params, key: 'rest', body: {} })
    expect(back.refunds).toMatchObject([{ price: '80', tax: '15.2' }])
  })

  it('stays frozen for another one; with the last part it is lost as a whole', async () => {
    const { id, charge } = await bought()
    const [one, two] = [part(charge, 2_000), part(charge, 9_000)]
    await told()
    await ends(one, 'lost')
    expect(await lotOf(id)).toMatchObject({ state: 'frozen', remaining: '80' })
    await ends(two, 'lost')
    expect(await lotOf(id)).toMatchObject({ state: 'voided', remaining: '0' })
    expect(await clearingOf(id)).toEqual(['20', '80'])
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
  const amounts = { amount: 1_000, currency: 'usd', balance_transactions: [] }
  const wire = { id: 'dp', payment_intent: 'pi', ...amounts, status }
  expect(disputeOf(wire)).toMatchObject({ status: own })
})
