import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Instant } from '../../src/core/time/index.ts'
import { tellOfCampaigns } from '../../src/jobs/campaign-notices.ts'
import { Notifier } from '../../src/notify/index.ts'
import { SecretBox } from '../../src/store/secret-box.ts'
import { Receiver } from '../notify/support/receiver.ts'
import { campaign, claim, Mortal, publish } from './campaign-support.ts'
import { type Api, startNode, startStockedApi } from './support.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

let api: Api
let other: Api
let notifier: Notifier
const receiver = new Receiver()
let hook: string
/** Rounds of the job are minutes apart. */
let minutes = 0
const later = () => Date.now() + 20 * MINUTE_MS * minutes++

beforeAll(async () => {
  const stocked = await startStockedApi()
  hook = await receiver.start()
  notifier = new Notifier({
    pool: stocked.database.pool,
    box: new SecretBox([Buffer.alloc(32, 1)]),
    smtp: null,
    addresses: { allowPrivate: true },
    timeoutMs: 2_000,
    disableAfterMs: 5 * DAY_MS,
    nowMs: Date.now,
  })
  other = stocked
  api = await startNode(stocked.database, { notifier })
})
afterAll(async () => {
  await api.close()
  await other.close()
  await notifier.close()
  await receiver.stop()
})

/** Accounts whose stated region makes them, and no others, eligible for a campaign. */
async function accountsIn(region: string, names: readonly string[]): Promise<string[]> {
  const ids = names.map((name) => `${region}-${name}`)
  for (const account_id of ids) {
    await api.done('openAccount', {
      body: { account_id, name: `Account ${account_id}`, currency: 'USD', plan: 'test@1' },
    })
    await api.done('stateFacts', { params: { account_id }, body: { region } })
  }
  return ids
}

const regional = (id: string, more: object = {}) =>
  campaign(id, { eligible: [{ rule: 'region_in', regions: [id] }], ...more })

const addHook = (account_id: string, kinds: ['campaign_open'] | ['cap_level'] | null = null) =>
  api.done('createEndpoint', {
    params: { account_id },
    body: { channel: 'webhook', name: 'ops', address: hook, kinds },
  })

const listed = async (
  campaign_id: string,
  query: { stage: 'told' | 'not_told'; plan?: string },
) => {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await api.done('listCampaignAccounts', {
      params: { campaign_id },
      query: { ...query, limit: 2, ...(cursor !== undefined && { cursor }) },
    })
    expect(page.items.length).toBeLessThanOrEqual(2)
    found.push(...page.items.map(({ account_id }) => account_id))
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return found
}

const alertsOf = async (account_id: string) =>
  (await api.done('listAlerts', { params: { account_id }, query: { kind: 'campaign_open' } })).items

const funnelOf = (campaign_id: string) => api.done('getCampaignFunnel', { params: { campaign_id } })
const round = (pool = api.pool) => tellOfCampaigns(pool, later())
const announce = (campaign_id: string) => api.done('announceCampaign', { params: { campaign_id } })

