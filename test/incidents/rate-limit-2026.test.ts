import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNanos } from '../../src/core/money/index.ts'
import { Detection } from '../../src/jobs/detection.ts'
import { workOnIncidents } from '../../src/jobs/incidents.ts'
import { Mortal } from '../api/campaign-support.ts'
import { colleague, type IncidentDocument, step } from '../api/incident-support.ts'
import { ACCOUNTS, BUG, HARMED, live } from './support/story.ts'
import { World } from './support/world.ts'

/*
 * The case of 2026: failed requests were counted as successful by a rate-limit error, and the platform gave
 * credit up to $200, to be claimed by 17 April, for 90 days. One world has that very bug for an hour; in the
 * other it never was. The incident is found and repaired, and both have the same to the nano.
 */

const ID = 'rate_limit_2026'
const params = { incident_id: ID }
const INCIDENT: IncidentDocument = {
  id: ID,
  name: { en: 'Failed requests were charged', ja: '失敗したリクエストに課金しました' },
  currency: 'USD',
  scope: {
    ...BUG,
    outcomes: ['succeeded'],
    errors: { statuses: [429], types: ['rate_limit_error'] },
  },
  remedy: {
    refund: { of: 'charge' },
    goodwill: {
      percent: 100,
      max: '200',
      claim_until: { local: '2026-04-18T00:00', zone: 'America/Los_Angeles' },
      expires_after_days: 90,
    },
  },
  notice: {
    en: 'A rate-limit error was counted as a success.',
    ja: 'レート制限エラーを成功として扱っていました。',
  },
  ceilings: { total: '2000', account: '500', goodwill: '1000' },
}
const CALLS = Object.values(HARMED).flat().sort()

let bugged: World
let sound: World
let second: string
beforeAll(async () => {
  ;[bugged, sound] = await Promise.all([World.start(BUG), World.start(null)])
  await Promise.all([live(bugged), live(sound)])
  second = await colleague(bugged.api, 'operator')
}, 120_000)
afterAll(async () => {
  await bugged?.close()
  await sound?.close()
})

const accountOf = (callId: string): string => callId.slice(0, callId.indexOf('_b'))

/** What a call has cost so far, read from its receipt. */
async function costOf(world: World, callId: string): Promise<bigint> {
  const receipt_id = `rcpt_${callId}`
  const query = { account_id: accountOf(callId) }
  const { amounts } = await world.api.done('getReceipt', { params: { receipt_id }, query })
  return readNanos(amounts.charged.amount!) + readNanos(amounts.covered_by_plan.amount!)
}

const total = async (world: World, callIds: readonly string[]): Promise<bigint> => {
  let sum = 0n
  for (const callId of callIds) sum += await costOf(world, callId)
  return sum
}

const refund = (call_id: string, amount?: string) =>
  bugged.api.done('refund', {
    params: { account_id: 'helped' },
    body: { call_id, reason: 'complaint', ...(amount !== undefined && { amount }) },
  })

describe('the bug', () => {
  it('charged failed calls in one world, and nobody in the other', async () => {
    expect(await total(sound, CALLS)).toBe(0n)
    for (const callId of CALLS) expect(await costOf(bugged, callId), callId).toBeGreaterThan(0n)
  })

  it('is seen by the audit on each of them, and on no other call', async () => {
    await new Detection().round(bugged.parts, bugged.clock.now())
    const found: string[] = []
    for (const account_id of ACCOUNTS) {
      const { items } = await bugged.api.done('listAccountFindings', {
        params: { account_id },
        query: { rule: 'failed_call_charged' },
      })
      found.push(...items.flatMap(({ calls }) => calls))
    }
    expect(found.sort()).toEqual(CALLS)
  })
})

