import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { instant } from '../../src/core/time/index.ts'
import { advanceCase } from '../../src/engine/cases/advance.ts'
import type { CaseParts } from '../../src/engine/cases/parts.ts'
import { takeSteps } from '../../src/engine/cases/take-steps.ts'
import { advanceCases } from '../../src/jobs/cases.ts'
import { Detection } from '../../src/jobs/detection.ts'
import { provisionalCalls } from '../../src/store/cases/steps.ts'
import { usd } from '../support/core/fixtures.ts'
import { type Api, expectVerified, fund, soon, startStockedApi, TEST_BOOK } from './support.ts'

/*
 * What a case gives back is had once, whatever happened to the charge between the offer and the posting, and however
 * many disputes and rounds there are about it.
 */

const HOUR = 3_600_000
const LATE = 25 * HOUR
const params = { account_id: 'own' }
const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))
/** As the provider tells it: of ten million four came from the cache. Charged is $10.40, right is $6.40. */
const CACHED_TWICE = {
  usage: { tokens: { input: 10_000_000, cache_read: 4_000_000 } },
  dialect: 'openai_chat',
  evidence: {
    provider_usage: {
      prompt_tokens: 10_000_000,
      completion_tokens: 0,
      total_tokens: 10_000_000,
      prompt_tokens_details: { cached_tokens: 4_000_000 },
    },
  },
}

let api: Api
let key: string
let second: string
let ahead = 0
let made = 0
let start = 0
const nowMs = () => Date.now() + ahead
beforeAll(async () => {
  api = await startStockedApi({ nowMs })
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await api.done('publishSupportPolicy', { body: POLICY })
  await fund(api, 'own', '5000')
  second = (await api.done('addStaff', { body: { name: 'Bea', role: 'operator' } })).token
})
afterAll(() => api.close())
beforeEach(async () => {
  start = await credit()
})
/** Credit that one test has begun is no credit of the next. */
const open: { readonly as: string; readonly params: { account_id: string; case_id: string } }[] = []
afterEach(async () => {
  for (const mine of open.splice(0)) await api.call('withdrawDispute', mine)
})

const parts = (own: Partial<CaseParts> = {}): CaseParts => ({ ...api, nowMs, ...own })
const round = (own: Partial<CaseParts> = {}) => advanceCases(parts(own))
const detect = () => new Detection().round(api, nowMs())

async function credit(): Promise<number> {
  const { lots } = await api.done('getState', { params })
  return lots.reduce((total, { remaining }) => total + Number(remaining), 0)
}
/** What the account has paid since the test began. */
const cost = async () => start - (await credit())

async function charged(dollars: number, more: object = {}): Promise<string> {
  made += 1
  const call_id = `call_m${made}`
  const usage = { tokens: { input: dollars * 1_000_000 } }
  const body = { call_id, model: 'small', usage, event_at: soon(), ...more }
  await api.done('record', { as: key, body } as never)
  return call_id
}
const FAILED = { evidence: { upstream_status: 429 } }

async function dispute(about: object) {
  made += 1
  const body = { about, words: 'Not right.' } as never
  const opened = await api.done('openDispute', { as: key, params, key: `d${made}`, body })
  const { case_id, offer } = opened
  const mine = { as: key, params: { ...params, case_id } }
  open.push(mine)
  return { case_id, offer, mine, own: { params: { case_id } } }
}
const disputed = (...calls: string[]) => dispute({ calls })

const goodwill = (call_id: string, amount?: string) => ({
  calls: [{ call_id, ...(amount && { amount }) }],
  reason: 'goodwill',
})
const giveBack = (call_id: string, amount: string, reason = 'complaint') =>
  api.done('refund', { params, body: { call_id, reason, amount } })
const rejected = { reason: 'charge_is_right', words: 'It is right.' }

const findingOf = async (call: string) =>
  (await api.done('listAccountFindings', { params, query: { limit: 200 } })).items.find(
    ({ calls }) => calls[0] === call,
  )!
const approve = async (call: string) =>
  api.call('approveFinding', {
    params: { ...params, finding_key: (await findingOf(call)).finding_key },
  })

/** A server that does something before, or dies after, an order of a kind. */
function server(kind: string, on: { before?: () => Promise<unknown>; dies?: boolean }) {
  let is = on
  const execute: CaseParts['engine']['execute'] = async (command) => {
    if (command.kind !== kind) return api.engine.execute(command)
    const { before, dies } = is
    is = {}
    await before?.()
    const answer = await api.engine.execute(command)
    if (dies) throw new Error('died')
    return answer
  }
  return { engine: { execute } as CaseParts['engine'] }
}

