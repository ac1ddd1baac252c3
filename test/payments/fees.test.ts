import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/decisions/index.ts'
import { readNanos } from '../../src/core/money/index.ts'
import type { PaymentsDeps } from '../../src/payments/deps.ts'
import type { FeeOrder } from '../../src/payments/fee-port.ts'
import { orderWithFee } from '../../src/payments/fee-port.ts'
import { feeCollector } from '../../src/payments/fees.ts'
import type { PaymentProvider } from '../../src/payments/provider.ts'
import type { SimulatedProcessor } from '../../src/payments/simulated/processor.ts'
import { type SimulatedServer, serveProcessor } from '../../src/payments/simulated/server.ts'
import { stripeProvider } from '../../src/payments/stripe/provider.ts'
import { type Api, expectVerified, journalOf, startNode, startStockedApi } from '../api/support.ts'
import { addCard, Crash, chargesOf, deliver, dyingAfter, entriesOf, recover } from './support.ts'

/* Fees by card: Pro costs $20 and Max $100 a month; cards of Germany are taxed at 19 %. */

let base: Api
const servers: SimulatedServer[] = []
const nodes: Api[] = []
beforeAll(async () => {
  base = await startStockedApi()
  const plan = (id: string, more: object) => ({
    ...{ id, name: id, currency: 'USD', windows: [], coverage: [] },
    ...more,
  })
  for (const document of [
    plan('free', {}),
    plan('pro', { price: '20', fallback: 'free' }),
    plan('max', { price: '100', fallback: 'free' }),
  ]) {
    await base.done('createPlan', { body: document })
    await base.done('publishPlan', { params: { plan_id: document.id, version: 1 } })
  }
})
afterAll(async () => {
  await expectVerified(base.database.pool)
  for (const node of nodes) await node.close()
  for (const server of servers) await server.close()
  await base.close()
})

/** The official SDK over HTTP, and the simulated provider without a network: one contract. */
async function withProvider(make: (processor: SimulatedProcessor) => Promise<PaymentProvider>) {
  const payments: PaymentsDeps = {
    ...base.payments,
    provider: await make(base.processor),
    // one program: what decides orders is what has fees decided
    get engine() {
      return node.engine
    },
  }
  const node: Api = await startNode(base.database, { payments })
  nodes.push(node)
  return { ...node, payments, processor: base.processor }
}

const RIGS = [
  [
    'stripe SDK',
    () =>
      withProvider(async (processor) => {
        const server = await serveProcessor(processor)
        servers.push(server)
        const { url: baseUrl } = server
        return stripeProvider({ apiKey: 'sk_test', webhookSecret: 'whsec_tests', baseUrl })
      }),
  ],
  ['simulated', () => withProvider(async () => base.payments.provider)],
] as const

let made = 0
async function account(api: Api, card: string | null = 'pm_card_de') {
  made += 1
  const { id } = await api.account(`fee-${made}`, { plan: 'free@1' })
  if (card !== null) await addCard(api, id, card)
  return { id, params: { account_id: id } }
}

const preview = (api: Api, params: { account_id: string }, plan = 'pro') =>
  api.done('previewSubscription', { params, body: { action: 'change', plan } })

/** The order that a preview shows, agreed to with its sentence. */
async function agreed(api: Api, params: { account_id: string }, plan = 'pro') {
  const shown = await preview(api, params, plan)
  const consent = {
    text: shown.sentence!.en,
    locale: 'en' as const,
    version: shown.sentence_version,
  }
  return { shown, body: { plan, preview_id: shown.preview_id, consent } }
}

const feesOf = async (api: Api, params: { account_id: string }) =>
  (await api.done('listPurchases', { params })).items

