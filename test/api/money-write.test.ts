import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/contract/permissions.ts'
import { type Api, expectVerified, journalOf, startStockedApi } from './support.ts'

/* Who moves the money of an account: its owner and its billing members, with keys of their own. */

let api: Api
const keys = {} as Record<Role, string>
const params = { account_id: 'acct_money' }

const plan = (id: string, more: object) => ({
  id,
  name: id,
  currency: 'USD',
  windows: [],
  coverage: [],
  ...more,
})

beforeAll(async () => {
  api = await startStockedApi()
  for (const document of [
    plan('free', {}),
    plan('staff', {}),
    plan('pro', { price: '20', fallback: 'free' }),
    plan('owed', { price: '900', fallback: 'free', billing: 'invoiced' }),
  ]) {
    await api.done('createPlan', { body: document })
    await api.done('publishPlan', { params: { plan_id: document.id, version: 1 } })
  }
  await api.account('acct_money', { plan: 'free@1' })
  for (const role of ['owner', 'billing', 'admin', 'developer', 'usage_viewer'] as const) {
    const member_id = `the_${role}`
    await api.done('addMember', { params, body: { member_id, name: role, role } })
    keys[role] = (await api.done('createKey', { params, body: { name: role, member_id } })).key
  }
})
afterAll(async () => {
  await expectVerified(api.pool)
  await api.close()
})

const entryOf = async (requestId: string) => {
  const { rows } = await api.pool.query<{ body: { actor: object; kind: string } }>(
    'select body from accounts.entry where account_id = $1::text and request_id = $2::text',
    [params.account_id, requestId],
  )
  return rows[0]?.body
}

describe.each(['owner', 'billing'] as const)('%s', (role) => {
  const as = (): string => keys[role]
  const actor = { type: 'member', id: `the_${role}` }

  it('saves, chooses and removes cards, and it is noted who did', async () => {
    const add = (method_ref: string) =>
      api.done('addPaymentMethod', { as: as(), params, body: { method_ref } })
    const first = await add('pm_card_visa')
    const second = await add('pm_card_de')
    const ids = async () =>
      (await api.done('listPaymentMethods', { as: as(), params })).items.map((own) => own.method_id)
    expect((await ids()).slice(0, 2)).toEqual([second.method_id, first.method_id])
    const choose = () =>
      api.done('chooseDefaultPaymentMethod', {
        as: as(),
        params: { ...params, method_id: first.method_id },
      })
    await choose()
    await choose()
    expect((await ids()).slice(0, 2)).toEqual([first.method_id, second.method_id])
    const { sentence } = await api.done('previewPurchase', {
      as: as(),
      params,
      body: { amount: '5' },
    })
    expect(sentence.en).toContain('****4242')
    for (const { method_id } of [first, second])
      await api.done('removePaymentMethod', { as: as(), params: { ...params, method_id } })
    for (const { method_id } of [first, second]) expect(await ids()).not.toContain(method_id)
    const { items } = await api.done('listPaymentMethodHistory', { as: as(), params })
    expect(
      items.filter(({ actor }) => actor.id === `the_${role}`).map(({ change }) => change),
    ).toEqual(['removed', 'removed', 'chosen', 'added', 'added'])
    expect(items[0]!.actor).toEqual({
      ...actor,
      from: 'DELETE /v1/accounts/{account_id}/payment_methods/{method_id}',
    })
    const gone = await api.call('chooseDefaultPaymentMethod', {
      as: as(),
      params: { ...params, method_id: first.method_id },
    })
    expect(gone.body.code).toBe('payment_method_unknown')
  })

  it('buys what a preview shows, and withdraws from it; the journal says who and from where', async () => {
    await api.done('addPaymentMethod', { as: as(), params, body: { method_ref: 'pm_card_de' } })
    const { preview_id, total } = await api.done('previewPurchase', {
      as: as(),
      params,
      body: { bundle_id: 'usd_50' },
    })
    const bought = await api.done('confirmPurchase', { as: as(), params, body: { preview_id } })
    expect(bought).toMatchObject({ status: 'credited', total })
    expect((await entryOf(bought.payment_id))!.actor).toEqual({
      ...actor,
      from: 'POST /v1/accounts/{account_id}/purchases',
    })
    const refund = (body: object) => ({
      as: as(),
      key: `back-${role}`,
      params: { ...params, payment_id: bought.payment_id },
      body,
    })
    expect((await api.call('refundPurchase', refund({ basis: 'operator' }))).status).toBe(403)
    expect((await api.call('previewPurchaseRefund', refund({ basis: 'operator' }))).status).toBe(
      403,
    )
    const back = await api.done('refundPurchase', refund({}))
    expect(back.refunds).toMatchObject([{ phase: 'paid', total }])
    expect((await entryOf(back.refunds[0]!.refund_id))!.actor).toMatchObject(actor)
  })

  it('sets auto-reload with the sentence, and stops it', async () => {
    const terms = { trigger_below: '5', amount: '20', max_per_day: '50', max_per_month: '100' }
    const shown = await api.done('previewAutoReload', { as: as(), params, body: terms })
    const consent = {
      text: shown.sentence.ja,
      locale: 'ja' as const,
      version: shown.sentence_version,
    }
    const entry = await api.done('setAutoReload', {
      as: as(),
      key: `agree-${role}`,
      params,
      body: { ...terms, consent },
    })
    expect(entry).toMatchObject({ actor, consent: { locale: 'ja' } })
    const off = await api.done('endAutoReload', { as: as(), key: `off-${role}`, params })
    expect(off).toMatchObject({ actor, auto_reload: null })
  })

  it('names no payment of elsewhere, and moves to no plan that is owed or free', async () => {
    const change = (body: object) =>
      api.call('changeSubscription', { as: as(), key: `order-${role}`, params, body })
    const before = await journalOf(api.database.pool)
    for (const body of [
      { plan: 'pro', payment: { payment_id: 'pi_invented' } },
      { plan: 'pro', fallback: 'staff' },
      { plan: 'owed' },
      { plan: 'staff' },
    ])
      expect(await change(body)).toMatchObject({ status: 403, body: { code: 'permission_denied' } })
    const renew = { payment: { payment_id: 'pi_invented' } }
    expect((await api.call('renewSubscription', { as: as(), params, body: renew })).status).toBe(
      403,
    )
    // no card can be charged for it by this server, and nobody may say that it was paid
    expect((await change({ plan: 'pro' })).body.code).toBe('payment_required')
    expect(await journalOf(api.database.pool)).toEqual(before)
  })
})

it('paid use is the owner’s alone, and a billing member who buys turns nothing on', async () => {
  const turn = (as: string) =>
    api.call('setControls', { as, key: `on-${as.slice(-8)}`, params, body: { paid_use: true } })
  expect((await turn(keys.billing)).status).toBe(403)
  expect((await api.done('getAccount', { params })).paid_use).toBe(false)
  expect((await turn(keys.owner)).status).toBe(200)
})
