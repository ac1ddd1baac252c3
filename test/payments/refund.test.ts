import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DAY_MS } from '../../src/core/time/index.ts'
import { recoverPayments } from '../../src/jobs/payments.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { refundPurchase } from '../../src/payments/refund.ts'
import { type Api, expectVerified, soon, startStockedApi } from '../api/support.ts'
import { addCard, Crash, deliver, dyingAfter, entriesOf, recover } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

let made = 0
async function bundle(token = 'pm_card_de') {
  made += 1
  const { id } = await api.account(`refunded-${made}`, { plan: 'no_windows@1' })
  const params = { account_id: id }
  await api.done('setControls', { params, key: `on-${id}`, body: { paid_use: true } })
  await addCard(api, id, token)
  const { preview_id } = await api.done('previewPurchase', {
    params,
    body: { bundle_id: 'usd_50' },
  })
  const bought = await api.done('confirmPurchase', { params, body: { preview_id } })
  return { id, params: { ...params, payment_id: bought.payment_id }, bought }
}

/** $1 for a million tokens. */
const use = (account_id: string, dollars: number) =>
  api.done('record', {
    body: {
      account_id,
      call_id: `call-${account_id}`,
      model: 'small',
      usage: { tokens: { input: dollars * 1_000_000 } },
      event_at: soon(),
      outcome: 'succeeded',
    },
  })

const lotOf = async (account_id: string) =>
  (await api.done('getState', { params: { account_id } })).lots[0]

describe('a withdrawal', () => {
  it('is the way back of what was bought by card: a reversal would keep the money', async () => {
    const { id, params } = await bundle()
    const account = { account_id: id }
    const { items } = await api.done('listEntries', { params: account, query: { kind: 'top_up' } })
    const body = { seq: items[0]!.seq, reason: 'bought by mistake' }
    const refused = await api.call('reverse', { params: account, body })
    expect(refused).toMatchObject({ status: 409, body: { code: 'not_reversible' } })
    expect(refused.body.detail).toContain(`Refund the purchase ${params.payment_id} instead`)
    expect(await lotOf(id)).toMatchObject({ remaining: '50' })
  })

  it('gives back the unused part at the price paid, with its tax: $50 for $45, $20 used = $27', async () => {
    const { id, params, bought } = await bundle()
    // 19 % of 45.00
    expect(bought).toMatchObject({ price: '45', tax: '8.55', total: '53.55' })
    await use(id, 20)
    const preview = await api.done('previewPurchaseRefund', { params, body: {} })
    // 19 % of 27.00
    expect(preview).toMatchObject({ face: '30', price: '27', tax: '5.13', total: '32.13' })
    const done = await api.done('refundPurchase', { params, key: 'withdraw', body: {} })
    expect(done.refunds).toMatchObject([{ phase: 'paid', price: '27', tax: '5.13' }])
    expect(await lotOf(id)).toMatchObject({ remaining: '0' })
    expect(api.processor.refunds().at(-1)).toMatchObject({ amount: 3213 })
    await api.done('refundPurchase', { params, key: 'withdraw', body: {} })
    expect(await entriesOf(api, id, 'refund_purchase')).toHaveLength(1)
  })

  it('is over after fourteen days, and an operator may still refund', async () => {
    const { params, bought } = await bundle()
    const lastsMs = Date.parse(bought.withdrawal_until!) - Date.parse(bought.created_at)
    expect(Math.floor(lastsMs / DAY_MS)).toBe(14)
    const { params: american } = await bundle('pm_card_visa')
    const none = await api.call('refundPurchase', { params: american, key: 'us', body: {} })
    expect(none.body.code).toBe('withdrawal_over')
    const body = { basis: 'operator' as const }
    const refunded = await api.done('refundPurchase', { params: american, key: 'op', body })
    expect(refunded.refunds.map(({ phase }) => phase)).toEqual(['failed', 'paid'])
    expect(params.payment_id).not.toBe(american.payment_id)
  })

  it('killed after any step pays back once', async () => {
    const actor = { type: 'operator', id: 'op' } as const
    let died = 0
    for (let nth = 1; ; nth += 1) {
      const { id, params } = await bundle()
      const wish = {
        accountId: id,
        paymentId: params.payment_id,
        refundId: `rfnd_${id}`,
        basis: 'withdrawal',
        reason: 'test',
        actor,
      } as const
      const before = api.processor.refunds().length
      const outcome = await refundPurchase(dyingAfter(api.payments, nth), wish).catch(
        (error: unknown) => error,
      )
      if (outcome instanceof Crash) died += 1
      await recover(api.payments)
      expect(api.processor.refunds().length - before).toBe(1)
      expect(await entriesOf(api, id, 'refund_purchase')).toHaveLength(1)
      const [refund] = (await api.done('getPurchase', { params })).refunds
      expect(refund).toMatchObject({ phase: 'paid', price: '45', tax: '8.55' })
      if (!(outcome instanceof Crash)) break
    }
    expect(died).toBe(5)
  })

  it('puts the credit back where the processor does not pay', async () => {
    const { id, params } = await bundle()
    // the bank was faster than its webhook
    const charge = api.processor
      .charges()
      .find(({ metadata }) => metadata.everycent_payment === params.payment_id)!
    api.processor.openDispute(charge.id)
    const done = await api.done('refundPurchase', { params, key: 'late', body: {} })
    expect(done.refunds).toMatchObject([{ phase: 'failed', failure: 'processor_refused' }])
    expect(await lotOf(id)).toMatchObject({ remaining: '50' })
  })
})

