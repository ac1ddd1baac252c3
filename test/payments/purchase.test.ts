import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ProviderUnavailable } from '../../src/payments/provider.ts'
import { confirmPurchase } from '../../src/payments/purchase.ts'
import { type Api, expectVerified, startNode, startStockedApi } from '../api/support.ts'
import { addCard, Crash, chargesOf, deliver, dyingAfter, entriesOf, recover } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

let made = 0
async function buyer(token = 'pm_card_visa'): Promise<string> {
  made += 1
  const { id } = await api.account(`buyer-${made}`)
  await addCard(api, id, token)
  return id
}

const preview = (account_id: string, body: { amount?: string; bundle_id?: string }) =>
  api.done('previewPurchase', { params: { account_id }, body })
const confirm = (account_id: string, preview_id: string) =>
  api.done('confirmPurchase', { params: { account_id }, body: { preview_id } })
const lotsOf = async (account_id: string) =>
  (await api.done('getState', { params: { account_id } })).lots

describe('a top-up', () => {
  it('is shown in full before money moves, and then done as shown', async () => {
    const id = await buyer('pm_card_jp')
    const shown = await preview(id, { amount: '20' })
    expect(shown).toMatchObject({
      price: '20',
      tax: '2',
      total: '22',
      tax_rate: '0.10',
      policy: 'JP@1',
      lot: { origin: 'purchase' },
    })
    expect(shown.sentence.en).toMatch(/You pay \$22\.00 now, once, with Visa \*\*\*\*0003/)
    expect(shown.sentence.ja).toContain('一度だけ')
    expect(api.processor.charges()).toHaveLength(0)
    const bought = await confirm(id, shown.preview_id)
    expect(bought).toMatchObject({ status: 'credited', total: '22', lot: shown.lot })
    expect(await lotsOf(id)).toMatchObject([
      { id: bought.lot_id, face: '20', expires_at: shown.lot.expires_at },
    ])
    expect(chargesOf(api, bought.payment_id)).toMatchObject([{ amount: 2200, currency: 'usd' }])
  })

  it('confirmed by ten at once is bought once', async () => {
    const id = await buyer()
    const { preview_id } = await preview(id, { amount: '5' })
    const all = await Promise.all(Array.from({ length: 10 }, () => confirm(id, preview_id)))
    expect(new Set(all.map(({ payment_id }) => payment_id)).size).toBe(1)
    await recover(api.payments)
    expect(await lotsOf(id)).toMatchObject([{ face: '5' }])
    expect(chargesOf(api, all[0]!.payment_id)).toHaveLength(1)
  })

  it('is credited once whatever the webhooks do: twice, backwards, by two nodes at once', async () => {
    const id = await buyer()
    api.processor.takeWebhooks()
    const { preview_id } = await preview(id, { amount: '5' })
    const { payment_id } = await confirm(id, preview_id)
    const hooks = api.processor.takeWebhooks()
    const second = await startNode(api.database, { payments: api.payments })
    await Promise.all(
      [api, second].map((node) =>
        deliver({ ...api.payments, engine: node.engine }, [...hooks, ...hooks].reverse()),
      ),
    )
    await second.close()
    expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
    expect(chargesOf(api, payment_id)).toHaveLength(1)
  })

  it('gives no credit for a decline, and says which', async () => {
    const id = await buyer('pm_card_visa_chargeDeclinedInsufficientFunds')
    const { preview_id } = await preview(id, { amount: '5' })
    const declined = { status: 'failed', failure: 'insufficient_funds' }
    expect(await confirm(id, preview_id)).toMatchObject(declined)
    await deliver(api.payments, api.processor.takeWebhooks())
    expect(await confirm(id, preview_id)).toMatchObject(declined)
    expect(await lotsOf(id)).toEqual([])
  })

  it('gives no credit before the buyer has authenticated', async () => {
    const id = await buyer('pm_card_authenticationRequired')
    const { preview_id } = await preview(id, { amount: '5' })
    const waiting = await confirm(id, preview_id)
    expect(waiting).toMatchObject({ status: 'action_required' })
    expect(await lotsOf(id)).toEqual([])
    api.processor.authenticate(waiting.action_url!.split('/').at(-1)!)
    await deliver(api.payments, api.processor.takeWebhooks())
    expect(await lotsOf(id)).toMatchObject([{ face: '5' }])
  })

  it.each(['pm_card_breaksAfterSuccess', 'pm_card_breaksBefore'])(
    'ends right where the answer is lost: %s',
    async (token) => {
      const id = await buyer(token)
      const { preview_id } = await preview(id, { amount: '5' })
      const params = { account_id: id }
      const lost = await api.call('confirmPurchase', { params, body: { preview_id } })
      expect(lost).toMatchObject({ status: 503, body: { code: 'processor_unavailable' } })
      await recover(api.payments).catch(() => recover(api.payments))
      const bought = await confirm(id, preview_id)
      expect(bought).toMatchObject({ status: 'credited' })
      expect(chargesOf(api, bought.payment_id)).toHaveLength(1)
      expect(await entriesOf(api, id, 'top_up')).toHaveLength(1)
    },
  )

  it('killed after any step ends in one charge and one credit', async () => {
    const actor = { type: 'operator', id: 'op' } as const
    let died = 0
    for (let nth = 1; ; nth += 1) {
      const id = await buyer()
      const { preview_id: previewId } = await preview(id, { amount: '5' })
      const deps = dyingAfter(api.payments, nth)
      const outcome = await confirmPurchase(deps, { accountId: id, previewId, actor }).catch(
        (error: unknown) => error,
      )
      if (outcome instanceof Crash) died += 1
      await recover(api.payments)
      const { payment_id } = await confirm(id, previewId)
      expect(chargesOf(api, payment_id), deps.steps.join()).toHaveLength(1)
      expect(await entriesOf(api, id, 'top_up'), deps.steps.join()).toHaveLength(1)
      if (!(outcome instanceof Crash)) break
    }
    expect(died).toBe(5)
  })

  it('cannot be confirmed by another account, nor with an unknown preview', async () => {
    const [id, other] = [await buyer(), await buyer()]
    const { preview_id } = await preview(id, { amount: '5' })
    for (const [account_id, given] of [[other, preview_id] as const, [id, 'prev_none'] as const]) {
      const body = { preview_id: given }
      const reply = await api.call('confirmPurchase', { params: { account_id }, body })
      expect(reply.body.code).toBe('preview_unknown')
    }
  })

  it('does not charge a card that was removed since the preview', async () => {
    const id = await buyer()
    const shown = await preview(id, { amount: '5' })
    const params = { account_id: id, method_id: shown.method_id }
    await api.done('removePaymentMethod', { params })
    const listed = await api.done('listPaymentMethods', { params: { account_id: id } })
    expect(listed.items).toEqual([])
    expect(await confirm(id, shown.preview_id)).toMatchObject({
      status: 'failed',
      failure: 'method_removed',
    })
  })
})

