import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSampled } from '../../src/core/cases/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { loadCase, takeSteps } from '../../src/engine/cases/take-steps.ts'
import { createEngine } from '../../src/engine/index.ts'
import { advanceCases } from '../../src/jobs/cases.ts'
import { caseRefunds } from '../../src/payments/case-refunds.ts'
import type { CaseRecord } from '../../src/store/cases/read.ts'
import { beginProvisional } from '../../src/store/cases/steps.ts'
import { createPool } from '../../src/store/pool.ts'
import { addCard } from '../payments/support.ts'
import { usd } from '../support/core/fixtures.ts'
import { type Api, expectVerified, fund, soon, startStockedApi } from './support.ts'

/*
 * What happens to a case without a person: credit for the time of a check that takes long, what a crash has left,
 * refunds on their way to a card, what is late, and the sample that people look at.
 */

const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))
const HOUR = 3_600_000
const DAY = 24 * HOUR

let api: Api
let key: string
let agent: string
let ahead = 0
const nowMs = () => Date.now() + ahead
beforeAll(async () => {
  api = await startStockedApi({ nowMs })
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await api.done('publishSupportPolicy', { body: { ...POLICY, sampling_percent: 50 } })
  await fund(api, 'own', '5000')
  const body = { staff_id: 'ann', name: 'Ann', role: 'support' } as const
  agent = (await api.done('addStaff', { body })).token
})
afterAll(() => api.close())

const params = { account_id: 'own' }
const round = (own: Pick<Api, 'engine' | 'pool'> = api) =>
  advanceCases({ pool: own.pool, engine: own.engine, nowMs, purchases: caseRefunds(api.payments) })

let made = 0
async function charged(dollars: number, upstream_status = 200): Promise<string> {
  made += 1
  const call_id = `call_a${made}`
  await api.done('record', {
    as: key,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input: dollars * 1_000_000 } },
      event_at: soon(),
      evidence: { upstream_status },
    },
  })
  return call_id
}

async function disputed(dollars: number, upstream_status = 200) {
  const call = await charged(dollars, upstream_status)
  const body = { about: { calls: [call] }, words: 'Not right.' }
  const { case_id } = await api.done('openDispute', { as: key, params, key: `d-${call}`, body })
  return { call, case_id, own: { as: agent, params: { case_id } } }
}

/** Spendable credit by kind. */
async function credit() {
  const { lots } = await api.done('getState', { params })
  const of = (category: string) =>
    lots
      .filter((lot) => lot.category === category && lot.state !== 'voided')
      .reduce((total, { remaining }) => total + Number(remaining), 0)
  return { paid: of('paid'), promotional: of('promotional') }
}

const mine = (case_id: string) =>
  api.done('getDispute', { as: key, params: { ...params, case_id } })