describe('an offer', () => {
  it('gives nothing on top of what was given back since', async () => {
    const call = await charged(10, CACHED_TWICE)
    const { mine, offer } = await disputed(call)
    expect(offer).toMatchObject({ total: '4' })
    await giveBack(call, '3')
    expect(await api.done('acceptOffer', mine)).toMatchObject({ state: 'settled', refunded: '1' })
    expect(await cost()).toBeCloseTo(6.4, 6)
  })

  it('is not made of what was given back before', async () => {
    const call = await charged(10, CACHED_TWICE)
    await giveBack(call, '3')
    expect((await disputed(call)).offer).toMatchObject({ total: '1' })
    await giveBack(call, '1', 'goodwill')
    expect((await disputed(call)).offer).toBeNull()
  })

  it('ends its finding, also where nothing was left to give, so that nobody pays it again', async () => {
    const call = await charged(10, CACHED_TWICE)
    const { mine } = await disputed(call)
    await giveBack(call, '4')
    expect(await api.done('acceptOffer', mine)).toMatchObject({ state: 'settled', refunded: '0' })
    expect(await findingOf(call)).toMatchObject({
      status: 'superseded',
      status_reason: 'already_refunded',
    })
    expect((await approve(call)).status).toBe(409)
    expect(await cost()).toBeCloseTo(6.4, 6)
  })

  it('names its finding in the journal, so that another finding of the call has its own', async () => {
    const call = await charged(10, CACHED_TWICE)
    const { mine } = await disputed(call)
    await api.done('acceptOffer', mine)
    const { result } = await api.engine.execute({
      kind: 'refund',
      accountId: 'own',
      requestId: `${call}#refund:fee_without_call`,
      actor: { type: 'system', id: 'detection' },
      callId: call,
      reason: 'fee_without_call',
      amount: usd('3'),
      finding: `fee_without_call:${call}`,
    })
    expect(result).toMatchObject({ status: 'posted', entry: { totals: { total: '-3' } } })
  })
})

describe('a refund that was decided', () => {
  it.each([
    ['all', undefined, 0],
    ['a part', '60', 40],
  ])(
    'of %s gives what is left of it after what was given back meanwhile',
    async (_what, amount, right) => {
      const call = await charged(100)
      const { own } = await disputed(call)
      const { token } = await api.done('addStaff', { body: { name: 'Ann', role: 'support' } })
      await api.done('refundInCase', { as: token, ...own, body: goodwill(call, amount) })
      await giveBack(call, '1')
      await api.done('approveCaseRefund', own)
      expect(await cost()).toBeCloseTo(right, 6)
    },
  )

  it('is of what the case is about: another call does not settle it', async () => {
    const event_at = soon()
    const call = await charged(10, { event_at })
    const until = new Date(Date.parse(event_at) + 1).toISOString()
    const other = await charged(10, { event_at: until })
    const named = await disputed(call)
    const before = await dispute({ period: { from: event_at, until } })
    for (const { own } of [named, before]) {
      const wrong = await api.call('refundInCase', { ...own, body: goodwill(other) })
      expect(wrong).toMatchObject({ status: 422, body: { code: 'refund_line_invalid' } })
      expect(wrong.body.errors).toMatchObject([{ location: 'body/calls/0' }])
      const half = { ...own, body: goodwill(call, '5') }
      expect((await api.done('refundInCase', half)).refunded).toBe('5')
    }
  })

  it('is given in full for a reason that somebody else has used for the call before', async () => {
    const call = await charged(10)
    await giveBack(call, '1', 'goodwill')
    const { own } = await disputed(call)
    const done = await api.done('refundInCase', { ...own, body: goodwill(call) })
    expect(done.refunded).toBe('9')
    expect(await cost()).toBeCloseTo(0, 6)
  })

  it('is looked at anew when somebody gives something back at the moment of its posting', async () => {
    const call = await charged(10, CACHED_TWICE)
    const { case_id, own } = await disputed(call)
    await decide(case_id, [line(call, '4', await keyOf(call)), line(call, '6.4')], {
      [call]: '10.4',
    })
    await advanceCase(parts(server('refund', { before: () => giveBack(call, '1') })), case_id)
    expect(await api.done('getCase', own)).toMatchObject({ state: 'settled', refunded: '9.4' })
    expect(await cost()).toBeCloseTo(0, 6)
    await expectVerified(api.pool)
  })

  it('was decided by an earlier version: each line gives what is left', async () => {
    const call = await charged(10)
    const { case_id, own } = await disputed(call)
    await giveBack(call, '1')
    await decide(case_id, [line(call, '10')])
    await round()
    expect(await api.done('getCase', own)).toMatchObject({ state: 'settled', refunded: '9' })
  })
})