it('a charge that lands after its payment was given up is credited, once', async () => {
  const id = await buyer()
  const { preview_id } = await preview(id, { amount: '30' })
  const { provider } = api.payments
  let lands = async (): Promise<unknown> => undefined
  const timeout = vi.spyOn(provider, 'charge').mockImplementation(async (order) => {
    timeout.mockRestore()
    lands = () => provider.charge(order)
    throw new ProviderUnavailable('timed out')
  })
  await api.call('confirmPurchase', { params: { account_id: id }, body: { preview_id } })
  const [card] = (await api.done('listPaymentMethods', { params: { account_id: id } })).items
  // the processor goes on with what it was asked before the card was removed
  const kept = vi.spyOn(provider, 'removeMethod').mockResolvedValue()
  const { method_id } = card!
  await api.done('removePaymentMethod', { params: { account_id: id, method_id } })
  kept.mockRestore()
  await recover(api.payments)
  const bought = async () =>
    (await api.done('listPurchases', { params: { account_id: id } })).items[0]
  expect(await bought()).toMatchObject({ status: 'failed', failure: 'method_removed' })
  api.processor.takeWebhooks()
  await lands()
  const hooks = api.processor.takeWebhooks()
  await deliver(api.payments, [...hooks, ...hooks])
  expect(await bought()).toMatchObject({ status: 'credited' })
  expect(await lotsOf(id)).toMatchObject([{ remaining: '30' }])
})