describe('credit for the time of a check', () => {
  it('is given when nothing is decided in time, once, whoever asks how often', async () => {
    const { case_id } = await disputed(10)
    await round()
    expect((await mine(case_id)).provisional).toBeNull()
    ahead += DAY + HOUR
    const pool = createPool(api.database.url, { max: 4, applicationName: 'another node' })
    const engine = await createEngine({ pool })
    await Promise.all([round(), round({ pool, engine }), round()])
    await engine.close()
    await pool.end()
    expect(await mine(case_id)).toMatchObject({
      state: 'checked',
      provisional: { amount: '10', used: null },
    })
    expect((await credit()).promotional).toBeCloseTo(10, 9)
  })

  it('goes when the dispute is rejected: what is left of it, and nothing that was used is owed', async () => {
    const before = await credit()
    const [waiting] = (await api.done('listDisputes', { as: key, params })).items.filter(
      ({ state }) => state === 'checked',
    )
    await charged(4)
    expect((await credit()).promotional).toBeCloseTo(6, 9)
    const body = { reason: 'charge_is_right', words: 'It is right.' }
    const own = { as: agent, params: { case_id: waiting!.case_id } }
    expect(await api.done('rejectCase', { ...own, body })).toMatchObject({
      state: 'closed',
      provisional: { used: '4' },
    })
    expect(await credit()).toEqual({ paid: before.paid, promotional: 0 })
    await expectVerified(api.pool)
  })

  it('and the refund are not both had: what was used of it comes off', async () => {
    const before = await credit()
    const { call, case_id, own } = await disputed(10)
    ahead += DAY + HOUR
    await round()
    await charged(4)
    const body = { calls: [{ call_id: call }], reason: 'goodwill' }
    expect(await api.done('refundInCase', { ...own, body })).toMatchObject({
      state: 'settled',
      refunded: '6',
      provisional: { amount: '10', used: '4' },
    })
    // ten were charged and four used since: ten came back, in two parts
    expect((await credit()).paid).toBeCloseTo(before.paid - 4, 9)
    expect((await credit()).promotional).toBe(0)
    const { letter } = await mine(case_id)
    expect(letter.join(' ')).toContain(
      '$4.00 of it you have had already, as provisional credit that was used; $6.00 was posted.',
    )
    await expectVerified(api.pool)
  })

  it('that was not used goes, and the whole refund comes', async () => {
    const before = await credit()
    const { call, own } = await disputed(10)
    ahead += DAY + HOUR
    await round()
    expect((await credit()).promotional).toBeCloseTo(10, 9)
    const body = { calls: [{ call_id: call }], reason: 'goodwill' }
    const done = await api.done('refundInCase', { ...own, body })
    expect(done).toMatchObject({ refunded: '10', provisional: { used: '0' } })
    const after = await credit()
    expect(after.paid).toBeCloseTo(before.paid, 9)
    expect(after.promotional).toBe(0)
  })

  it('that was taken back with the dispute is gone', async () => {
    const { case_id } = await disputed(10)
    ahead += DAY + HOUR
    await round()
    await api.done('withdrawDispute', { as: key, params: { ...params, case_id } })
    expect((await credit()).promotional).toBe(0)
  })

  it('is not given above the amount of the policy', async () => {
    const { case_id } = await disputed(60)
    ahead += DAY + HOUR
    await round()
    expect((await mine(case_id)).provisional).toBeNull()
  })
})

