import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDrains } from '../../src/jobs/claims.ts'
import { startJobs } from '../../src/jobs/index.ts'
import { queuePool } from '../support/database.ts'
import { type CampaignDocument, campaign, claim, publish } from './campaign-support.ts'
import { type Api, expectVerified, fund, soon, startNode, startStockedApi } from './support.ts'

let api: Api
let other: Api
beforeAll(async () => {
  api = await startStockedApi()
  other = await startNode(api.database)
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await other.close()
  await api.close()
})

const stateOf = async (account_id: string) => api.done('getState', { params: { account_id } })
const ceilingsOf = async (campaign_id: string) =>
  (await api.done('getCampaign', { params: { campaign_id } })).ceilings[0]!

async function accounts(prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
  const open = (account_id: string) =>
    api.done('openAccount', {
      body: { account_id, name: account_id, currency: 'USD', plan: 'test@1' },
    })
  await Promise.all(ids.map(open))
  return ids
}

describe('a campaign', () => {
  it('is a draft nobody sees, then published, paused, published again, and closed for ever', async () => {
    const { id: account, key } = await api.account('life')
    const params = { campaign_id: 'life' }
    await api.done('createCampaign', { body: campaign('life') })
    expect((await claim(api, account, 'life')).body.code).toBe('campaign_unknown')
    const listed = await api.done('listAccountCampaigns', {
      as: key,
      params: { account_id: account },
    })
    expect(listed.items.map((one) => one.campaign_id)).not.toContain('life')
    await api.done('publishCampaign', { params })
    await api.done('pauseCampaign', { params })
    expect((await claim(api, account, 'life')).body.code).toBe('campaign_not_open')
    await api.done('publishCampaign', { params })
    expect((await claim(api, account, 'life')).status).toBe(201)
    await api.done('closeCampaign', { params })
    // what was claimed stays claimed
    expect((await claim(api, account, 'life')).status).toBe(201)
    expect((await api.call('publishCampaign', { params })).body.code).toBe('campaign_status')
    const history = await api.done('getCampaignHistory', { params })
    expect(history.changes.map(({ change, actor }) => [change, actor.type])).toEqual([
      ['created', 'operator'],
      ['published', 'operator'],
      ['paused', 'operator'],
      ['published', 'operator'],
      ['closed', 'operator'],
    ])
  })

  it('never changes: the same document is the same campaign, another one needs another id', async () => {
    await api.done('createCampaign', { body: campaign('fixed') })
    const again = await api.call('createCampaign', { body: campaign('fixed') })
    expect(again.status).toBe(200)
    const changed = await api.call('createCampaign', { body: campaign('fixed', { name: 'x' }) })
    expect(changed.body.code).toBe('campaign_exists')
  })

  it('says where its document is wrong', async () => {
    const document = campaign('wrong', { eligible: [{ rule: 'expression', when: 'seats >=' }] })
    const reply = await api.call('createCampaign', { body: document })
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'campaign_invalid', errors: [{ location: 'body/eligible/0/when' }] },
    })
    const check = await api.done('validateCampaign', { body: document })
    expect(check.valid).toBe(false)
  })

  it('has ceilings that are raised and never lowered', async () => {
    await publish(api, campaign('ceil', { limits: { claims: 1, budget: '5' } }))
    const [first, second] = (await accounts('ceil', 2)) as [string, string]
    expect((await claim(api, first, 'ceil')).status).toBe(201)
    expect((await claim(api, second, 'ceil')).body.code).toBe('campaign_exhausted')
    const params = { campaign_id: 'ceil' }
    const lowered = await api.call('raiseCampaignCeilings', { params, body: { budget: '4' } })
    expect(lowered.body.code).toBe('ceiling_not_raised')
    await api.done('raiseCampaignCeilings', { params, body: { claims: 2 } })
    // the budget still holds
    expect((await claim(api, second, 'ceil')).body.code).toBe('campaign_exhausted')
    await api.done('raiseCampaignCeilings', { params, body: { budget: '10' } })
    expect((await claim(api, second, 'ceil')).status).toBe(201)
    expect(await ceilingsOf('ceil')).toMatchObject({ amount: '10', claims: 2 })
  })
})

