import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Nanos } from '../../src/core/money/index.ts'
import { recoverPayments } from '../../src/jobs/payments.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import { ProviderRefused, ProviderUnavailable } from '../../src/payments/provider.ts'
import { confirmPurchase } from '../../src/payments/purchase.ts'
import { advanceRefund, refundPurchase } from '../../src/payments/refund.ts'
import { evaluateReload } from '../../src/payments/reload.ts'
import { type SimulatedServer, serveProcessor } from '../../src/payments/simulated/server.ts'
import { stripeTax } from '../../src/payments/stripe/tax.ts'
import type { TaxCalculator } from '../../src/payments/tax.ts'
import { type Api, expectVerified, soon, startStockedApi } from '../api/support.ts'
import { addCard, Crash, chargesOf, deliver, dyingAfter, entriesOf, recover } from './support.ts'

/** Purchases whose tax Stripe Tax computes: entered when credited, reversed when paid back, each once. */
let api: Api
let server: SimulatedServer
let deps: PaymentsDeps
const refused: string[] = []
beforeAll(async () => {
  api = await startStockedApi()
  server = await serveProcessor(api.processor)
  const tax = stripeTax({ apiKey: 'sk_test_simulated', baseUrl: server.url })
  const onTaxRefused = (reference: string) => refused.push(reference)
  // the server's own deps: what its routes use
  Object.assign(api.payments, { tax, onTaxRefused })
  deps = api.payments
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await server.close()
  await api.close()
})

const HOUR_MS = 3_600_000
let made = 0
async function buyer(token = 'pm_card_de'): Promise<string> {
  made += 1
  const { id } = await api.account(`taxed-${made}`, { plan: 'no_windows@1' })
  await addCard(api, id, token)
  return id
}
const preview = (account_id: string, amount: string) =>
  api.done('previewPurchase', { params: { account_id }, body: { amount } })
const actor = { type: 'operator', id: 'op_test' } as const
const saleOf = (paymentId: string) =>
  api.processor.tax.sales().find(({ reference }) => reference === paymentId)

describe('a purchase', () => {
  it('is taxed as computed, and its sale is entered when it is credited', async () => {
    const id = await buyer()
    const before = api.processor.tax.sales().length
    const shown = await preview(id, '45')
    expect(shown).toMatchObject({ tax: '8.55', total: '53.55', tax_rate: '0.19', policy: 'DE@1' })
    expect(shown.sentence.en).toContain('vat')
    expect(api.processor.tax.sales()).toHaveLength(before)
    const { payment_id } = await api.done('confirmPurchase', {
      params: { account_id: id },
      body: { preview_id: shown.preview_id },
    })
    expect(chargesOf(api, payment_id)).toMatchObject([{ amount: 5_355 }])
    expect(saleOf(payment_id)?.line).toMatchObject({ amount: 4_500, amount_tax: 855 })
    const [entry] = await entriesOf(api, id, 'top_up')
    expect(entry?.postings).toContainEqual(['house:tax_payable', 'USD', '8.55'])
  })

  it('is not sold where the tax is not known', async () => {
    const id = await buyer('pm_card_visa')
    const reply = await api.call('previewPurchase', {
      params: { account_id: id },
      body: { amount: '10' },
    })
    expect([reply.status, reply.body.code]).toEqual([422, 'tax_unknown'])
    const terms = { trigger_below: '5', amount: '20', max_per_day: '50', max_per_month: '60' }
    const reload = await api.call('previewAutoReload', { params: { account_id: id }, body: terms })
    expect(reload.body.code).toBe('tax_unknown')
  })

  it('that dies after any of its steps is charged, credited and entered once', async () => {
    for (let step = 1; ; step += 1) {
      const id = await buyer()
      const { preview_id } = await preview(id, '20')
      const dying = dyingAfter(deps, step)
      const order = { accountId: id, previewId: preview_id, actor }
      const died = await confirmPurchase(dying, order).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      )
      await recover(deps)
      const [bought] = (await api.done('listPurchases', { params: { account_id: id } })).items
      expect(bought, `after ${dying.steps.at(-1)}`).toMatchObject({ status: 'credited' })
      const own = api.processor.tax.sales().filter((sale) => sale.reference === bought?.payment_id)
      expect(own).toHaveLength(1)
      expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
      if (died) continue
      expect(dying.steps).toContain('foreign:tax')
      expect(dying.steps).toContain('tax:noted')
      break
    }
  })

  it('is credited though the tax service does not answer, and entered when it does', async () => {
    const id = await buyer()
    const { preview_id } = await preview(id, '20')
    const silent: TaxCalculator = {
      ...deps.tax,
      enterSale: () => Promise.reject(new ProviderUnavailable('silent')),
    }
    const order = { accountId: id, previewId: preview_id, actor }
    const payment = await confirmPurchase({ ...deps, tax: silent }, order)
    expect(payment).toMatchObject({ phase: 'charged' })
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
    await recover(deps)
    const [bought] = (await api.done('listPurchases', { params: { account_id: id } })).items
    expect(bought?.status).toBe('credited')
    expect(saleOf(bought?.payment_id ?? '')).toBeDefined()
  })

  it('is credited though the tax service refuses, and somebody is told', async () => {
    const id = await buyer()
    const { preview_id } = await preview(id, '20')
    const refusing: TaxCalculator = {
      ...deps.tax,
      enterSale: () => Promise.reject(new ProviderRefused('no', 'refused')),
    }
    const order = { accountId: id, previewId: preview_id, actor }
    const payment = await confirmPurchase({ ...deps, tax: refusing }, order)
    expect(payment).toMatchObject({ phase: 'credited', taxRef: null })
    expect(refused.at(-1)).toBe('paymentId' in payment ? payment.paymentId : '')
  })
})