describe('a bundle', () => {
  it('is worth more than its price, within the monthly limit, also when bought at once', async () => {
    const id = await buyer()
    const shown = await Promise.all(
      Array.from({ length: 4 }, () => preview(id, { bundle_id: 'usd_1000' })),
    )
    const replies = await Promise.all(
      shown.map(({ preview_id }) =>
        api.call('confirmPurchase', { params: { account_id: id }, body: { preview_id } }),
      ),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409])
    expect(await lotsOf(id)).toMatchObject([
      { face: '1000', price_paid: '700', origin: 'bundle' },
      { face: '1000', price_paid: '700', origin: 'bundle' },
    ])
  })
})

describe('a webhook', () => {
  it('is believed only with its signature', async () => {
    const id = await buyer()
    api.processor.takeWebhooks()
    const { preview_id } = await preview(id, { amount: '5' })
    await confirm(id, preview_id)
    const [hook] = api.processor.takeWebhooks()
    const post = (payload: string, signature: string) =>
      api.app.inject({
        method: 'POST',
        url: '/webhooks/payments',
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
        payload,
      })
    expect((await post(`${hook!.body} `, hook!.signature)).json().code).toBe('signature_invalid')
    expect((await post(hook!.body, hook!.signature)).json()).toEqual({ status: 'done' })
    expect((await post(hook!.body, hook!.signature)).json()).toEqual({ status: 'known' })
  })
})

describe('the list of purchases', () => {
  const list = (account_id: string, query: object = {}) =>
    api.done('listPurchases', { params: { account_id }, query: query as never })

  it('is read page by page, the latest first, and nothing is there twice or missing', async () => {
    const id = await buyer()
    const bought: string[] = []
    for (const amount of ['1', '2', '3', '4', '5']) {
      const { preview_id } = await preview(id, { amount })
      bought.unshift((await confirm(id, preview_id)).payment_id)
    }
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await list(id, { limit: 2, ...(cursor !== null && { cursor }) })
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ payment_id }) => payment_id))
      cursor = page.next_cursor
    } while (cursor !== null)
    // those of one millisecond are ordered by their ids
    expect(seen.toSorted()).toEqual(bought.toSorted())
    const times = (await list(id)).items.map(({ created_at }) => created_at)
    expect(times).toEqual(times.toSorted().reverse())
  })

  it('is of one kind or status, if told', async () => {
    const id = await buyer()
    for (const wish of [{ amount: '7' }, { bundle_id: 'usd_50' }]) {
      const { preview_id } = await preview(id, wish)
      await confirm(id, preview_id)
    }
    expect((await list(id, { kind: 'bundle' })).items).toMatchObject([{ kind: 'bundle' }])
    expect((await list(id, { kind: 'top_up', status: 'credited' })).items).toMatchObject([
      { kind: 'top_up', price: '7' },
    ])
    expect((await list(id, { status: 'failed' })).items).toEqual([])
  })

  it('refuses a cursor of another list, and filters that it does not know', async () => {
    const id = await buyer()
    const ask = (query: object) =>
      api.call('listPurchases', { params: { account_id: id }, query: query as never })
    const other = Buffer.from(JSON.stringify(['price_books', 1, 'x'])).toString('base64url')
    expect((await ask({ cursor: other })).body.code).toBe('cursor_invalid')
    expect((await ask({ kind: 'gift' })).status).toBe(400)
  })
})