describe('a refund that the bank does not take', () => {
  const refundNow = (params: object) =>
    api.call('refundPurchase', {
      params: params as never,
      key: 'back',
      body: { basis: 'operator' },
    })

  it('puts the credit back, also where that is heard of before the refund was noted', async () => {
    const { id, params } = await bundle()
    const { provider } = api.payments
    // the webhook is faster than the answer
    const refund = vi.spyOn(provider, 'refund').mockImplementation(async (order) => {
      refund.mockRestore()
      const made = await provider.refund(order)
      api.processor.failRefund(made.refundRef)
      await deliver(api.payments, api.processor.takeWebhooks())
      return { ...made, status: 'pending' }
    })
    await refundNow(params)
    expect(await entriesOf(api, id, 'undo_refund_purchase')).toHaveLength(1)
    expect(await lotOf(id)).toMatchObject({ remaining: '50' })
    const { refunds } = await api.done('getPurchase', { params })
    expect(refunds).toMatchObject([{ phase: 'failed' }])
  })

  it('days later, puts it back once, whoever hears of it how often', async () => {
    const { id, params } = await bundle()
    await refundNow(params)
    expect(await lotOf(id)).toMatchObject({ remaining: '0' })
    api.processor.takeWebhooks()
    api.processor.failRefund(api.processor.refunds().at(-1)!.id)
    const hooks = api.processor.takeWebhooks()
    await Promise.all([deliver(api.payments, hooks), deliver(api.payments, hooks)])
    expect(await entriesOf(api, id, 'undo_refund_purchase')).toHaveLength(1)
    expect(await lotOf(id)).toMatchObject({ remaining: '50' })
  })
})

