import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JurisdictionPolicy } from '../../src/core/tax/index.ts'
import { addCard } from '../payments/support.ts'
import { BUNDLE_LISTS, POLICIES } from '../support/terms.ts'
import { type Api, expectVerified, startStockedApi } from './support.ts'

let api: Api
beforeAll(async () => {
  api = await startStockedApi()
})
afterAll(async () => {
  await expectVerified(api.pool)
  await api.close()
})

const row = (jurisdiction: string): JurisdictionPolicy => {
  const found = POLICIES.find((own) => own.jurisdiction === jurisdiction)
  if (!found) throw new Error(`no row for ${jurisdiction}`)
  return found
}
const publish = (body: object) => api.call('publishPolicy', { body } as never)
const publishBundles = (body: object) => api.call('publishBundleList', { body } as never)
const faults = (reply: { body: Record<string, unknown> }) =>
  (reply.body.errors as { location: string; message: string }[]).map(({ location }) => location)

async function buyer(id: string, card: string): Promise<string> {
  await api.account(id)
  await addCard(api, id, card)
  return id
}
const preview = (account_id: string, body: object) =>
  api.done('previewPurchase', { params: { account_id }, body })
const confirm = (account_id: string, preview_id: string) =>
  api.done('confirmPurchase', { params: { account_id }, body: { preview_id } })

describe('a jurisdiction’s row', () => {
  it('is published once: again it changes nothing, and other content needs another version', async () => {
    const { items } = await api.done('listPolicies')
    expect(items.map(({ ref }) => ref)).toContain('DE@1')
    expect((await publish(row('DE'))).status).toBe(200)
    const other = await publish({ ...row('DE'), withdrawal_days: 30 })
    expect([other.status, other.body.code]).toEqual([409, 'policy_exists'])
    expect((await api.done('listPolicies')).items).toEqual(items)
  })

  it('whose tax would fall due when credit is used is refused, and says why', async () => {
    const atUse = await publish({
      ...row('NL'),
      version: 2,
      tax: { ...row('NL').tax, point: 'use' },
    })
    expect([atUse.status, atUse.body.code]).toEqual([422, 'policy_invalid'])
    expect(atUse.text).toContain('credit would be sold without any tax')
    expect(faults(atUse)).toEqual(['body/tax/point'])
    const life = await publish({ ...row('NL'), version: 2, paid_credit_validity: 'a year' })
    expect(faults(life)).toEqual(['body/paid_credit_validity'])
    const minus = await publish({ ...row('NL'), version: 2, tax: { ...row('NL').tax, rate: '-1' } })
    expect(minus.status).toBe(400)
  })

  it('of a later version changes nothing of what was bought, or previewed, before', async () => {
    const id = await buyer('acct_versions', 'pm_card_jp')
    const before = await preview(id, { amount: '20' })
    expect(before).toMatchObject({ policy: 'JP@1', tax: '2' })
    const next = {
      ...row('JP'),
      version: 2,
      effective_from: new Date(Date.now() - 1_000).toISOString(),
      tax: { ...row('JP').tax, rate: '0.12' },
      withdrawal_days: 8,
    }
    expect((await publish(next)).body).toMatchObject({ ref: 'JP@2', in_force: true })
    const bought = await confirm(id, before.preview_id)
    expect(bought).toMatchObject({ policy: 'JP@1', tax: '2', tax_rate: '0.10' })
    expect(bought.withdrawal_until).toBeNull()
    expect(await preview(id, { amount: '20' })).toMatchObject({ policy: 'JP@2', tax: '2.4' })
    const refund = await api.done('refundPurchase', {
      params: { account_id: id, payment_id: bought.payment_id },
      key: 'back',
      body: { basis: 'operator' },
    })
    // at the rate that was charged
    expect(refund.refunds).toMatchObject([{ phase: 'paid', price: '20', tax: '2' }])
  })

  it('from a later time is not in force yet', async () => {
    const later = { ...row('GB'), version: 2, effective_from: '2099-01-01T00:00:00Z' }
    expect((await publish(later)).body).toMatchObject({ ref: 'GB@2', in_force: false })
    const id = await buyer('acct_later', 'pm_card_gb')
    expect(await preview(id, { amount: '10' })).toMatchObject({ policy: 'GB@1' })
  })

  it('is read by account keys, and published by none', async () => {
    const { key } = await api.account('acct_reader')
    expect((await api.call('listPolicies', { as: key })).status).toBe(200)
    const refused = await api.call('publishPolicy', { as: key, body: row('DE') } as never)
    expect(refused.body.code).toBe('permission_denied')
  })
})

