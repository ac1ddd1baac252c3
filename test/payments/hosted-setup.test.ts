import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, startNode, startStockedApi } from '../api/support.ts'

/* A card that is given on the processor's own page: whose it is, and what coming back twice does. */

let simulated: Api
let api: Api
beforeAll(async () => {
  simulated = await startStockedApi()
  const { payments, processor } = simulated
  const { testCards: _cards, authenticate: _bank, ...provider } = payments.provider
  // As with a processor that takes money: it has a page, no test cards, and real banks.
  api = await startNode(simulated.database, {
    payments: { ...payments, provider },
    publicUrl: 'https://pay.example.com/',
  })
  Object.assign(api, { processor })
  for (const id of ['own', 'other']) await api.account(id)
})
afterAll(async () => {
  await api.close()
  await simulated.close()
})

const params = { account_id: 'own' }
const cards = async (account_id = 'own') =>
  (await api.done('listPaymentMethods', { params: { account_id } })).items

async function begun(key: string): Promise<string> {
  const { setup_ref, url, test_cards } = await api.done('beginHostedSetup', { params, key })
  expect(url).toMatch(/^https:/)
  expect(test_cards).toEqual([])
  return setup_ref ?? ''
}

const finish = (setup_ref: string, account_id = 'own') =>
  api.call('finishHostedSetup', { params: { account_id, setup_ref } })

describe('a page of the processor', () => {
  it('leads back to the screen of the account, where the card is saved once', async () => {
    const setup = await begun('one')
    expect((await finish(setup)).body).toMatchObject({ code: 'payment_method_refused' })
    const back = simulated.processor.completeCheckout(setup, 'pm_card_visa')
    expect(back).toBe(`https://pay.example.com/a/own/payment?setup=${setup}`)
    const first = await finish(setup)
    expect(first).toMatchObject({ status: 200, body: { brand: 'visa', last4: '4242' } })
    expect((await finish(setup)).body).toEqual(first.body)
    expect(await cards()).toEqual([first.body])
  })

  it('saves nothing for another account', async () => {
    const setup = await begun('two')
    simulated.processor.completeCheckout(setup, 'pm_card_visa')
    expect((await finish(setup, 'other')).body).toMatchObject({ code: 'payment_method_refused' })
    expect(await cards('other')).toEqual([])
  })

  it('does not bring back a card that was removed', async () => {
    const setup = await begun('three')
    simulated.processor.completeCheckout(setup, 'pm_card_mastercard')
    const { method_id } = (await finish(setup)).body as { method_id: string }
    await api.done('removePaymentMethod', { params: { ...params, method_id } })
    expect(await finish(setup)).toMatchObject({
      status: 404,
      body: { code: 'payment_method_unknown' },
    })
    expect((await cards()).map((own) => own.method_id)).not.toContain(method_id)
  })

  it('is unknown where it never was', async () => {
    expect((await finish('cs_none')).body).toMatchObject({ code: 'payment_method_refused' })
  })
})

describe('the simulated processor', () => {
  it('has test cards instead, each saved as what it says', async () => {
    const { url, test_cards } = await simulated.done('beginHostedSetup', { params, key: 'sim' })
    expect(url).toBeNull()
    expect(new Set(test_cards.map(({ behaviour }) => behaviour))).toEqual(
      new Set(['works', 'declines', 'insufficient_funds', 'authenticates', 'disputed']),
    )
    for (const { method_ref, last4, brand } of test_cards)
      expect(
        await simulated.done('addPaymentMethod', { params, body: { method_ref } }),
      ).toMatchObject({ last4, brand })
  })
})

describe('a test card that asks its bank', () => {
  async function asked(key: string) {
    const { method_id } = await simulated.done('addPaymentMethod', {
      params,
      body: { method_ref: 'pm_card_authenticationRequired' },
    })
    const { preview_id } = await simulated.done('previewPurchase', {
      params,
      body: { amount: '10', method_id },
    })
    const { payment_id, status } = await simulated.done('confirmPurchase', {
      params,
      key,
      body: { preview_id },
    })
    expect(status).toBe('action_required')
    return payment_id
  }

  const answer = (payment_id: string, approve: boolean, account_id = 'own') =>
    simulated.call('answerTestBank', { params: { account_id, payment_id }, body: { approve } })

  it('is charged when the bank says yes, once', async () => {
    const id = await asked('yes')
    expect((await answer(id, true, 'other')).body).toMatchObject({ code: 'purchase_unknown' })
    const paid = await answer(id, true)
    expect(paid.body).toMatchObject({ status: 'credited' })
    expect((await answer(id, false)).body).toEqual(paid.body)
    expect(simulated.processor.charges()).toHaveLength(1)
  })

  it('is not when it says no', async () => {
    const id = await asked('no')
    expect((await answer(id, false)).body).toMatchObject({ status: 'failed' })
    expect((await answer(id, true)).body).toMatchObject({ status: 'failed' })
    expect(simulated.processor.charges()).toHaveLength(1)
  })

  it('has no bank to answer for where money moves', async () => {
    const id = await asked('real')
    const reply = await api.call('answerTestBank', {
      params: { ...params, payment_id: id },
      body: { approve: true },
    })
    expect(reply.body).toMatchObject({ code: 'purchase_unknown' })
  })
})