describe('what goes back', () => {
  async function bought() {
    const id = await buyer()
    const { preview_id } = await preview(id, '50')
    const purchase = await api.done('confirmPurchase', {
      params: { account_id: id },
      body: { preview_id },
    })
    return { id, payment_id: purchase.payment_id }
  }

  it('is reversed at the rate of the sale, though rates have changed since', async () => {
    const { id, payment_id } = await bought()
    const { tax } = api.payments
    Object.assign(api.payments, {
      tax: { ...tax, calculate: () => Promise.reject(new Error('asked again')) },
    })
    await api.done('refundPurchase', {
      params: { account_id: id, payment_id },
      key: 'back',
      body: {},
    })
    Object.assign(api.payments, { tax })
    expect(saleOf(payment_id)?.reversed).toEqual({ amount: 5_000, tax: 950 })
  })

  it('is reversed once, whatever the refund died after', async () => {
    for (let step = 1; ; step += 1) {
      const { id, payment_id } = await bought()
      const dying = dyingAfter(deps, step)
      const wish = { accountId: id, paymentId: payment_id, refundId: `rfnd_${step}` }
      const order = { ...wish, basis: 'operator' as const, reason: 'asked', actor }
      const died = await refundPurchase(dying, order).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      )
      await recover(deps)
      expect(saleOf(payment_id)?.reversed, `after ${dying.steps.at(-1)}`).toEqual({
        amount: 5_000,
        tax: 950,
      })
      expect(await entriesOf(api, id, 'refund_purchase')).toHaveLength(1)
      if (died) continue
      expect(dying.steps).toContain('foreign:tax_reversal')
      break
    }
  })

  it('and comes back, because the bank did not take it, is a sale as before, whoever hears of it', async () => {
    for (let step = 1; ; step += 1) {
      const { id, payment_id } = await bought()
      const wish = { accountId: id, paymentId: payment_id, refundId: `rfnd_back_${step}` }
      await refundPurchase(deps, { ...wish, basis: 'operator', reason: 'asked', actor })
      expect(saleOf(payment_id)?.reversed).toEqual({ amount: 5_000, tax: 950 })
      api.processor.takeWebhooks()
      api.processor.failRefund(api.processor.refunds().at(-1)?.id ?? '')
      const hooks = api.processor.takeWebhooks()
      const dying = dyingAfter(deps, step)
      const died = await deliver(dying, hooks).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      )
      await recoverPayments(deps, deps.nowMs() + HOUR_MS)
      await Promise.all([deliver(deps, hooks), deliver(deps, hooks.toReversed())])
      const after = `after ${dying.steps.at(-1)}`
      expect(saleOf(payment_id)?.reversed, after).toEqual({ amount: 0, tax: 0 })
      expect(await entriesOf(api, id, 'undo_refund_purchase'), after).toHaveLength(1)
      expect(refused).not.toContain(wish.refundId)
      if (died) continue
      expect(dying.steps).toContain('foreign:tax_restored')
      break
    }
  })

  it('is a sale as before where it failed while its tax was being entered', async () => {
    const { id, payment_id } = await bought()
    const { tax } = deps
    const slow: TaxCalculator = {
      ...tax,
      enterReversal: async (reversal) => {
        const reference = await tax.enterReversal(reversal)
        // another server has found it taken, goes on with it, and hears of the bank first
        api.processor.failRefund(api.processor.refunds().at(-1)?.id ?? '')
        await advanceRefund(deps, reversal.key)
        return reference
      },
    }
    const wish = { accountId: id, paymentId: payment_id, refundId: 'rfnd_slow' }
    const order = { ...wish, basis: 'operator' as const, reason: 'asked', actor }
    const refund = await refundPurchase({ ...deps, tax: slow }, order)
    expect(refund).toMatchObject({ phase: 'failed' })
    expect(saleOf(payment_id)?.reversed).toEqual({ amount: 0, tax: 0 })
  })

  it('to the bank by a lost dispute is reversed too, once', async () => {
    const { payment_id } = await bought()
    const [charge] = chargesOf(api, payment_id)
    const dispute = api.processor.openDispute(charge?.id ?? '')
    api.processor.closeDispute(dispute, 'lost')
    const hooks = api.processor.takeWebhooks()
    await deliver(deps, hooks)
    await deliver(deps, hooks.toReversed())
    expect(saleOf(payment_id)?.reversed).toEqual({ amount: 5_000, tax: 950 })
    expect(refused).not.toContain(dispute)
  })
})

