import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { DAY_MS, formatInstant, instant } from '../../src/core/time/index.ts'
import { reconcilePayments } from '../../src/jobs/payments.ts'
import { ProviderRefused } from '../../src/payments/provider.ts'
import { addCard, deliver, recover } from '../payments/support.ts'
import { type Api, expectVerified, startStockedApi } from './support.ts'

/* The provider's bill and the processor's balance, held against a journal with real entries in it. */

let api: Api
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS
const time = (days: number) => formatInstant(instant(TODAY + days * DAY_MS))
const WHOLE = { from: time(0), until: time(1) }

beforeAll(async () => {
  api = await startStockedApi()
  const { key } = await api.account('caller')
  for (const [call_id, input_tokens, output_tokens] of [
    ['a', 1_000, 100],
    ['b', 2_000, 50],
  ] as const)
    await api.done('record', {
      as: key,
      body: {
        call_id,
        model: 'small',
        dialect: 'anthropic',
        usage: {
          dialect: 'anthropic',
          response: { model: 'small', usage: { input_tokens, output_tokens } },
        },
        event_at: new Date().toISOString(),
      },
    })
})
afterAll(async () => {
  await expectVerified(api.pool)
  await api.close()
})

const usageReport = (own: { input: number; output: number }) =>
  JSON.stringify({
    data: [
      {
        starting_at: time(0),
        ending_at: time(1),
        results: [
          {
            model: 'small',
            service_tier: 'standard',
            uncached_input_tokens: own.input,
            cache_read_input_tokens: 0,
            output_tokens: own.output,
          },
        ],
      },
    ],
    has_more: false,
    next_page: null,
  })

const importOf = (content: string, file_name = 'usage.json') =>
  api.done('importBill', { body: { file_name, content } })

const runOf = (own: object = {}) =>
  api.done('startReconciliation', {
    body: { kind: 'provider', provider: 'anthropic', ...WHOLE, threshold: '0.1', ...own },
  })

const openCases = async () => (await api.done('listCases', {})).items

