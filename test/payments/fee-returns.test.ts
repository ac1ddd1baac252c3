import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../src/core/time/index.ts'
import { advancePayment } from '../../src/payments/advance.ts'
import { type FeeOrder, orderWithFee } from '../../src/payments/fee-port.ts'
import { feeCollector } from '../../src/payments/fees.ts'
import { reconcileDay, settledDay } from '../../src/payments/reconcile.ts'
import { type Api, expectVerified, startStockedApi } from '../api/support.ts'
import { addCard, Crash, deliver, dyingAfter, dyingAt, recover } from './support.ts'

let base: Api
beforeAll(async () => {
  base = await startStockedApi()
  const plan = { currency: 'USD', windows: [], coverage: [] }
  for (const document of [
    { ...plan, id: 'free', name: 'Free' },
    { ...plan, id: 'pro', name: 'Pro', price: '20', fallback: 'free' },
    { ...plan, id: 'max', name: 'Max', price: '100', fallback: 'free' },
  ]) {
    await base.done('createPlan', { body: document })
    await base.done('publishPlan', { params: { plan_id: document.id, version: 1 } })
  }
})
afterAll(async () => {
  await expectVerified(base.database.pool)
  await base.close()
})

/** An order of Pro as the API makes it of its preview. */
async function orderOf(accountId: string): Promise<FeeOrder> {
  const params = { account_id: accountId }
  await addCard(base, accountId, 'pm_card_de')
  const body = { action: 'change', plan: 'pro' } as const
  const shown = await base.done('previewSubscription', { params, body })
  const [, pricedAt, terms] = shown.preview_id.split('_') as [string, string, string]
  return {
    ...{ kind: 'change_subscription', accountId, requestId: 'go', payment: null },
    ...{ plan: 'pro@1', fallback: 'free@1', terms },
    actor: { type: 'operator', id: 'op' },
    pricedAt: parseInt(pricedAt, 36),
    consent: { text: shown.sentence!.en, locale: 'en', version: shown.sentence_version },
  } as FeeOrder
}

describe('a fee that goes back, and that the bank does not take', () => {
  /** Charged, and its order refused since another one was carried out meanwhile. */
  const chargedInVain = async (dueId: string) => {
    const { id } = await base.account(dueId, { plan: 'free@1' })
    const order = await orderOf(id)
    const dying = feeCollector(dyingAfter(base.payments, 3))
    await orderWithFee(base.engine, dying, order, `${id}#change:go`).catch(() => undefined)
    await base.done('changeSubscription', {
      params: { account_id: id },
      key: 'by-hand',
      body: { plan: 'max', payment: { payment_id: `pi_${id}` } },
    })
    return id
  }
  const keptFor = async (account_id: string) => {
    const { items } = await base.done('listCases', {})
    const own = items.filter((one) => one.account_id === account_id)
    return own.map(({ subject, amount }) => [subject, amount])
  }
  const feeOf = async (account_id: string) =>
    (await base.done('listPurchases', { params: { account_id } })).items[0]!
  const failed = () => {
    base.processor.takeWebhooks()
    base.processor.failRefund(base.processor.refunds().at(-1)!.id)
  }

  it('opens one case, however often it is heard of, and differs in the comparison', async () => {
    const id = await chargedInVain('unreturned')
    await recover(base.payments)
    expect(await feeOf(id)).toMatchObject({ status: 'returned' })
    failed()
    const hooks = base.processor.takeWebhooks()
    await deliver(base.payments, [...hooks, ...hooks])
    await deliver(base.payments, hooks)
    expect(await keptFor(id)).toEqual([['fee_not_returned', '23.8']])
    const now = Date.now()
    const later = { ...base.payments, nowMs: () => now + 3 * DAY_MS }
    await reconcileDay(later, settledDay(now + 2 * DAY_MS))
    const { rows } = await base.pool.query(
      `select case_id is not null as has_case, unexplained::text from control.reconciliation_difference
       where facts->>'type' = 'refund_failed'`,
    )
    expect(rows).toEqual([{ has_case: true, unexplained: '23800000000' }])
    expect(await keptFor(id)).toEqual([['fee_not_returned', '23.8']])
  })

  it('ends, where the server died before it noted the return', async () => {
    const id = await chargedInVain('unreturned-2')
    const fee = await feeOf(id)
    const dying = dyingAt(base.payments, 'foreign:refund')
    await expect(advancePayment(dying, fee.payment_id)).rejects.toThrow(Crash)
    failed()
    await deliver(base.payments, base.processor.takeWebhooks())
    await recover(base.payments)
    expect(await feeOf(id)).toMatchObject({ status: 'returned' })
    expect(await keptFor(id)).toEqual([['fee_not_returned', '23.8']])
  })
})