describe('telling accounts of a campaign', () => {
  it('tells those that can claim it and want it, once, and lists who was told and has not claimed', async () => {
    const [a, b, c, muted, elsewhere] = (await accountsIn('tell', [
      'a',
      'b',
      'c',
      'muted',
      'elsewhere',
    ])) as [string, string, string, string, string]
    await api.done('stateFacts', { params: { account_id: elsewhere }, body: { region: 'far' } })
    await api.done('setAlertSettings', {
      params: { account_id: muted },
      body: { muted: ['campaign_open'] },
    })
    await addHook(a)
    await addHook(a, ['campaign_open'])
    await addHook(b, ['cap_level'])
    await publish(api, regional('tell'))
    expect(await round()).toBe(0)
    expect(await listed('tell', { stage: 'not_told' })).toEqual([a, b, c, muted])
    expect(await listed('tell', { stage: 'told' })).toEqual([])
    expect((await announce('tell')).announced_at).not.toBeNull()
    expect((await claim(api, c, 'tell')).status).toBe(201)
    expect(await round()).toBe(2)
    for (let again = 0; again < 2; again += 1)
      expect(await Promise.all([round(), round(other.pool)])).toEqual([0, 0])
    expect(await listed('tell', { stage: 'told' })).toEqual([a, b])
    expect(await listed('tell', { stage: 'not_told' })).toEqual([muted])
    expect(await alertsOf(a)).toMatchObject([
      {
        facts: { campaign_id: 'tell', amount: '5', claim_until: '2100-01-01T00:00:00.000Z' },
        message: { title: 'You can claim credit: Credit of tell, $5.00' },
      },
    ])
    expect(await alertsOf(muted)).toEqual([])
    // both endpoints of `a` that take it, and none of `b`
    await notifier.deliverDue(Date.now() + DAY_MS)
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.account_id)).toEqual([a, a])
    await api.done('seeCampaign', { params: { account_id: a, campaign_id: 'tell' } })
    const seen = await api.done('listCampaignAccounts', {
      params: { campaign_id: 'tell' },
      query: { stage: 'told', seen: 'true' },
    })
    expect(seen.items).toMatchObject([{ account_id: a, standing: 'claimable', plan: 'test@1' }])
    expect(seen.items[0]?.told_at).not.toBeNull()
    expect((await claim(api, a, 'tell')).status).toBe(201)
    expect(await listed('tell', { stage: 'told' })).toEqual([b])
    expect(await funnelOf('tell')).toMatchObject({ eligible: { accounts: 4 }, told: 2, seen: 1 })
    await api.done('closeCampaign', { params: { campaign_id: 'tell' } })
  })

  it('tells once also when the server is killed between any two steps', async () => {
    const mortal = new Mortal(api)
    for (let steps = 0; ; steps += 1) {
      expect(steps).toBeLessThan(40)
      const id = `kill${steps}`
      const ids = await accountsIn(id, ['a', 'b'])
      await addHook(ids[0]!)
      await publish(api, regional(id))
      await announce(id)
      mortal.dieAfter(steps)
      await round(mortal.pool).catch(() => 0)
      await Promise.all([round(), round(other.pool)])
      await round()
      for (const own of ids) expect(await alertsOf(own)).toHaveLength(1)
      expect(await listed(id, { stage: 'told' })).toEqual(ids)
      expect((await funnelOf(id)).told).toBe(2)
      const { rows } = await api.database.pool.query(
        'select count(*)::integer as count from accounts.delivery where account_id = $1::text',
        [ids[0]],
      )
      expect(rows).toEqual([{ count: 1 }])
      await api.done('closeCampaign', { params: { campaign_id: id } })
      if (!mortal.died) break
    }
    expect(minutes).toBeGreaterThan(20)
  })

  it('tells nobody while it is paused, closed, outside its window or used up', async () => {
    const [a, b] = (await accountsIn('shut', ['a', 'b'])) as [string, string]
    await publish(api, regional('shut', { limits: { claims: 1 } }))
    await announce('shut')
    await api.done('pauseCampaign', { params: { campaign_id: 'shut' } })
    expect(await round()).toBe(0)
    await api.done('publishCampaign', { params: { campaign_id: 'shut' } })
    expect((await claim(api, a, 'shut')).status).toBe(201)
    expect(await round()).toBe(0)
    // a place more, and one account to tell
    await api.done('raiseCampaignCeilings', {
      params: { campaign_id: 'shut' },
      body: { claims: 2 },
    })
    expect(await round()).toBe(1)
    expect(await alertsOf(b)).toHaveLength(1)
    const [c] = (await accountsIn('soon', ['c'])) as [string]
    const claimWindow = { from: '2098-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }
    await publish(api, regional('soon', { claim: claimWindow }))
    await announce('soon')
    expect(await round()).toBe(0)
    expect(await listed('soon', { stage: 'not_told' })).toEqual([c])
    const at = (text: string) => Date.parse(text) as Instant
    expect(await tellOfCampaigns(api.pool, at('2099-01-01T00:00:00Z'))).toBe(0)
    expect(await tellOfCampaigns(api.pool, at('2098-01-01T00:00:00Z'))).toBeGreaterThan(0)
    expect(await alertsOf(c)).toHaveLength(1)
  })

  it('counts who was told by other means, and tells them nothing again', async () => {
    const [a] = (await accountsIn('mailed', ['a'])) as [string]
    await publish(api, regional('mailed'))
    await api.done('markCampaignTold', {
      params: { campaign_id: 'mailed' },
      body: { account_ids: [a] },
    })
    await announce('mailed')
    expect(await round()).toBe(0)
    expect(await listed('mailed', { stage: 'told' })).toEqual([a])
    expect(await listed('mailed', { stage: 'told', plan: 'test' })).toEqual([a])
    expect(await listed('mailed', { stage: 'told', plan: 'other' })).toEqual([])
  })

  it('is written down once with who ordered it, and refused for a closed campaign', async () => {
    await publish(api, regional('ordered'))
    const first = await announce('ordered')
    expect((await announce('ordered')).announced_at).toBe(first.announced_at)
    const params = { campaign_id: 'ordered' }
    const { changes } = await api.done('getCampaignHistory', { params })
    expect(changes.map(({ change }) => change)).toEqual(['created', 'published', 'announced'])
    await publish(api, regional('gone'))
    await api.done('closeCampaign', { params: { campaign_id: 'gone' } })
    const refused = await api.call('announceCampaign', { params: { campaign_id: 'gone' } })
    expect(refused.body.code).toBe('campaign_status')
  })

  it('lists as exhausted whom nothing is left for, as a claim would tell them', async () => {
    const [first, second] = (await accountsIn('full', ['first', 'second'])) as [string, string]
    await publish(api, regional('full', { limits: { claims: 1 } }))
    const params = { campaign_id: 'full' }
    const standings = async () =>
      (await api.done('listCampaignAccounts', { params, query: { stage: 'not_told' } })).items.map(
        ({ account_id, standing }) => [account_id, standing],
      )
    expect(await standings()).toEqual([
      [first, 'claimable'],
      [second, 'claimable'],
    ])
    expect((await claim(api, first, 'full')).status).toBe(201)
    expect(await standings()).toEqual([[second, 'exhausted']])
    expect((await claim(api, second, 'full')).body.code).toBe('campaign_exhausted')
  })

  it('refuses the cursor of another stage', async () => {
    const params = { campaign_id: 'kill0' }
    const page = await api.done('listCampaignAccounts', {
      params,
      query: { stage: 'told', limit: 1 },
    })
    expect(page.next_cursor).not.toBeNull()
    const reply = await api.call('listCampaignAccounts', {
      params,
      query: { stage: 'not_told', cursor: page.next_cursor! },
    })
    expect(reply.body.code).toBe('cursor_invalid')
  })
})