describe('a provider’s bill', () => {
  it('has to be imported first, and of whole days', async () => {
    const reply = await api.call('startReconciliation', {
      body: { kind: 'provider', provider: 'openai', ...WHOLE },
    })
    expect(reply).toMatchObject({ status: 409, body: { code: 'nothing_to_compare' } })
  })

  it('is imported once, whoever sends it how often', async () => {
    const content = usageReport({ input: 3_000, output: 150 })
    const twice = await Promise.all([importOf(content), importOf(content, 'again.json')])
    expect(twice.map(({ already_known }) => already_known).sort()).toEqual([false, true])
    expect(new Set(twice.map(({ import_id }) => import_id)).size).toBe(1)
    expect((await api.done('listBillImports', {})).items).toHaveLength(1)
  })

  it('that is right differs in nothing', async () => {
    const run = await runOf()
    expect(run.differences).toEqual([])
    expect(run.summary).toMatchObject({
      attempts: 2,
      own: '0.0045',
      variance: { total: '0', quantity: '0', price: '0', unsplit: '0' },
      unexplained: '0',
    })
  })

  it('names an import that this version cannot read any more', async () => {
    const { import_id } = await importOf(usageReport({ input: 1, output: 1 }), 'old.json')
    await api.pool.query(
      `update control.bill_import set content = '{}' where import_id = $1::text`,
      [import_id],
    )
    expect((await runOf()).summary).toMatchObject({
      unexplained: '0',
      unreadable_imports: [import_id],
    })
    await api.pool.query('delete from control.bill_import where import_id = $1::text', [import_id])
  })

  it('that bills more opens a case, once, and says by how much', async () => {
    await importOf(usageReport({ input: 3_000, output: 100_150 }))
    const [first, second] = [await runOf(), await runOf()]
    expect(first.differences).toEqual([
      expect.objectContaining({
        number: 1,
        unexplained: '1',
        currency: 'USD',
        facts: expect.objectContaining({
          kind: 'output',
          billed: { quantity: '100150', cost: null },
          own: { quantity: '150', cost: '0.0015' },
        }),
      }),
    ])
    const ids = [first, second].map(({ differences }) => differences[0]?.case_id)
    expect(ids[0]).toBe(ids[1])
    const cases = (await openCases()).filter(({ origin }) => origin === 'reconciliation')
    expect(cases).toEqual([
      expect.objectContaining({ subject: 'provider_bill_differs', amount: '1', account_id: null }),
    ])
  })

  it('can be held against the provider’s own prices', async () => {
    const book = {
      id: 'cost',
      currency: 'USD',
      effective_from: '2020-01-01T00:00:00Z',
      rows: [
        { model: 'small', kind: 'input', per_mtok: '0.5' },
        { model: 'small', kind: 'output', per_mtok: '2' },
      ],
    }
    const run = await runOf({ cost_books: [book] })
    expect(run.differences[0]?.unexplained).toBe('0.2')
    const broken = await api.call('startReconciliation', {
      body: { kind: 'provider', provider: 'anthropic', ...WHOLE, cost_books: [{ id: 'x' }] },
    })
    expect(broken).toMatchObject({ status: 422, body: { code: 'price_book_invalid' } })
  })

  it('opens no case under the threshold, or once a person has said what it was', async () => {
    expect((await runOf({ threshold: '1' })).differences[0]?.case_id).toBeNull()
    const run = await runOf()
    const params = { run_id: run.run_id, number: 1 }
    const told = await api.done('resolveDifference', { params, body: { reason: 'a load test' } })
    expect(told.differences[0]?.resolved).toMatchObject({ reason: 'a load test' })
    const again = await runOf()
    expect(again.differences[0]).toMatchObject({
      case_id: null,
      resolved: { reason: 'a load test' },
    })
    const other = await api.done('resolveDifference', { params, body: { reason: 'no' } })
    expect(other.differences[0]?.resolved?.reason, 'the first word stands').toBe('a load test')
    await importOf(usageReport({ input: 3_000, output: 200_150 }))
    expect((await runOf()).differences[0], 'another amount is another matter').toMatchObject({
      unexplained: '2',
      resolved: null,
    })
  })

  it('is kept as it was compared', async () => {
    const { items } = await api.done('listReconciliations', {
      query: { kind: 'provider', limit: 2 },
    })
    expect(items).toHaveLength(2)
    const read = await api.done('getReconciliation', { params: { run_id: items[0]!.run_id } })
    expect(read.differences).toHaveLength(1)
  })

  test.each([
    ['no report', { file_name: 'x', content: 'hello' }, 'report_invalid'],
    ['an empty file', { file_name: 'x', content: '' }, 'invalid_request'],
  ])('%s is refused, and nothing is kept', async (_name, body, code) => {
    const before = (await api.done('listBillImports', {})).items.length
    expect((await api.call('importBill', { body })).body).toMatchObject({ code })
    expect((await api.done('listBillImports', {})).items).toHaveLength(before)
  })

  test.each([
    [{ kind: 'provider', ...WHOLE }, 'body/provider'],
    [{ kind: 'processor', from: time(1), until: time(0) }, 'body/until'],
    [{ kind: 'processor', from: time(-200), until: time(0) }, 'body/until'],
  ] as const)('%j says what is wrong', async (body, location) => {
    const reply = await api.call('startReconciliation', { body })
    expect(reply.body).toMatchObject({ code: 'invalid_request', errors: [{ location }] })
  })

  it('knows no run and no difference that is not there', async () => {
    const params = { run_id: 'run_x' }
    expect((await api.call('getReconciliation', { params })).body.code).toBe('run_unknown')
    const run = await runOf()
    const none = { params: { run_id: run.run_id, number: 99 }, body: { reason: 'x' } }
    expect((await api.call('resolveDifference', none)).body.code).toBe('difference_unknown')
  })
})