const keyOf = async (call: string) => (await findingOf(call)).finding_key
const line = (call_id: string, amount: string, finding_key: string | null = null) => ({
  call_id,
  amount,
  reason: finding_key?.split(':')[0] ?? 'goodwill',
  finding_key,
})
type Line = ReturnType<typeof line>

const decide = (caseId: string, lines: readonly Line[], carried?: Record<string, string>) =>
  takeSteps(api.pool, caseId, {
    actor: { type: 'support', id: 'ann' },
    at: instant(nowMs()),
    steps: () => [
      {
        kind: 'decided',
        facts: {
          verdict: 'refund',
          reason: 'goodwill',
          plan: { lines, purchase: null, total: '10.4' },
          findings: [],
          words: null,
          automatic: false,
          requested_by: null,
          ...(carried && { carried }),
        },
      },
    ],
  })

describe('provisional credit that was used', () => {
  it('comes off the refund once, over all rounds', async () => {
    const call = await charged(10)
    const { own } = await disputed(call)
    ahead += LATE
    await round()
    await charged(4)
    const one = await api.done('refundInCase', { ...own, body: goodwill(call, '6') })
    expect(one.refunded).toBe('2')
    await api.done('reopenCase', { ...own, body: { words: 'again' } })
    const two = { as: second, ...own, body: goodwill(call, '4') }
    expect((await api.done('refundInCase', two)).refunded).toBe('6')
  })

  it('comes off a later round as far as the first was too small for it', async () => {
    const call = await charged(10)
    const { own } = await disputed(call)
    ahead += LATE
    await round()
    await charged(4)
    const one = await api.done('refundInCase', { ...own, body: goodwill(call, '1') })
    expect(one).toMatchObject({ refunded: '0', events: expect.anything() })
    expect(one.events.find(({ kind }) => kind === 'posted')?.facts.provisional_used).toBe('1')
    await api.done('reopenCase', { ...own, body: { words: 'again' } })
    const two = { as: second, ...own, body: goodwill(call) }
    expect((await api.done('refundInCase', two)).refunded).toBe('7')
    expect(await cost()).toBeCloseTo(10 + 4 - 4 - 7, 6)
  })

  it('stands for a finding, which is not paid again', async () => {
    const call = await charged(10, FAILED)
    await detect()
    const { mine } = await disputed(call)
    ahead += LATE
    await round()
    await charged(10)
    await api.done('acceptOffer', mine)
    expect(await findingOf(call)).toMatchObject({
      status: 'superseded',
      status_reason: 'provisional_credit_used',
    })
    await approve(call)
    expect(await cost()).toBeCloseTo(10, 6)
  })

  it('stands for no finding that somebody has begun to pay', async () => {
    const call = await charged(10, FAILED)
    await detect()
    const { mine } = await disputed(call)
    ahead += LATE
    await round()
    await charged(10)
    await api.database.pool.query(
      `update accounts.finding set status = 'refunding' where finding_key = $1`,
      [await keyOf(call)],
    )
    expect(await api.done('acceptOffer', mine)).toMatchObject({ refunded: '10' })
    expect((await findingOf(call)).status).toBe('remedied')
  })

  it.each([1, 2])('comes off once where a server dies after posting %i lines', async (lines) => {
    const calls = [await charged(6), await charged(4)]
    const { case_id, own } = await disputed(...calls)
    ahead += LATE
    await round()
    await charged(5)
    await decide(case_id, [line(calls[0]!, '6'), line(calls[1]!, '4')], {
      [calls[0]!]: '6',
      [calls[1]!]: '4',
    })
    for (let died = 0; died < lines; died += 1)
      await advanceCase(parts(server('refund', { dies: true })), case_id).catch(() => {})
    await Promise.all([round(), round()])
    expect(await api.done('getCase', own)).toMatchObject({ state: 'settled', refunded: '5' })
    expect(await cost()).toBeCloseTo(5, 6)
  })
})