describe.each(RIGS)('a fee by card, %s', (_name, start) => {
  let api: Api
  beforeAll(async () => {
    api = await start()
  })

  it('is charged as the preview shows: fee, tax, card; the sentence is kept', async () => {
    const { id, params } = await account(api)
    const { shown, body } = await agreed(api, params)
    expect(shown).toMatchObject({
      tax: '3.8',
      total: '23.8',
      method: { brand: 'visa', last4: '0016' },
    })
    expect(shown.sentence!.en).toContain('You pay $23.80 now with Visa ****0016')
    expect(shown.sentence!.en).toContain('each month, we charge $20.00 plus the tax of that day')
    expect(shown.sentence!.ja).toContain('$23.80')
    const entry = await api.done('changeSubscription', { params, key: 'go', body })
    expect(entry).toMatchObject({
      consent: body.consent,
      subscription: { plan: 'pro@1', status: 'active', agreed_fee: '20' },
      payment: { price: '20', tax: '3.8', tax_rate: '0.19', policy: 'DE@1' },
      postings: [
        ['house:revenue', 'USD', '20'],
        ['house:tax_payable', 'USD', '3.8'],
        ['house:processor_clearing', 'USD', '-23.8'],
      ],
    })
    const [only, ...more] = await feesOf(api, params)
    expect(more).toEqual([])
    expect(only).toMatchObject({
      kind: 'fee',
      status: 'credited',
      plan: 'pro@1',
      lot_id: null,
      total: '23.8',
    })
    expect(chargesOf(api, only!.payment_id)).toMatchObject([{ amount: 2380 }])
    expect((await api.done('getState', { params })).lots).toEqual([])
    const refund = { params: { ...params, payment_id: only!.payment_id }, key: `r-${id}`, body: {} }
    expect((await api.call('refundPurchase', refund)).body.code).toBe('not_refundable')
  })

  it('is charged once for a request, however often and at once it is sent', async () => {
    const { id, params } = await account(api)
    const { body } = await agreed(api, params)
    const send = () => api.call('changeSubscription', { params, key: 'go', body })
    const replies = await Promise.all(Array.from({ length: 8 }, send))
    // who comes while another is at it may be told to ask again
    for (const { status } of replies) expect([200, 503]).toContain(status)
    const last = await send()
    expect(last.status).toBe(200)
    for (const reply of replies) if (reply.status === 200) expect(reply.text).toBe(last.text)
    const [only, ...more] = await feesOf(api, params)
    expect(more).toEqual([])
    expect(chargesOf(api, only!.payment_id)).toHaveLength(1)
    expect(await entriesOf(api, id, 'change_subscription')).toHaveLength(1)
  })

  it('killed after any step is charged once and carried out once, without being asked again', async () => {
    let died = 0
    for (let nth = 1; ; nth += 1) {
      const { id, params } = await account(api)
      const { order, dueId } = await ordered(api, params)
      const deps = dyingAfter(api.payments, nth)
      const outcome = await orderWithFee(api.engine, feeCollector(deps), order, dueId).catch(
        (error: unknown) => error,
      )
      if (outcome instanceof Crash) died += 1
      await recover(api.payments)
      const [only, ...more] = await feesOf(api, params)
      expect(more).toEqual([])
      expect(only, deps.steps.join()).toMatchObject({ status: 'credited' })
      expect(chargesOf(api, only!.payment_id), deps.steps.join()).toHaveLength(1)
      expect(await entriesOf(api, id, 'change_subscription')).toHaveLength(1)
      if (!(outcome instanceof Crash)) break
    }
    expect(died).toBe(5)
  })

  it.each(['pm_card_breaksAfterSuccess', 'pm_card_breaksBefore'])(
    'ends right where the answer is lost: %s',
    async (card) => {
      const { id, params } = await account(api, card)
      const { body } = await agreed(api, params)
      const send = () => api.call('changeSubscription', { params, key: 'go', body })
      expect(await send()).toMatchObject({
        status: 503,
        body: { code: 'processor_unavailable' },
      })
      await recover(api.payments).catch(() => recover(api.payments))
      expect((await send()).status).toBe(200)
      const [only] = await feesOf(api, params)
      expect(chargesOf(api, only!.payment_id)).toHaveLength(1)
      expect(await entriesOf(api, id, 'change_subscription')).toHaveLength(1)
    },
  )

  it('is carried out once whatever the webhooks do: first, twice, backwards', async () => {
    const { id, params } = await account(api)
    const { order, dueId } = await ordered(api, params)
    api.processor.takeWebhooks()
    const dying = feeCollector(dyingAfter(api.payments, 2))
    await expect(orderWithFee(api.engine, dying, order, dueId)).rejects.toThrow(Crash)
    const hooks = api.processor.takeWebhooks()
    expect(hooks.length).toBeGreaterThan(0)
    await Promise.all([
      deliver(api.payments, [...hooks, ...hooks].reverse()),
      recover(api.payments),
    ])
    expect(await orderWithFee(api.engine, feeCollector(api.payments), order, dueId)).toMatchObject({
      status: 'decided',
      executed: { replayed: true },
    })
    expect(await entriesOf(api, id, 'change_subscription')).toHaveLength(1)
    const [only] = await feesOf(api, params)
    expect(chargesOf(api, only!.payment_id)).toHaveLength(1)
  })

  it('is declined without a change; the same request stays declined, another one may be paid', async () => {
    const { id, params } = await account(api, 'pm_card_visa_chargeDeclinedInsufficientFunds')
    const first = await agreed(api, params)
    const send = (key: string, body: object) =>
      api.call('changeSubscription', { params, key, body })
    for (let n = 0; n < 2; n += 1) {
      const reply = await send('first', first.body)
      expect(reply).toMatchObject({ status: 402, body: { code: 'payment_required' } })
      expect(reply.body.detail).toContain('insufficient_funds')
    }
    await addCard(api, id, 'pm_card_de')
    const second = await agreed(api, params)
    expect((await send('second', second.body)).status).toBe(200)
    expect((await feesOf(api, params)).map(({ status }) => status).sort()).toEqual([
      'credited',
      'failed',
    ])
  })

  it('waits for the buyer’s bank, and is carried out when the buyer has answered', async () => {
    const { id, params } = await account(api, 'pm_card_authenticationRequired')
    const { body } = await agreed(api, params)
    const reply = await api.call('changeSubscription', { params, key: 'go', body })
    expect(reply.status).toBe(402)
    const [waiting] = await feesOf(api, params)
    expect(reply.body.detail).toContain(waiting!.action_url)
    expect(await entriesOf(api, id, 'change_subscription')).toEqual([])
    api.processor.authenticate(waiting!.action_url!.split('/').at(-1)!)
    await deliver(api.payments, api.processor.takeWebhooks())
    expect(await entriesOf(api, id, 'change_subscription')).toHaveLength(1)
    expect((await api.call('changeSubscription', { params, key: 'go', body })).status).toBe(200)
  })

  it('goes back to the card once where the order is refused after all, killed after any step', async () => {
    let died = 0
    for (let nth = 1; ; nth += 1) {
      const { id, params } = await account(api)
      const { order, dueId } = await ordered(api, params)
      await orderWithFee(api.engine, feeCollector(dyingAfter(api.payments, 3)), order, dueId).catch(
        () => {},
      )
      // charged; and before it is carried out, the account has moved on
      await api.done('changeSubscription', {
        params,
        key: 'by-hand',
        body: { plan: 'max', payment: { payment_id: `pi_${id}` } },
      })
      const deps = dyingAfter(api.payments, nth)
      const outcome = await recover(deps).catch((error: unknown) => error)
      if (outcome instanceof Crash) died += 1
      await recover(api.payments)
      const [only] = await feesOf(api, params)
      expect(only, deps.steps.join()).toMatchObject({
        status: 'returned',
        failure: 'preview_outdated',
      })
      const charge = chargesOf(api, only!.payment_id)[0]!
      const refunds = api.processor.refunds().filter((own) => own.payment_intent === charge.id)
      expect(refunds).toMatchObject([{ amount: 2380 }])
      expect(await entriesOf(api, id, 'return_fee')).toMatchObject([
        { postings: [], reason: 'preview_outdated', payment: { price: '20', tax: '3.8' } },
      ])
      expect(
        await orderWithFee(api.engine, feeCollector(api.payments), order, dueId),
      ).toMatchObject({ status: 'returned', code: 'preview_outdated' })
      if (!(outcome instanceof Crash)) break
    }
    expect(died).toBe(4)
  })
})