describe('the incident', () => {
  let owed: bigint

  it('finds exactly the harmed calls, and what it would give is what they cost', async () => {
    await refund('helped_b1')
    await refund('helped_b2', '1')
    owed = await total(bugged, CALLS)
    await bugged.api.done('createIncident', { body: INCIDENT })
    const measured = await bugged.api.done('measureIncident', { params })
    expect(measured).toMatchObject({ state: 'measured', unknown_calls: 0, ceiling_exceeded: null })
    const { items } = await bugged.api.done('listIncidentCalls', { params, query: { limit: 200 } })
    expect(items.map(({ call_id }) => call_id).sort()).toEqual(CALLS)
    expect(readNanos(measured.to_give_back)).toBe(owed)
    const impact = await bugged.api.done('getIncidentImpact', { params })
    expect(impact).toMatchObject({
      calls: CALLS.length,
      accounts: ACCOUNTS.length - 1,
      due_calls: CALLS.length - 1,
      double_remedy: { calls: 2 },
    })
    expect(impact.by_plan.reduce((sum, { due }) => sum + readNanos(due), 0n)).toBe(owed)
    expect(impact.largest_accounts[0]).toMatchObject({ account_id: 'large', credit: '200' })
    expect(impact.sample).toHaveLength(20)
  })

  it('is found the same by the rule of the audit', async () => {
    const scope = { ...BUG, rules: ['failed_call_charged' as const] }
    const body: IncidentDocument = { ...INCIDENT, id: 'by_rule', scope }
    await bugged.api.done('createIncident', {
      body: { ...body, remedy: { refund: { of: 'finding' } } },
    })
    const own = { incident_id: 'by_rule' }
    const measured = await bugged.api.done('measureIncident', { params: own })
    expect([measured.calls, readNanos(measured.to_give_back)]).toEqual([CALLS.length, owed])
    await step(bugged.api, 'by_rule', 'cancel')
  })

  it('gives back everything once, although it is paused and killed on the way', async () => {
    const { api, clock } = bugged
    await step(api, ID, 'submit')
    await step(api, ID, 'approve', second)
    await step(api, ID, 'run')
    const mortal = new Mortal(bugged.parts)
    const round = (parts: Pick<Mortal, 'pool' | 'engine'>) => workOnIncidents(parts, clock.now())
    let deaths = 0
    for (let steps = 3; deaths < 12; steps += 2) {
      mortal.dieAfter(steps)
      if (
        await round(mortal).then(
          () => false,
          () => true,
        )
      )
        deaths += 1
      else break
      if (deaths === 6) {
        await step(api, ID, 'pause')
        expect(await round(bugged.parts)).toBe(0)
        await step(api, ID, 'resume')
      }
    }
    expect(deaths).toBeGreaterThan(6)
    await round(bugged.parts)
    expect(await api.done('getIncident', { params })).toMatchObject({
      state: 'done',
      progress: { open: 0, failed: 0, given: CALLS.length - 1, nothing: 1 },
    })
    expect(await total(bugged, CALLS)).toBe(0n)
  })

  it.each(ACCOUNTS.filter((account) => account !== 'lapsing'))(
    'leaves %s exactly where it would be without the bug',
    async (account) => {
      await bugged.housekeeping()
      await sound.housekeeping()
      expect(await bugged.balances(account)).toEqual(await sound.balances(account))
    },
  )

  it('revives credit that has ended meanwhile for as long as was promised, and only what was harmed', async () => {
    const [own, twin] = [await bugged.balances('lapsing'), await sound.balances('lapsing')]
    expect({ ...own, lots: [] }).toEqual({ ...twin, lots: [] })
    expect(twin.lots).toEqual([])
    expect(own.lots).toHaveLength(1)
    const { given } = (
      await bugged.api.done('listIncidentCalls', { params, query: { account_id: 'lapsing' } })
    ).items[0]!
    expect(own.lots[0]!.remaining).toBe(readNanos(given))
    expect(own.lots[0]!.expiresAt).toBe(bugged.clock.now() + 30 * 86_400_000)
  })

  it('tells each harmed account once, in its language, and nobody else', async () => {
    for (const account_id of ACCOUNTS) {
      const { items } = await bugged.api.done('listAlerts', {
        params: { account_id },
        query: { kind: 'incident_remedied' },
      })
      expect(items, account_id).toHaveLength(account_id === 'lucky' ? 0 : 1)
    }
  })
})

describe('the goodwill', () => {
  const claim = (account_id: string) =>
    bugged.api.call('claimCampaign', {
      params: { account_id, campaign_id: `incident_${ID}` },
      body: {},
    })

  it('is what was lost, up to $200, and usable where it was lost', async () => {
    expect((await claim('large')).body).toMatchObject({ amount: '200', state: 'granted' })
    expect(await claim('windows')).toMatchObject({ status: 201 })
    expect((await claim('lucky')).body).toMatchObject({ code: 'not_eligible' })
    const { lots } = await bugged.api.done('getState', { params: { account_id: 'windows' } })
    expect(lots).toMatchObject([
      { origin: 'compensation', category: 'promotional', position: 'before_windows' },
    ])
    const before = await bugged.balances('windows')
    await bugged.call('windows', 'windows_with_credit', { tokens: 10 })
    expect((await bugged.balances('windows')).windows).toEqual(before.windows)
  })

  it('can be claimed until the end of 17 April, and not a moment later', async () => {
    bugged.clock.set('2026-04-18T06:59:59.999Z')
    expect(await claim('promo')).toMatchObject({ status: 201 })
    bugged.clock.set('2026-04-18T07:00:00.000Z')
    expect((await claim('paid')).body).toMatchObject({ code: 'outside_claim_window' })
  })

  it('ends 90 days after it was claimed', async () => {
    bugged.clock.set('2026-06-25T11:00:00Z')
    await bugged.housekeeping()
    const credit = async (account: string) =>
      (await bugged.balances(account)).lots.filter(({ origin }) => origin === 'compensation')
    expect(await credit('large')).toEqual([])
    expect(await credit('promo')).toHaveLength(1)
    bugged.clock.set('2026-07-18T07:00:00Z')
    await bugged.housekeeping()
    expect(await credit('promo')).toEqual([])
  })

  it('is in the report with everything else, and the books close', async () => {
    const report = await bugged.api.done('getIncidentReport', { params })
    expect(report).toMatchObject({
      calls: CALLS.length,
      accounts: ACCOUNTS.length - 1,
      given_back: { calls: CALLS.length - 1 },
      failed: 0,
      goodwill: { accounts: ACCOUNTS.length - 1, claimed_by: 3, outstanding: '0' },
    })
    const { granted, used, expired } = report.goodwill!
    expect(readNanos(used) + readNanos(expired)).toBe(readNanos(granted))
    await bugged.expectSound()
    await sound.expectSound()
  })
})
