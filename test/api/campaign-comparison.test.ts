import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeAt, SetClock } from '../engine/support/set-clock.ts'
import type { Node } from '../engine/support.ts'
import { campaign, claim, publish } from './campaign-support.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

/** A server whose time is the test's. */
let stocked: Api
let node: Node
let api: Api
const clock = new SetClock('2030-01-01T00:00:00Z')
beforeAll(async () => {
  stocked = await startStockedApi()
  node = await nodeAt(stocked.database, clock)
  api = await startNode(stocked.database, { engine: node.engine, nowMs: () => clock.now() })
})
afterAll(async () => {
  await api.close()
  await node.close()
  await stocked.close()
})

let calls = 0
const call = (account_id: string, features: string[], model: 'small' | 'large' = 'small') => {
  calls += 1
  return api.done('record', {
    body: {
      account_id,
      call_id: `call_${calls}`,
      model,
      features,
      usage: { tokens: { input: 1_000 } },
      event_at: new Date(clock.now()).toISOString(),
    },
  })
}

const params = { campaign_id: 'compared' }
const read = (lang?: 'ja') =>
  api.done('compareCampaign', { params, query: lang === undefined ? {} : { lang } })

describe('the comparison of claimers with accounts like them', () => {
  it('pairs alike accounts, follows both from the claim, and says what it cannot', async () => {
    const claimers = Array.from({ length: 20 }, (_, index) => `claimer-${index}`)
    const others = Array.from({ length: 22 }, (_, index) => `other-${index}`)
    const all = [...claimers, ...others, 'lonely']
    const open = (account_id: string) =>
      api.done('openAccount', {
        body: { account_id, name: account_id, currency: 'USD', plan: 'test@1' },
      })
    await Promise.all(all.map(open))
    await publish(
      api,
      campaign('compared', {
        claim: { from: '2030-02-01T00:00:00Z', until: '2030-03-01T00:00:00Z' },
      }),
    )
    // in the days before: alike in usage, but for one claimer whom nobody is like
    clock.set('2030-01-20T10:00:00Z')
    await Promise.all(all.map((own) => call(own, [])))
    await api.done('record', {
      body: {
        account_id: 'lonely',
        call_id: 'dear',
        model: 'small',
        usage: { tokens: { input: 1_200_000 } },
        event_at: '2030-01-20T10:00:00Z',
      },
    })
    // just before the claim: counts neither as a feature nor as use after it
    clock.set('2030-02-10T11:59:59Z')
    await Promise.all(all.map((own) => call(own, ['before'])))
    clock.set('2030-02-10T12:00:00Z')
    for (const own of [...claimers, 'lonely'])
      expect((await claim(api, own, 'compared')).status).toBe(201)
    // week 1: claimers use two features and two models, others one of each
    clock.set('2030-02-12T12:00:00Z')
    await Promise.all(claimers.map((own) => call(own, ['search', 'vision'])))
    await Promise.all(claimers.map((own) => call(own, ['search'], 'large')))
    await Promise.all(others.map((own) => call(own, ['search'])))
    // week 4, its last hour: ten of the claimers; after it: everybody, which counts no more
    clock.set('2030-03-10T11:30:00Z')
    await Promise.all(claimers.slice(0, 10).map((own) => call(own, [])))
    expect((await read()).sizes).toMatchObject({ claimers: 0, too_recent: 21, pairs: 0 })
    clock.set('2030-03-10T12:00:00Z')
    await Promise.all(all.map((own) => call(own, ['after', 'later', 'last'], 'large')))
    const told = await read()
    expect(told).toMatchObject({
      method: {
        design: 'matched_pairs',
        matched_on: ['plan', 'tenure_band', 'usage_band'],
        measured_at: '2030-02-01T00:00:00.000Z',
        eligible_at: '2030-03-01T00:00:00.000Z',
        before_days: 28,
        after_days: 28,
        pairs_min: 20,
      },
      sizes: { claimers: 21, too_recent: 0, others: 22, pairs: 20, unmatched: 1, complete: true },
      suppressed: null,
      figures: {
        features: { claimers: 2, others: 1, difference: 1, least: 1, most: 1 },
        // the hour of the claim counts as a whole, and the call just before it was in the hour before
        models: { claimers: 2, others: 1, difference: 1 },
        retention: [
          { claimers: 1, others: 1, difference: 0 },
          { claimers: 0, others: 0 },
          { claimers: 0, others: 0 },
          { claimers: 0.5, others: 0, difference: 0.5, least: 0.275, most: 0.725 },
        ],
      },
    })
    expect(told.explanation.at(-1)).toContain('does not show that the campaign caused')
    expect((await read('ja')).explanation).toHaveLength(told.explanation.length)
  })

  it('shows no figures of a small group, and says why', async () => {
    await publish(
      api,
      campaign('small_group', {
        claim: { from: '2030-03-10T00:00:00Z', until: '2030-04-01T00:00:00Z' },
      }),
    )
    const ids = Array.from({ length: 19 }, (_, index) => `claimer-${index}`)
    for (const own of ids) expect((await claim(api, own, 'small_group')).status).toBe(201)
    clock.set('2030-06-01T00:00:00Z')
    const told = await api.done('compareCampaign', { params: { campaign_id: 'small_group' } })
    expect(told).toMatchObject({
      sizes: { claimers: 19, pairs: 19, unmatched: 0 },
      suppressed: 'too_few_pairs',
      figures: null,
    })
    expect(told.explanation.join(' ')).toContain('fewer than 20 pairs')
  })

  it('of a campaign that is not there is not found', async () => {
    const reply = await api.call('compareCampaign', { params: { campaign_id: 'absent' } })
    expect(reply).toMatchObject({ status: 404, body: { code: 'campaign_unknown' } })
  })
})