/** As the API makes an order of a preview, to be run by hand. */
async function ordered(api: Api, params: { account_id: string }, plan = 'pro') {
  const { shown, body } = await agreed(api, params, plan)
  const [, pricedAt, terms] = shown.preview_id.split('_') as [string, string, string]
  const order: FeeOrder = {
    kind: 'change_subscription',
    accountId: params.account_id,
    requestId: 'go',
    actor: { type: 'operator', id: 'op' },
    plan: `${plan}@1`,
    fallback: 'free@1',
    pricedAt: parseInt(pricedAt, 36) as NonNullable<FeeOrder['pricedAt']>,
    terms,
    payment: null,
    consent: body.consent,
  }
  return { order, dueId: `${params.account_id}#change:go` }
}

describe('no card is charged', () => {
  const refused = async (params: { account_id: string }, body: object, key = 'go') => {
    const before = await journalOf(base.database.pool)
    const charges = base.processor.charges().length
    const reply = await base.call('changeSubscription', { params, key, body })
    expect(base.processor.charges().length).toBe(charges)
    expect(await journalOf(base.database.pool)).toEqual(before)
    return reply
  }

  it('without the sentence, with another one, or with one of another moment', async () => {
    const { id, params } = await account(base)
    const { shown, body } = await agreed(base, params)
    const { consent, ...silent } = body
    expect(await refused(params, silent)).toMatchObject({ status: 402 })
    for (const bad of [
      { ...consent, text: `${consent.text} ` },
      { ...consent, text: shown.sentence!.ja },
      { ...consent, version: '0' },
    ])
      expect(await refused(params, { ...body, consent: bad })).toMatchObject({
        status: 422,
        body: { code: 'amount_invalid', field: 'consent' },
      })
    // another card would be charged another tax
    await addCard(base, id, 'pm_card_visa')
    expect(await refused(params, body)).toMatchObject({ status: 422, body: { field: 'consent' } })
  })

  it('where there is none; the preview says so', async () => {
    const { params } = await account(base, null)
    const shown = await preview(base, params)
    expect(shown).toMatchObject({ tax: null, total: null, method: null, sentence: null })
    const reply = await refused(params, { plan: 'pro', preview_id: shown.preview_id })
    expect(reply.status).toBe(402)
    expect(reply.body.detail).toContain('no card')
  })

  it('for another order under the same request', async () => {
    const { params } = await account(base)
    const { body } = await agreed(base, params)
    await base.done('changeSubscription', { params, key: 'go', body })
    const other = await refused(params, { ...body, plan: 'max' })
    expect(other).toMatchObject({ status: 409, body: { code: 'request_conflict', field: 'plan' } })
  })

  it('that was removed between the order and the charge', async () => {
    const { params } = await account(base)
    const { order, dueId } = await ordered(base, params)
    await orderWithFee(base.engine, feeCollector(dyingAfter(base.payments, 1)), order, dueId).catch(
      () => {},
    )
    const { items } = await base.done('listPaymentMethods', { params })
    const method_id = items[0]!.method_id
    await base.done('removePaymentMethod', { params: { ...params, method_id } })
    await recover(base.payments)
    const [only] = await feesOf(base, params)
    expect(only).toMatchObject({ status: 'failed', failure: 'method_removed' })
    expect(chargesOf(base, only!.payment_id)).toEqual([])
  })

  it('for what costs something else by now', async () => {
    const { id, params } = await account(base)
    const { order, dueId } = await ordered(base, params)
    await orderWithFee(base.engine, feeCollector(dyingAfter(base.payments, 1)), order, dueId).catch(
      () => {},
    )
    await base.done('changeSubscription', {
      params,
      key: 'by-hand',
      body: { plan: 'max', payment: { payment_id: `pi_${id}` } },
    })
    await recover(base.payments)
    const [only] = await feesOf(base, params)
    expect(only).toMatchObject({ status: 'failed', failure: 'no_longer_due' })
    expect(chargesOf(base, only!.payment_id)).toEqual([])
  })
})