describe('credit for the time of a check', () => {
  it('is given once for a call, however many disputes are about it', async () => {
    const call = await charged(10)
    const all = [await disputed(call), await disputed(call), await disputed(call)]
    ahead += LATE
    await Promise.all([round(), round()])
    await charged(30)
    for (const { own } of all) await api.done('rejectCase', { ...own, body: rejected })
    expect(await cost()).toBeCloseTo(30, 6)
    await disputed(call)
    ahead += LATE
    await round()
    expect(await cost()).toBeCloseTo(30, 6)
  })

  it('is given once for a call and the period that it is in', async () => {
    const from = new Date(Date.now() + 300).toISOString()
    await new Promise((resolve) => setTimeout(resolve, 350))
    const [call] = [await charged(3), await charged(4)]
    const period = { from, until: new Date(Date.now() + 60_000).toISOString() }
    await disputed(call)
    ahead += LATE
    await round()
    expect(await cost()).toBeCloseTo(4, 6)
    await dispute({ period })
    await dispute({ period })
    ahead += LATE
    await round()
    expect(await cost()).toBeCloseTo(0, 6)
  })

  it('is not given for what has come back since', async () => {
    const call = await charged(10)
    await disputed(call)
    await giveBack(call, '7')
    ahead += LATE
    await round()
    expect(await cost()).toBeCloseTo(0, 6)
    const other = await charged(10)
    await disputed(other)
    await giveBack(other, '10')
    ahead += LATE
    await round()
    expect(await cost()).toBeCloseTo(0, 6)
  })

  it('nor where it came back when a server had begun to give it, and had died', async () => {
    const call = await charged(10)
    const { mine } = await disputed(call)
    ahead += LATE
    const dead = server('grant', {
      before: async () => {
        throw new Error('died')
      },
    })
    await round(dead).catch(() => {})
    expect((await api.done('getDispute', mine)).provisional).toBeNull()
    await giveBack(call, '8')
    await round()
    expect((await api.done('getDispute', mine)).provisional).toMatchObject({ amount: '2' })
  })

  it('is known of cases of earlier versions by their calls and periods', async () => {
    const [call, other] = [await charged(1), await charged(1)]
    const { case_id } = await disputed(call, other)
    ahead += LATE
    await round()
    await api.database.pool.query('delete from control.provisional_call')
    const text = readFileSync('src/store/migrations/0047_provisional_calls.sql', 'utf8')
    for (const insert of text.split(';').filter((own) => own.includes('insert into')))
      await api.database.pool.query(insert)
    const kept = await provisionalCalls(api.pool, { accountId: 'own', caseId: case_id })
    expect([...kept].sort()).toEqual([call, other].sort())
    const { rows } = await api.database.pool.query('select from control.provisional_call')
    expect(rows.length).toBeGreaterThan(2)
  })
})

describe('a charge that is rated anew', () => {
  const rerated = async (call: string, id: string, corrects: string, input: string) => {
    const rows = TEST_BOOK.rows.map((row) =>
      row.model === 'small' && row.kind === 'input' ? { ...row, per_mtok: input } : row,
    )
    await api.done('publishPriceBook', { body: { ...TEST_BOOK, id, corrects, rows } })
    const { result } = await api.engine.execute({
      kind: 'rerate',
      accountId: 'own',
      requestId: `${call}#rerate:price`,
      actor: { type: 'system', id: 'incident' },
      callId: call,
      reason: 'price',
      book: id,
    })
    expect(result.status).toBe('posted')
  }

  it('has an offer of what the wrong usage costs at the right price', async () => {
    const call = await charged(10, CACHED_TWICE)
    const { mine } = await disputed(call)
    await rerated(call, 'right', 'test-book', '0.6')
    await api.done('acceptOffer', mine)
    // six million at $0.60, four at $0.10
    expect(await cost()).toBeCloseTo(4, 6)
  })

  it('having used provisional credit, lessens what was used', async () => {
    const call = await charged(10)
    const { own } = await disputed(call)
    ahead += LATE
    await round()
    const next = await charged(4)
    await rerated(next, 'less', 'right', '0.3')
    const done = await api.done('refundInCase', { ...own, body: goodwill(call) })
    expect(done).toMatchObject({ refunded: '4.8', provisional: { amount: '6', used: '1.2' } })
  })
})