describe('auto-reload', () => {
  const terms = { trigger_below: '5', amount: '20', max_per_day: '50', max_per_month: '100' }

  /** Somebody with $1 left, who has agreed to it. */
  async function agreed(): Promise<string> {
    const id = await buyer()
    const params = { account_id: id }
    const credit = { payment_id: `first-${id}`, price: '10', expires_at: null }
    await api.done('topUp', { params, body: credit })
    await api.done('setControls', { params, key: `on-${id}`, body: { paid_use: true } })
    const shown = await api.done('previewAutoReload', { params, body: terms })
    expect(shown.terms.tax).toEqual({ policy: 'DE@1', rate: '0.19' })
    const { sentence, sentence_version: version } = shown
    const consent = { text: sentence.en, locale: 'en' as const, version }
    await api.done('setAutoReload', { params, key: `ok-${id}`, body: { ...terms, consent } })
    await api.done('record', {
      body: {
        ...{ account_id: id, call_id: `call-${id}`, model: 'small', event_at: soon() },
        usage: { tokens: { input: 9_000_000 } },
      },
    })
    return id
  }

  it('charges the tax that was agreed to, and enters its sale', async () => {
    const id = await agreed()
    const payment = await evaluateReload(deps, id)
    expect(payment).toMatchObject({ phase: 'credited', ordered: { tax: '3.8', total: '23.8' } })
    expect(saleOf(payment?.paymentId ?? '')?.line).toMatchObject({ amount_tax: 380 })
  })

  it.each([
    ['another rate', { rate: '0.2', tax: 4_000_000_000n as Nanos }],
    ['another amount at the same rate', { tax: 3_810_000_000n as Nanos }],
  ])('stops and charges nothing where the tax is %s', async (_what, other) => {
    const id = await agreed()
    const tax: TaxCalculator = {
      ...deps.tax,
      calculate: async (order) => ({ ...(await deps.tax.calculate(order)), ...other }),
    }
    expect(await evaluateReload({ ...deps, tax }, id)).toBeNull()
    const [end] = await entriesOf(api, id, 'end_reload')
    expect(end?.reload_end).toMatchObject({ outcome: 'terms_changed' })
    const { items } = await api.done('listPurchases', { params: { account_id: id } })
    expect(items).toEqual([])
  })
})