describe('without a row that applies', () => {
  it('nothing is bought, and nothing is guessed', async () => {
    const bare = await startStockedApi()
    await bare.pool.query("delete from control.terms where kind = 'policy' and name in ('*', 'US')")
    await bare.account('acct_bare')
    await addCard(bare, 'acct_bare')
    const reply = await bare.call('previewPurchase', {
      params: { account_id: 'acct_bare' },
      body: { amount: '10' },
    })
    expect([reply.status, reply.body.code]).toEqual([409, 'policy_missing'])
    expect(bare.processor.charges()).toEqual([])
    await bare.close()
  })
})

describe('bundles', () => {
  const [usd] = BUNDLE_LISTS

  it('are sold from the list in force; a purchase keeps the list that it was sold from', async () => {
    const id = await buyer('acct_bundles', 'pm_card_visa')
    const before = await preview(id, { bundle_id: 'usd_50' })
    const next = {
      ...usd,
      version: 2,
      effective_from: new Date(Date.now() - 1_000).toISOString(),
      bundles: [{ id: 'usd_50', face: '50', price: '40' }],
      monthly_limits: [{ plan: '*', face: '60' }],
    }
    expect((await publishBundles(next)).body).toMatchObject({ ref: 'USD@2', in_force: true })
    expect((await api.done('listBundles')).items).toEqual([
      { id: 'usd_50', currency: 'USD', face: '50', price: '40', list: 'USD@2' },
    ])
    const bought = await confirm(id, before.preview_id)
    expect(bought).toMatchObject({ price: '45', bundle: { id: 'usd_50', list: 'USD@1' } })
    const gone = await api.call('previewPurchase', {
      params: { account_id: id },
      body: { bundle_id: 'usd_250' },
    })
    expect(gone.body.code).toBe('bundle_unknown')
    // the new list's limit counts what was bought from the old one
    const again = await preview(id, { bundle_id: 'usd_50' })
    expect(again).toMatchObject({ price: '40', bundle: { list: 'USD@2' } })
    const reply = await api.call('confirmPurchase', {
      params: { account_id: id },
      body: { preview_id: again.preview_id },
    })
    expect(reply.body.code).toBe('bundle_limit_reached')
    const { items } = await api.done('listBundleLists')
    expect(items.map(({ ref, in_force }) => [ref, in_force])).toEqual([
      ['USD@1', false],
      ['USD@2', true],
    ])
    const [entry] = (await api.done('listEntries', { params: { account_id: id } })).items.filter(
      ({ kind }) => kind === 'top_up',
    )
    expect(entry?.payment).toMatchObject({
      policy: 'US@1',
      bundle: { id: 'usd_50', list: 'USD@1' },
    })
  })

  it.each([
    [
      'a price that no card can pay',
      { bundles: [{ id: 'a', face: '5', price: '0.001' }] },
      'bundles/0/price',
    ],
    ['a face below its price', { bundles: [{ id: 'a', face: '5', price: '6' }] }, 'bundles/0/face'],
    [
      'an id twice',
      {
        bundles: [
          { id: 'a', face: '5', price: '4' },
          { id: 'a', face: '6', price: '5' },
        ],
      },
      'bundles/1/id',
    ],
    ['no limit for all plans', { monthly_limits: [{ plan: 'team', face: '1' }] }, 'monthly_limits'],
  ])('with %s are refused', async (_what, wrong, at) => {
    const reply = await publishBundles({ ...usd, version: 9, ...wrong })
    expect([reply.status, reply.body.code]).toEqual([422, 'bundle_list_invalid'])
    expect(faults(reply)).toEqual([`body/${at}`])
    const { items } = await api.done('listBundleLists')
    expect(items.map(({ ref }) => ref)).not.toContain('USD@9')
  })

  it('of a version that is taken are refused', async () => {
    expect((await publishBundles(usd as object)).status).toBe(200)
    const other = await publishBundles({ ...usd, bundles: [] })
    expect([other.status, other.body.code]).toEqual([409, 'bundle_list_exists'])
  })
})