describe('a claim', () => {
  it('gives one lot that names the campaign, repeats its answer, and changes nothing else', async () => {
    await publish(api, campaign('one', { scope: { models: ['small'] } }))
    const { id, key } = await api.account('claimer')
    const before = await stateOf(id)
    const params = { account_id: id, campaign_id: 'one' }
    const first = await api.call('claimCampaign', { as: key, params, body: {} })
    expect(first).toMatchObject({ status: 201, body: { state: 'granted', amount: '5' } })
    const again = await api.call('claimCampaign', { as: key, params, body: {} })
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
    const { lots, as_of: _at, seq: _seq, ...after } = await stateOf(id)
    const { lots: none, as_of: _then, seq: _old, ...rest } = before
    expect(none).toEqual([])
    expect(after).toEqual(rest)
    expect(lots).toMatchObject([
      { name: 'Credit of one', origin: 'promotion', id: first.body.lot_id, remaining: '5' },
    ])
    const entries = await api.done('listEntries', {
      params: { account_id: id },
      query: { kind: 'grant' },
    })
    expect(entries.items).toMatchObject([{ request_id: 'campaign:one', reason: 'campaign:one' }])
  })

  it('of one who is not eligible is refused with the value of every rule', async () => {
    const document = campaign('picky', {
      eligible: [
        { rule: 'region_in', regions: ['EU'], action: { en: 'Tell us where you are.' } },
        { rule: 'paid_use_on' },
      ],
    })
    await publish(api, document)
    const { id } = await api.account('picky')
    const refused = await claim(api, id, 'picky')
    expect(refused).toMatchObject({ status: 409, body: { code: 'not_eligible' } })
    expect((refused.body.campaign as { rules: object[] }).rules).toMatchObject([
      { rule: 'currency', passed: true },
      { rule: 'region_in', passed: false, expected: ['EU'], actual: null },
      { rule: 'paid_use_on', passed: false, expected: true, actual: false },
      { rule: 'amount', passed: true },
    ])
    const { items } = await api.done('listAccountCampaigns', { params: { account_id: id } })
    const told = items.find((one) => one.campaign_id === 'picky')
    expect(told).toMatchObject({ standing: 'not_eligible', claim: null })
    expect(told?.explanation).toContain('Tell us where you are.')
    await api.done('stateFacts', { params: { account_id: id }, body: { region: 'EU' } })
    await fund(api, id, '1')
    expect((await claim(api, id, 'picky')).status).toBe(201)
  })

  it('outside the window is told when the window is', async () => {
    await publish(
      api,
      campaign('past', { claim: { from: '2020-01-01T00:00:00Z', until: '2020-02-01T00:00:00Z' } }),
    )
    const { id } = await api.account('late')
    expect(await claim(api, id, 'past')).toMatchObject({
      status: 409,
      body: {
        code: 'outside_claim_window',
        campaign: { claim_until: '2020-02-01T00:00:00.000Z' },
      },
    })
  })

  it('whose grant is refused gives its place back', async () => {
    await publish(api, campaign('taken_id', { limits: { claims: 1 } }))
    const [id, next] = (await accounts('conflict', 2)) as [string, string]
    await api.done('grant', {
      params: { account_id: id },
      key: 'campaign:taken_id',
      body: { name: 'by hand', amount: '1', expires_at: null },
    })
    expect((await claim(api, id, 'taken_id')).body.code).toBe('request_conflict')
    expect(await ceilingsOf('taken_id')).toMatchObject({ amount: '0', claims: 0 })
    expect((await claim(api, next, 'taken_id')).status).toBe(201)
  })

  it('is one of exactly 100, when 1,000 claim at once on two servers', async () => {
    await publish(api, campaign('race', { limits: { claims: 100, budget: '10000' } }))
    const ids = await accounts('racer', 1_000)
    const replies = await Promise.all(
      ids.map((id, index) => claim(index % 2 === 0 ? api : other, id, 'race')),
    )
    const won = replies.filter(({ status }) => status === 201)
    expect(won).toHaveLength(100)
    const lost = replies.filter(({ status }) => status !== 201)
    expect(new Set(lost.map(({ body }) => body.code))).toEqual(new Set(['campaign_exhausted']))
    const { rows } = await api.database.pool.query<{ grants: string; sum: string }>(
      `select count(*) as grants, sum(p.amount) as sum from accounts.entry e
       join accounts.posting p using (account_id, seq)
       where e.kind = 'grant' and e.request_id = 'campaign:race' and p.lot_id is not null`,
    )
    expect(rows[0]).toEqual({ grants: '100', sum: '500000000000' })
    expect(await ceilingsOf('race')).toMatchObject({ amount: '500', claims: 100 })
  })

  it('made many times at once on two servers is one claim with one answer', async () => {
    await publish(api, campaign('double', { limits: { claims: 5 } }))
    const { id } = await api.account('doubler')
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, index) => claim(index % 2 ? api : other, id, 'double')),
    )
    expect(replies.every(({ status }) => status === 201)).toBe(true)
    expect(await ceilingsOf('double')).toMatchObject({ claims: 1, amount: '5' })
    expect((await stateOf(id)).lots).toHaveLength(1)
  })
})