describe('the payment processor', () => {
  const buy = async (account_id: string) => {
    await api.account(account_id)
    await addCard(api, account_id, 'pm_card_de')
    const params = { account_id }
    const { preview_id } = await api.done('previewPurchase', { params, body: { amount: '20' } })
    return api.done('confirmPurchase', { params, body: { preview_id } })
  }
  const compare = () =>
    api.done('startReconciliation', { body: { kind: 'processor', from: time(-1), until: time(2) } })
  const told = async () => {
    const run = await compare()
    return run.differences.map(({ facts, unexplained }) => [
      facts.difference,
      facts.type,
      facts.cause,
      unexplained,
    ])
  }

  it('differs in nothing after purchases, refunds and disputes that ended', async () => {
    await buy('buyer')
    const bought = (await api.done('listPurchases', { params: { account_id: 'buyer' } })).items[0]!
    const params = { account_id: 'buyer', payment_id: bought.payment_id }
    await api.done('refundPurchase', { params, key: 'refund-1', body: {} })
    await buy('loser')
    await buy('winner')
    for (const [id, status] of [
      ['loser', 'lost'],
      ['winner', 'won'],
    ] as const) {
      const own = (await api.done('listPurchases', { params: { account_id: id } })).items[0]!
      const charge = api.processor
        .charges()
        .find(({ metadata }) => metadata.everycent_payment === own.payment_id)!
      const dispute = api.processor.openDispute(charge.id)
      await deliver(api.payments, api.processor.takeWebhooks())
      if (id === 'loser')
        expect(await told()).toEqual([['missing_in_ledger', 'dispute', 'dispute_open', '0']])
      api.processor.closeDispute(dispute, status)
      await deliver(api.payments, api.processor.takeWebhooks())
    }
    await recover(api.payments)
    const run = await compare()
    expect(run.differences).toEqual([])
    expect(run.summary).toMatchObject({ unexplained: 0, by_hand: 0 })
    expect(Number((run.summary.fees as { USD: string }).USD)).toBeGreaterThan(1)
  })

  it('knows a refund that the bank did not take, as far as the journal has heard of it', async () => {
    const { payment_id } = await buy('returner')
    const params = { account_id: 'returner', payment_id }
    await api.done('refundPurchase', { params, key: 'refund-2', body: {} })
    api.processor.takeWebhooks()
    api.processor.failRefund(api.processor.refunds().at(-1)!.id)
    expect(await told()).toEqual([['missing_in_ledger', 'refund_failed', 'in_transit', '0']])
    await deliver(api.payments, api.processor.takeWebhooks())
    expect(await told()).toEqual([])
  })

  it('does not look for a refund that the processor refused', async () => {
    const { payment_id } = await buy('refused')
    const { provider } = api.payments
    const refuse = vi
      .spyOn(provider, 'refund')
      .mockRejectedValue(new ProviderRefused('charge_disputed', 'no'))
    const params = { account_id: 'refused', payment_id }
    await api.done('refundPurchase', { params, key: 'refund-3', body: {} })
    refuse.mockRestore()
    expect(await told()).toEqual([])
  })

  it('does not miss a payment that an operator entered by hand', async () => {
    await api.account('hand')
    await api.done('topUp', {
      params: { account_id: 'hand' },
      body: { payment_id: 'wire-1', price: '50', expires_at: null },
    })
    expect((await compare()).summary).toMatchObject({ by_hand: 1, differences: 0 })
  })

  it('has a charge that nobody credited: found, with a case once it cannot be on its way', async () => {
    const now = Date.now()
    const customerRef = await api.payments.provider.createCustomer({ accountId: 'x', key: 'x' })
    const saved = await api.payments.provider.saveMethod(customerRef, 'pm_card_visa')
    await api.payments.provider.charge({
      key: 'stray',
      paymentId: 'pay_stray',
      accountId: 'x',
      customerRef,
      methodRef: saved.methodRef,
      amountMinor: 1_234n,
      currency: 'USD',
      offSession: false,
      returnUrl: 'https://example.com',
    })
    expect(await told()).toEqual([['missing_in_ledger', 'charge', 'in_transit', '0']])
    const later = { ...api.payments, nowMs: () => now + 3 * DAY_MS }
    const rounds = [await reconcilePayments(later, now + 2 * DAY_MS)]
    rounds.push(await reconcilePayments(later, now + 2 * DAY_MS))
    expect(rounds, 'a day is compared once').toEqual([1, 0])
    const cases = (await openCases()).filter(({ subject }) => subject === 'processor_differs')
    expect(cases).toEqual([expect.objectContaining({ amount: '12.34', currency: 'USD' })])
  })

  it('is compared for every day of a standstill, a week of them in a round', async () => {
    const now = Date.now()
    await reconcilePayments(api.payments, now + 2 * DAY_MS)
    const back = { ...api.payments, nowMs: () => now + 12 * DAY_MS }
    const rounds: number[] = []
    do rounds.push(await reconcilePayments(back, now + 12 * DAY_MS))
    while (rounds.at(-1) !== 0)
    expect(rounds).toEqual([7, 3, 0])
  })
})