describe('a dispute', () => {
  const disputed = async () => {
    const own = await bundle()
    const charge = api.processor
      .charges()
      .find(({ metadata }) => metadata.everycent_payment === own.params.payment_id)!
    api.processor.takeWebhooks()
    return { ...own, dispute: api.processor.openDispute(charge.id) }
  }

  it('freezes what is left; nothing is refunded meanwhile; won, it goes on', async () => {
    const { id, params, dispute } = await disputed()
    await deliver(api.payments, api.processor.takeWebhooks())
    expect(await lotOf(id)).toMatchObject({ state: 'frozen', remaining: '50' })
    const reply = await api.call('refundPurchase', { params, key: 'no', body: {} })
    expect(reply.body.code).toBe('dispute_open')
    const body = {
      account_id: id,
      call_id: `blocked-${id}`,
      model: 'small',
      prompt_tokens_max: 10,
      max_output_tokens: 10,
    }
    expect((await api.call('authorize', { body })).status).toBe(402)
    api.processor.closeDispute(dispute, 'won')
    await deliver(api.payments, api.processor.takeWebhooks())
    expect(await lotOf(id)).toMatchObject({ state: 'active', remaining: '50' })
  })

  it('lost, takes what is left; what was used is the loss of the house', async () => {
    const { id, dispute } = await disputed()
    await use(id, 20)
    api.processor.closeDispute(dispute, 'lost')
    // the end is heard of before the beginning
    const hooks = api.processor.takeWebhooks().reverse()
    await deliver(api.payments, [...hooks, ...hooks])
    expect(await lotOf(id)).toMatchObject({ state: 'voided', remaining: '0' })
    const [entry] = await entriesOf(api, id, 'charge_back')
    expect(entry!.postings).toEqual([
      ['customer:prepaid', 'USD', '-30', expect.any(String)],
      ['house:tax_payable', 'USD', '-8.55'],
      ['house:promotion_expense', 'USD', '3'],
      ['house:platform_loss', 'USD', '-18'],
      ['house:processor_clearing', 'USD', '53.55'],
    ])
    expect(await entriesOf(api, id, 'charge_back')).toHaveLength(1)
  })

  it('lost while a refund was left in the middle, counts what went back once', async () => {
    const { id, params, dispute } = await disputed()
    api.processor.closeDispute(dispute, 'won')
    await deliver(api.payments, api.processor.takeWebhooks())
    const wish = {
      ...{ accountId: id, paymentId: params.payment_id, refundId: `rfnd_${id}` },
      ...({ basis: 'operator', reason: 'test', actor: { type: 'operator', id: 'op' } } as const),
    }
    // taken from the lot, and not yet noted
    await expect(refundPurchase(dyingAfter(api.payments, 2), wish)).rejects.toThrow(Crash)
    api.processor.closeDispute(dispute, 'lost')
    await deliver(api.payments, api.processor.takeWebhooks())
    await recover(api.payments)
    const entries = [
      ...(await entriesOf(api, id, 'refund_purchase')),
      ...(await entriesOf(api, id, 'undo_refund_purchase')),
      ...(await entriesOf(api, id, 'charge_back')),
    ]
    const clearing = entries
      .flatMap(({ postings }) => postings as [string, string, string][])
      .filter(([account]) => account === 'house:processor_clearing')
      .map(([, , amount]) => amount)
    expect(clearing).toEqual(['53.55', '-53.55', '53.55'])
    expect(await lotOf(id)).toMatchObject({ state: 'voided', remaining: '0' })
  })

  it('whose loss parks the account stays open, until it is entered', async () => {
    const { id, dispute } = await disputed()
    api.processor.closeDispute(dispute, 'lost')
    const { engine } = api.payments
    let parked = true
    const deps: PaymentsDeps = {
      ...api.payments,
      engine: {
        now: () => engine.now(),
        preview: (command) => engine.preview(command),
        execute: async (command) =>
          command.kind === 'charge_back' && parked
            ? {
                result: { status: 'refused', refused: { code: 'account_parked' }, entry: null },
                replayed: false,
              }
            : engine.execute(command),
      },
    }
    const hooks = api.processor.takeWebhooks()
    for (const hook of hooks)
      await expect(deliver(deps, [hook])).rejects.toThrow('the account is parked')
    expect(await entriesOf(api, id, 'charge_back')).toHaveLength(0)
    parked = false
    await recoverPayments(deps, deps.nowMs() + 60_000)
    expect(await entriesOf(api, id, 'charge_back')).toHaveLength(1)
  })
})