describe('a server that stops in the middle of a claim', () => {
  /** As if it had been left a minute ago. */
  const age = (id: string) =>
    api.database.pool.query(
      `update control.campaign_claim set claimed_at = claimed_at - interval '1 minute'
       where campaign_id = $1::text`,
      [id],
    )

  const leaveTaken = async (account: string, id: string, undo: string) => {
    await publish(api, campaign(id, { limits: { claims: 1 } }))
    await api.account(account)
    expect((await claim(api, account, id)).status).toBe(201)
    // as it is when the process ends between the grant and the mark
    await api.database.pool.query(
      `update control.campaign_claim set state = 'taken', granted_at = null, seq = null,
         claimed_at = claimed_at - interval '1 minute' where campaign_id = $1::text`,
      [undo],
    )
  }

  it('after the grant: the repeat finds it granted, once', async () => {
    await leaveTaken('crash-a', 'crash_a', 'crash_a')
    expect(await claim(api, 'crash-a', 'crash_a')).toMatchObject({
      status: 201,
      body: { state: 'granted' },
    })
    expect((await stateOf('crash-a')).lots).toHaveLength(1)
  })

  it('after the place was taken: the job grants it, once, however often it runs', async () => {
    await publish(api, campaign('crash_b', { limits: { claims: 1 } }))
    await api.account('crash-b')
    const { engine, pool } = api
    // the engine is gone when the grant is due
    const gone = { ...engine, execute: () => Promise.reject(new Error('killed')) }
    const { claimCampaign } = await import('../../src/engine/campaigns/claim.ts')
    const order = {
      campaignId: 'crash_b',
      accountId: 'crash-b',
      actor: { type: 'operator', id: 'test' } as const,
      at: Date.now() as never,
      signals: {},
    }
    await expect(claimCampaign({ pool, engine: gone as never }, order)).rejects.toThrow('killed')
    expect((await stateOf('crash-b')).lots).toEqual([])
    expect(await ceilingsOf('crash_b')).toMatchObject({ claims: 1 })
    await age('crash_b')
    const jobs = await startJobs({
      pool,
      queuePool: queuePool(api.database),
      engine,
      sweepEveryMs: 3_600_000,
    })
    await Promise.all([jobs.runOnce(), jobs.runOnce()])
    await jobs.stop()
    expect((await stateOf('crash-b')).lots).toMatchObject([{ remaining: '5' }])
    const { items } = await api.done('listClaims', { params: { campaign_id: 'crash_b' } })
    expect(items).toMatchObject([{ state: 'granted' }])
  })
})

describe('claims with the same card', () => {
  it('are held from the second on, with evidence, until a person releases or rejects them', async () => {
    await publish(api, campaign('cards', { limits: { claims: 3 } }))
    const [a, b, c] = (await accounts('card', 3)) as [string, string, string]
    const signals = { card: 'fp_1', email: 'a.b+x@gmail.com' }
    expect((await claim(api, a, 'cards', signals)).body.state).toBe('granted')
    for (const id of [b, c])
      expect((await claim(api, id, 'cards', { card: 'fp_1' })).body.state).toBe('held')
    expect((await claim(api, b, 'cards')).body.state).toBe('held')
    expect((await stateOf(b)).lots).toEqual([])
    const params = { campaign_id: 'cards' }
    const queue = await api.done('listClaims', { params, query: { state: 'held' } })
    expect(queue.items.map((one) => [one.account_id, one.findings])).toEqual([
      [b, [{ code: 'signal_shared', signal: 'card', accounts: 2, accounts_max: 1 }]],
      [c, [{ code: 'signal_shared', signal: 'card', accounts: 3, accounts_max: 1 }]],
    ])
    const of = (account_id: string) => ({ campaign_id: 'cards', account_id })
    const released = await api.done('releaseClaim', { params: of(b), body: { reason: 'a family' } })
    expect(released).toMatchObject({ state: 'granted', review_reason: 'a family' })
    expect((await stateOf(b)).lots).toHaveLength(1)
    await api.done('rejectClaim', { params: of(c), body: { reason: 'the same person' } })
    expect(await ceilingsOf('cards')).toMatchObject({ claims: 2, amount: '10' })
    expect((await claim(api, c, 'cards')).body.state).toBe('rejected')
    const repeat = await api.call('releaseClaim', { params: of(b), body: { reason: 'again' } })
    expect(repeat.body.code).toBe('claim_not_held')
    const { rows } = await api.database.pool.query<{ hash: string }>(
      `select encode(hash, 'escape') as hash from control.claim_signal`,
    )
    expect(JSON.stringify(rows)).not.toMatch(/fp_1|gmail/)
  })

  it('cannot be spoken for by an account key', async () => {
    const { id, key } = await api.account('liar')
    const params = { account_id: id, campaign_id: 'cards' }
    const reply = await api.call('claimCampaign', {
      as: key,
      params,
      body: { signals: { card: 'x' } },
    })
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ location: 'body/signals' }] } })
  })
})

