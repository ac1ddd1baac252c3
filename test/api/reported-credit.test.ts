import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finishClaims } from '../../src/jobs/claims.ts'
import { sweepDue } from '../../src/jobs/sweep.ts'
import { nodeAt, SetClock } from '../engine/support/set-clock.ts'
import type { Node } from '../engine/support.ts'
import { addCard } from '../payments/support.ts'
import { campaign, claim, publish } from './campaign-support.ts'
import { type Api, expectVerified, startNode, startStockedApi } from './support.ts'

/*
 * What people have reported elsewhere, in public threads, of promised credit: that it never came, came and
 * vanished, came twice, or could not be used. Each is played here; the thread is in its name.
 *
 * Alerts that came twice, late or never are in test/spec/alerts.spec.test.ts and
 * test/notify/delivery.test.ts: flexprice #2155 (duplicates), rajish/cc-hdrm #62 (paid use, once a cycle),
 * opgginc/opencode-bar #142 (the reset), anthropics/claude-code #95082 (30 and 7 days before the end),
 * umbraco/Umbraco.Cloud.Issues #758 (the forecast), akash-network/console #3769 (the first decline).
 */

const DAY_MS = 86_400_000
const clock = new SetClock('2030-01-10T00:00:00Z')
let stocked: Api
let node: Node
let api: Api
beforeAll(async () => {
  stocked = await startStockedApi()
  node = await nodeAt(stocked.database, clock)
  api = await startNode(stocked.database, { engine: node.engine, nowMs: () => clock.now() })
})
afterAll(async () => {
  await expectVerified(stocked.database.pool)
  await api.close()
  await node.close()
  await stocked.close()
})

const open = (account_id: string, server = api) =>
  server.done('openAccount', {
    body: { account_id, name: account_id, currency: 'USD', plan: 'test@1' },
  })

const lotsOf = async (account_id: string) =>
  (await api.done('getState', { params: { account_id } })).lots.map(({ name, remaining }) => [
    name,
    remaining,
  ])

let calls = 0
const use = (account_id: string, cents: number) => {
  calls += 1
  return api.done('record', {
    body: {
      account_id,
      call_id: `call_${calls}`,
      model: 'small',
      usage: { tokens: { input: cents * 10_000 } },
      event_at: new Date(clock.now()).toISOString(),
    },
  })
}

const bothWindows = { from: '2030-01-01T00:00:00Z', until: '2030-02-01T00:00:00Z' }