describe('a crash', () => {
  const decide = (case_id: string, call: string) =>
    takeSteps(api.pool, case_id, {
      actor: { type: 'support', id: 'ann' },
      at: instant(nowMs()),
      steps: () => [
        {
          kind: 'decided',
          facts: {
            verdict: 'refund',
            reason: 'goodwill',
            plan: {
              lines: [{ call_id: call, amount: '5', reason: 'goodwill', finding_key: null }],
              purchase: null,
              total: '5',
            },
            findings: [],
            words: null,
            automatic: false,
            requested_by: null,
          },
        },
      ],
    })

  it('between the decision and the posting is made good by the next round', async () => {
    const before = await credit()
    const { call, case_id } = await disputed(5)
    await decide(case_id, call)
    expect((await credit()).paid).toBeCloseTo(before.paid - 5, 9)
    expect((await mine(case_id)).state).toBe('decided')
    await Promise.all([round(), round(), round()])
    expect((await mine(case_id)).state).toBe('settled')
    expect((await credit()).paid).toBeCloseTo(before.paid, 9)
  })

  it('between the posting and its record posts nothing twice', async () => {
    const before = await credit()
    const { call, case_id } = await disputed(5)
    await decide(case_id, call)
    await api.engine.execute({
      kind: 'refund',
      accountId: 'own',
      requestId: `${call}#refund:goodwill`,
      actor: { type: 'support', id: 'ann', from: `case ${case_id}` },
      callId: call,
      reason: 'goodwill',
      amount: 5_000_000_000n as never,
    })
    await round()
    expect(await mine(case_id)).toMatchObject({ state: 'settled', refunded: '5' })
    expect((await credit()).paid).toBeCloseTo(before.paid, 9)
  })

  /** As a server leaves it that has given the credit, and not recorded it. */
  async function givenWithoutRecord(case_id: string): Promise<void> {
    await round()
    await api.database.pool.query(
      `with gone as (
         delete from control.case_event where case_id = $1 and kind = 'provisional_given' returning facts
       )
       update control.case_file c set steps = steps - 1, facts = c.facts || jsonb_build_object('provisional',
         jsonb_build_object('amount', gone.facts->>'amount', 'expires_at', '2100-01-01T00:00:00.000Z'))
       from gone where case_id = $1`,
      [case_id],
    )
    expect((await mine(case_id)).provisional).toBeNull()
  }

  it('between the credit and its record gives no second one', async () => {
    const { case_id } = await disputed(3)
    ahead += DAY + HOUR
    await givenWithoutRecord(case_id)
    ahead += HOUR
    await round()
    expect((await credit()).promotional).toBeCloseTo(3, 9)
    expect((await mine(case_id)).provisional).toMatchObject({ amount: '3' })
    await api.done('withdrawDispute', { as: key, params: { ...params, case_id } })
  })

  it.each(['refund', 'rejected', 'withdrawn'])(
    'between the credit and its record leaves none where it is %s before anybody looks',
    async (end) => {
      const before = await credit()
      const { call, case_id } = await disputed(5)
      ahead += DAY + HOUR
      await givenWithoutRecord(case_id)
      const own = { as: agent, params: { case_id } }
      if (end === 'refund') await decide(case_id, call)
      else if (end === 'rejected')
        await api.done('rejectCase', {
          ...own,
          body: { reason: 'charge_is_right', words: 'Right.' },
        })
      else await api.done('withdrawDispute', { as: key, params: { ...params, case_id } })
      await round()
      expect((await mine(case_id)).provisional).toMatchObject({ amount: '5', used: '0' })
      const after = await credit()
      expect(after.promotional).toBeCloseTo(before.promotional, 9)
      expect(after.paid).toBeCloseTo(before.paid - (end === 'refund' ? 0 : 5), 9)
    },
  )

  const begin = ({ caseId, steps }: CaseRecord, call: string, expires: number) =>
    beginProvisional(api.pool, {
      caseId,
      accountId: 'own',
      after: steps,
      money: new Map([[call, usd('5')]]),
      atMost: usd('5'),
      expiresAt: instant(expires),
    })

  it('that lasted longer than the credit would have leaves none, and nothing to come back to', async () => {
    const { call, case_id } = await disputed(5)
    const before = await credit()
    const { record } = (await loadCase(api.pool, case_id))!
    expect(await begin(record, call, Date.now() - 1_000)).toMatchObject({ amount: '5' })
    await decide(case_id, call)
    await round()
    expect(await mine(case_id)).toMatchObject({ state: 'settled', provisional: null })
    expect((await credit()).promotional).toBeCloseTo(before.promotional, 9)
    expect((await loadCase(api.pool, case_id))!.record.provisional).toBeNull()
  })

  it('of a server that was about to give it when a person decided gives nothing', async () => {
    const before = await credit()
    const { call, case_id } = await disputed(5)
    ahead += DAY + HOUR
    const { record } = (await loadCase(api.pool, case_id))!
    await decide(case_id, call)
    expect(await begin(record, call, Date.parse('2100-01-01'))).toBeNull()
    await round()
    expect(await mine(case_id)).toMatchObject({ state: 'settled', provisional: null })
    expect(await credit()).toEqual(before)
  })
})