it('of an order and the return of its payment exactly one is decided, with two nodes at both', async () => {
  const other = await startNode(base.database, { payments: base.payments })
  nodes.push(other)
  for (let n = 0; n < 10; n += 1) {
    const { id, params } = await account(base)
    const { order } = await ordered(base, params)
    const paymentId = `pi_race_${n}`
    const tax = readNanos('0')
    const back: Command = {
      kind: 'return_fee',
      accountId: id,
      requestId: `go#${paymentId}`,
      actor: { type: 'system', id: 'payments' },
      paymentId,
      price: readNanos('20'),
      tax,
      code: 'raced',
    }
    const payment = { paymentId, tax, collected: true }
    const [ran, returned] = await Promise.all([
      (n % 2 ? base : other).engine.execute({ ...order, payment }),
      (n % 2 ? other : base).engine.execute(back),
    ])
    const states = [ran.result.status, returned.result.status].sort()
    expect(states).toEqual(['posted', 'refused'])
  }
})

it('a fee whose dispute is lost is the loss of the house, with its tax reversed, once', async () => {
  const { id, params } = await account(base)
  const { body } = await agreed(base, params)
  await base.done('changeSubscription', { params, key: 'go', body })
  const [fee] = await feesOf(base, params)
  base.processor.takeWebhooks()
  const dispute = base.processor.openDispute(chargesOf(base, fee!.payment_id)[0]!.id)
  base.processor.closeDispute(dispute, 'lost')
  const hooks = base.processor.takeWebhooks().reverse()
  await deliver(base.payments, [...hooks, ...hooks])
  expect(await entriesOf(base, id, 'charge_back')).toMatchObject([
    {
      postings: [
        ['house:tax_payable', 'USD', '-3.8'],
        ['house:platform_loss', 'USD', '-20'],
        ['house:processor_clearing', 'USD', '23.8'],
      ],
    },
  ])
})