describe('promised credit', () => {
  it('stays on the page until its deadline and after it (anthropics/claude-code #46244: the banner vanished)', async () => {
    await open('banner')
    await publish(api, campaign('banner', { claim: bothWindows }))
    const standing = async () => {
      const { items } = await api.done('listAccountCampaigns', {
        params: { account_id: 'banner' },
      })
      return items.find((own) => own.campaign_id === 'banner')?.standing
    }
    // seen, gone away, come back: it is offered as before
    await api.done('seeCampaign', { params: { account_id: 'banner', campaign_id: 'banner' } })
    for (const at of ['2030-01-10T00:00:00Z', '2030-01-31T23:59:59.999Z']) {
      clock.set(at)
      expect(await standing()).toBe('claimable')
    }
    clock.set('2030-02-01T00:00:00Z')
    expect(await standing()).toBe('over')
    clock.set('2030-04-30T00:00:00Z')
    expect(await standing()).toBe('over')
    clock.set('2030-01-31T23:59:59.999Z')
    expect((await claim(api, 'banner', 'banner')).status).toBe(201)
  })

  it('is not wiped by a second claim or a change of plan (#50231, #76087, #47210, #52287, #27089)', async () => {
    await open('wiped')
    for (const id of ['wiped_a', 'wiped_b']) {
      await publish(api, campaign(id))
      expect((await claim(api, 'wiped', id)).status).toBe(201)
    }
    const before = await lotsOf('wiped')
    expect([...before].sort()).toEqual([
      ['Credit of wiped_a', '5'],
      ['Credit of wiped_b', '5'],
    ])
    for (const plan of ['no_windows@1', 'test@1'])
      await api.done('changePlan', {
        params: { account_id: 'wiped' },
        key: `to-${plan}`,
        body: { plan },
      })
    clock.advance(40 * DAY_MS)
    expect(await lotsOf('wiped')).toEqual(before)
  })

  it('is not taken back with a refund of something else (anthropics/claude-code #45662)', async () => {
    // a payment has the time of its processor
    await open('refunded', stocked)
    await publish(stocked, campaign('refunded'))
    expect((await claim(stocked, 'refunded', 'refunded')).status).toBe(201)
    await addCard(stocked, 'refunded', 'pm_card_de')
    const params = { account_id: 'refunded' }
    const { preview_id } = await stocked.done('previewPurchase', { params, body: { amount: '20' } })
    const { payment_id } = await stocked.done('confirmPurchase', { params, body: { preview_id } })
    expect(await lotsOf('refunded')).toHaveLength(2)
    await stocked.done('refundPurchase', {
      params: { ...params, payment_id },
      key: 'refund',
      body: {},
    })
    expect((await lotsOf('refunded')).filter(([, remaining]) => remaining !== '0')).toEqual([
      ['Credit of refunded', '5'],
    ])
  })

  it('can be used where the loss was, with paid use off and windows open (#81869)', async () => {
    await open('made_good')
    await publish(api, campaign('made_good', { position: 'before_windows' }))
    expect((await claim(api, 'made_good', 'made_good')).status).toBe(201)
    await use('made_good', 20)
    expect(await lotsOf('made_good')).toEqual([['Credit of made_good', '4.8']])
  })

  it('never falls without an entry that says why (anthropics/claude-code #44198, openai/codex #39701)', async () => {
    await open('fell')
    const terms = { position: 'before_windows' as const, expires: { days_after_claim: 3 } }
    await publish(api, campaign('fell', terms))
    expect((await claim(api, 'fell', 'fell')).status).toBe(201)
    await use('fell', 30)
    clock.advance(4 * DAY_MS)
    await sweepDue(api.pool, node.engine, clock.now())
    const { rows } = await stocked.database.pool.query(
      `select e.kind, p.amount::text from accounts.posting p join accounts.entry e using (account_id, seq)
       where p.account_id = 'fell' and p.lot_id is not null order by p.seq`,
    )
    expect(rows).toEqual([
      { kind: 'grant', amount: '5000000000' },
      { kind: 'record', amount: '-300000000' },
      { kind: 'expire_lot', amount: '-4700000000' },
    ])
  })

  it('of a cycle comes once in it, whatever else happens (openmeter #4252: extra grants)', async () => {
    await open('cycle')
    const terms = { repeat: 'cycle' as const, expires: { cycle_end: true as const } }
    await publish(api, campaign('cycle', terms))
    const grants = async () => {
      const { items } = await api.done('listEntries', {
        params: { account_id: 'cycle' },
        query: { kind: 'grant' },
      })
      return items.length
    }
    for (let cycle = 1; cycle <= 3; cycle += 1) {
      for (let day = 0; day < 3; day += 1) {
        expect((await claim(api, 'cycle', 'cycle')).status).toBe(201)
        await use('cycle', 1)
        await finishClaims(api.pool, node.engine, clock.now() + DAY_MS)
        await sweepDue(api.pool, node.engine, clock.now())
        expect(await grants()).toBe(cycle)
        clock.advance(DAY_MS)
      }
      clock.advance(29 * DAY_MS)
    }
  })

  it('that is asked for twice is given once (getlago/lago-api #5870: the same top-up twice)', async () => {
    await open('twice')
    await publish(api, campaign('twice'))
    const replies = await Promise.all(Array.from({ length: 8 }, () => claim(api, 'twice', 'twice')))
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201))
    expect(await lotsOf('twice')).toEqual([['Credit of twice', '5']])
  })
})