describe('what is late', () => {
  it('is in the queue as such, and told to the account once', async () => {
    const { case_id } = await disputed(2)
    ahead += 3 * DAY
    await round()
    await round()
    const late = await api.done('listCases', {
      as: agent,
      query: { view: 'breaching', limit: 200 },
    })
    const own = late.items.find((item) => item.case_id === case_id)
    expect(own?.left_seconds).toBeLessThan(0)
    const { tracker } = await mine(case_id)
    expect(tracker.find(({ stage }) => stage === 'decided')?.state).toBe('overdue')
    const query = { kind: 'case_overdue', limit: 200 } as const
    const { items } = await api.done('listAlerts', { as: key, params, query })
    expect(items.filter(({ facts }) => facts.case_id === case_id)).toHaveLength(1)
  })
})

describe('the sample of automatic decisions', () => {
  it('follows from the case, and who disagrees opens it again', async () => {
    const sampled: string[] = []
    for (let index = 0; index < 12; index += 1) {
      const { case_id } = await disputed(1, 429)
      await api.done('acceptOffer', { as: key, params: { ...params, case_id } })
      if (isSampled(case_id, 1, 50)) sampled.push(case_id)
    }
    const query = { view: 'to_sample', limit: 200 } as const
    const { items } = await api.done('listCases', { as: agent, query })
    expect(items.map(({ case_id }) => case_id).sort()).toEqual(sampled.sort())
    expect(sampled.length).toBeGreaterThan(1)
    const [one = '', two = ''] = sampled
    const agree = { agree: true, words: 'Right.' }
    await api.done('sampleCase', { as: agent, params: { case_id: one }, body: agree })
    const disagree = { agree: false, words: 'It had not failed.' }
    const opened = await api.done('sampleCase', {
      as: agent,
      params: { case_id: two },
      body: disagree,
    })
    expect(opened).toMatchObject({ state: 'reopened', needs_person: true, sample: 'disagreed' })
    const again = { as: agent, params: { case_id: one }, body: agree }
    expect((await api.call('sampleCase', again)).body.code).toBe('case_step')
    expect(await api.done('getSampling', { as: agent })).toMatchObject({
      to_sample: sampled.length - 2,
      agreed: 1,
      disagreed: 1,
      agreement_percent: 50,
    })
  })
})

describe('a purchase', () => {
  async function bought() {
    await addCard(api, 'own')
    const { preview_id } = await api.done('previewPurchase', { params, body: { amount: '20' } })
    const body = { preview_id }
    return api.done('confirmPurchase', { params, body, key: `buy-${made}` })
  }

  it('that is disputed goes back to its card by the refund of purchases, once', async () => {
    const purchase = await bought()
    const about = { payment_id: purchase.payment_id }
    const body = { about, words: 'I did not want that.' }
    const { case_id } = await api.done('openDispute', { as: key, params, key: 'buy', body })
    const own = { as: agent, params: { case_id } }
    const wish = { payment_id: purchase.payment_id, reason: 'goodwill' }
    const done = await api.done('refundInCase', { ...own, body: wish })
    expect(done.state).toBe('settled')
    expect(Number(done.refunded)).toBe(Number(purchase.total))
    const told = await mine(case_id)
    expect(told.letter.join(' ')).toContain('to the card that paid it.')
    await round()
    const { refunds } = await api.done('getPurchase', {
      params: { ...params, payment_id: purchase.payment_id },
    })
    expect(refunds).toMatchObject([{ phase: 'paid', total: purchase.total }])
    const again = await api.call('refundInCase', { ...own, body: wish })
    expect(again.body.code).toBe('case_closed')
  })

  it('that cannot go back is told as such, and nothing is decided', async () => {
    const about = { calls: [await charged(2)] }
    const { case_id } = await api.done('openDispute', {
      as: key,
      params,
      key: 'no-purchase',
      body: { about, words: 'x' },
    })
    const wish = { payment_id: 'pay_none', reason: 'goodwill' }
    const reply = await api.call('refundInCase', { as: agent, params: { case_id }, body: wish })
    expect(reply.body.code).toBe('purchase_unknown')
    expect((await mine(case_id)).decision).toBeNull()
  })
})