describe('credit that is used up at once', () => {
  it('is noted with evidence, and later claims with its signals are held', async () => {
    const review = { drain_minutes: 1, accounts_max: { device: 9 } }
    await publish(api, campaign('drain', { position: 'before_windows', review }))
    const [a, b] = (await accounts('drain', 2)) as [string, string]
    const { key, key_id } = await api.done('createKey', {
      params: { account_id: a },
      body: { name: 'drain' },
    })
    expect((await claim(api, a, 'drain', { device: 'd1' })).status).toBe(201)
    await api.done('record', {
      as: key,
      body: {
        call_id: 'drain-call',
        model: 'small',
        usage: { tokens: { input: 5_000_000 } },
        event_at: soon(),
      },
    })
    const { pool } = api.database
    expect(await findDrains(pool, Date.now())).toBe(0)
    expect(await findDrains(pool, Date.now() + 120_000)).toBe(1)
    expect(await findDrains(pool, Date.now() + 120_000)).toBe(0)
    expect((await claim(api, b, 'drain', { device: 'd1' })).body.state).toBe('held')
    const { items } = await api.done('listClaims', { params: { campaign_id: 'drain' } })
    expect(items.map(({ findings }) => findings)).toMatchObject([
      [{ code: 'drained', calls: 1, key_id, model: 'small' }],
      [{ code: 'linked_to_drain', signal: 'device', account_id: a }],
    ])
  })
})

describe('the funnel', () => {
  it('counts accounts and sums what was granted, used and is left, to the nano', async () => {
    await publish(
      api,
      campaign('funnel', { position: 'before_windows', limits: { budget: '100' } }),
    )
    const [a, b] = (await accounts('funnel', 2)) as [string, string]
    const params = { campaign_id: 'funnel' }
    const told = await api.done('markCampaignTold', {
      params,
      body: { account_ids: [a, b, 'nobody'] },
    })
    expect(told.marked).toBe(2)
    await api.done('seeCampaign', { params: { account_id: a, campaign_id: 'funnel' } })
    for (const id of [a, b]) expect((await claim(api, id, 'funnel')).status).toBe(201)
    await api.done('record', {
      body: {
        account_id: a,
        call_id: 'funnel-call',
        model: 'small',
        usage: { tokens: { input: 5_000_000 } },
        event_at: soon(),
      },
    })
    const funnel = await api.done('getCampaignFunnel', { params })
    expect(funnel).toMatchObject({
      eligible: { complete: true },
      told: 2,
      seen: 1,
      claimed: 2,
      granted: 2,
      first_use: 1,
      used_up: 1,
      amounts: { taken: '10', granted: '10', used: '5', outstanding: '5', expired: '0' },
    })
    expect(funnel.eligible.accounts).toBeGreaterThan(1_000)
  })
})

describe('the example campaigns', () => {
  it.each([
    'bundle_launch_2026_04',
    'cloud_sessions_2026_09',
    'fable_one_time',
    'monthly_api_credit',
  ])('%s is stored, and gives its document back', async (id) => {
    const file = new URL(`../../data/campaigns/${id}.json`, import.meta.url)
    const body: CampaignDocument = JSON.parse(readFileSync(file, 'utf8'))
    const made = await api.done('createCampaign', { body })
    expect(await api.call('createCampaign', { body: made.document })).toMatchObject({ status: 200 })
  })
})
