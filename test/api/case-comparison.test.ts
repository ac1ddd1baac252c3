import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNanos, sum } from '../../src/core/money/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { openCase } from '../../src/store/cases/open.ts'
import { type Api, fund, startStockedApi } from './support.ts'

/*
 * The contested calls as they were charged, beside what is right: lines only where the call rated again comes to
 * what the audit says, differences to the nano, and sums that close on both sides.
 */

let api: Api
let key: string
let agent: string
const params = { account_id: 'own' }
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await fund(api, 'own', '1000')
  const policy = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))
  await api.done('publishSupportPolicy', { body: policy })
  agent = (await api.done('addStaff', { body: { name: 'Ann', role: 'support' } })).token
  await api.done('addMember', {
    params,
    body: {
      member_id: 'm_1',
      name: 'Zenobia Quist',
      email: 'zenobia@quist.example',
      role: 'developer',
    },
  })
})
afterAll(() => api.close())

type Recorded = Parameters<typeof api.done<'record'>>[1]
async function charged(call_id: string, own: object = {}): Promise<void> {
  await api.done('record', {
    as: key,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input: 2_000_000 } },
      event_at: new Date(Date.now() + 250).toISOString(),
      ...own,
    },
  } as Recorded)
}

async function disputed(...calls: string[]): Promise<string> {
  const body = { about: { calls }, words: 'Not right.' }
  const opened = await api.done('openDispute', {
    as: key,
    params,
    key: `d-${calls.join('-')}`,
    body,
  })
  return opened.case_id
}

const compared = (case_id: string) => api.done('compareCase', { as: agent, params: { case_id } })
type Call = Awaited<ReturnType<typeof compared>>['calls'][number]

const total = (amounts: readonly (string | null)[]) =>
  sum(amounts.map((amount) => readNanos(amount ?? '0')))

/** Lines, and funding with what the platform carries, come to the total; so do the differences. */
function expectClosed(call: Call): void {
  for (const side of ['actual', 'correct'] as const) {
    const whole = readNanos(call.total[side] ?? '0')
    expect(total(call.lines.map((line) => line[side]?.amount ?? null))).toBe(whole)
    expect(total([...call.funding, call.absorbed].map((own) => own[side]))).toBe(whole)
  }
  const delta = readNanos(call.total.delta ?? '0')
  expect(total(call.lines.map((line) => line.delta))).toBe(delta)
  expect(total([...call.funding, call.absorbed].map((own) => own.delta))).toBe(delta)
}

/** The report says that the cached part is in the input; the entry has it twice. */
const CACHED_TWICE = {
  usage: { tokens: { input: 1_000_000, cache_read: 400_000 } },
  dialect: 'openai_chat',
  evidence: {
    provider_usage: {
      prompt_tokens: 1_000_000,
      completion_tokens: 0,
      total_tokens: 1_000_000,
      prompt_tokens_details: { cached_tokens: 400_000 },
    },
  },
}

describe('a contested call', () => {
  it('in which nothing is wrong is right as it was charged', async () => {
    await charged('call_right')
    const { calls, total: whole } = await compared(await disputed('call_right'))
    expect(calls).toMatchObject([
      {
        code: 'as_charged',
        findings: [],
        books: { actual: 'test-book', correct: 'test-book' },
        lines: [{ differs: false, delta: '0' }],
        total: { actual: '2', correct: '2', differs: false, delta: '0' },
        due: '0',
      },
    ])
    expectClosed(calls[0]!)
    expect(whole).toEqual({ actual: '2', correct: '2', differs: false, delta: '0' })
  })

  it('that had failed has nothing on the right side, with the outcome; what came back is told', async () => {
    await charged('call_failed', { evidence: { upstream_status: 429 } })
    const case_id = await disputed('call_failed')
    const { calls } = await compared(case_id)
    expect(calls).toMatchObject([
      {
        code: 'not_billed',
        reason: 'error_before_output',
        findings: ['failed_call_charged:call_failed'],
        lines: [{ correct: null, differs: true, delta: '2' }],
        funding: [{ actual: '2', correct: '0', differs: true, delta: '2' }],
        total: { actual: '2', correct: '0', delta: '2' },
        given_back: '0',
        due: '2',
      },
    ])
    expectClosed(calls[0]!)
    await api.done('acceptOffer', { as: key, params: { ...params, case_id } })
    const after = await compared(case_id)
    expect(after.calls).toMatchObject([{ total: { delta: '2' }, given_back: '2', due: '0' }])
  })

  it('whose report was read wrongly is rated again by the report, line by line', async () => {
    await charged('call_cached', CACHED_TWICE)
    const { calls } = await compared(await disputed('call_cached'))
    expect(calls).toMatchObject([
      {
        code: 'rated_again',
        lines: [
          { actual: { kind: 'input', amount: '1' }, correct: { amount: '0.6' }, differs: true },
          { actual: { kind: 'cache_read' }, differs: false, delta: '0' },
        ],
        total: { actual: '1.04', correct: '0.64', differs: true, delta: '0.4' },
        due: '0.4',
      },
    ])
    expectClosed(calls[0]!)
  })

  it('that does not come to what the audit says has no right side, and a code that says so', async () => {
    await charged('call_odd', CACHED_TWICE)
    const case_id = await disputed('call_odd')
    const { rowCount } = await api.database.pool.query(
      `update accounts.finding set expected = 500000000
       where body::jsonb -> 'calls' ? 'call_odd'`,
    )
    expect(rowCount).toBe(1)
    const { calls, total: whole, without_correct } = await compared(case_id)
    expect(calls).toMatchObject([
      {
        code: 'lines_unknown',
        books: { correct: null },
        lines: [
          { correct: null, differs: false, delta: null },
          { correct: null, differs: false, delta: null },
        ],
        total: { actual: '1.04', correct: null, differs: false, delta: null },
      },
    ])
    expect(whole).toMatchObject({ actual: '0', correct: '0' })
    expect(without_correct).toBe(1)
  })

  it('of several is summed with the others', async () => {
    await charged('call_a')
    await charged('call_b', { evidence: { upstream_status: 500 } })
    const { calls, total: whole } = await compared(await disputed('call_a', 'call_b'))
    expect(calls.map(({ code }) => code)).toEqual(['as_charged', 'not_billed'])
    expect(whole).toEqual({ actual: '4', correct: '2', differs: true, delta: '2' })
  })
})

describe('the bundle', () => {
  it('has the case, its receipts, entries, findings, comparison and timeline, and no names', async () => {
    await charged('call_bundle', { member_id: 'm_1', evidence: { upstream_status: 429 } })
    const case_id = await disputed('call_bundle')
    const reply = await api.call('getCaseBundle', { as: agent, params: { case_id } })
    expect(reply.status, reply.text).toBe(200)
    expect(reply.body).toMatchObject({
      account_id: 'own',
      case: { case_id, events: [{ kind: 'received' }, { kind: 'checked' }] },
      comparison: { calls: [{ code: 'not_billed' }] },
      receipts: [{ receipt_id: 'rcpt_bundle', call: { member_id: 'm_1' } }],
      entries: [{ kind: 'record', call: { call_id: 'call_bundle' } }],
      findings: [{ rule: 'failed_call_charged' }],
      timeline: { more: false },
    })
    const { items } = (reply.body as { timeline: { items: { code: string }[] } }).timeline
    expect(items.length).toBeGreaterThan(2)
    expect(reply.text).not.toMatch(/zenobia|quist/i)
    expect(reply.text).not.toContain(key)
  })
})

describe('both', () => {
  it.each(['compareCase', 'getCaseBundle'] as const)(
    '%s is in the log of the account',
    async (id) => {
      await charged(`call_${id}`)
      const case_id = await disputed(`call_${id}`)
      await api.done(id, { as: agent, params: { case_id } })
      const { items } = await api.done('listAccess', { as: key, params })
      expect(items[0]).toMatchObject({ operation: id, case_id, role: 'support' })
    },
  )

  it.each(['compareCase', 'getCaseBundle'] as const)(
    '%s is for the operator’s people',
    async (id) => {
      const absent = await api.call(id, { as: agent, params: { case_id: 'case_none' } })
      expect(absent).toMatchObject({ status: 404, body: { code: 'case_unknown' } })
      const holder = await api.call(id, { as: key, params: { case_id: 'case_none' } })
      expect(holder.status).toBe(403)
    },
  )

  it('of a case of no account have nothing of any', async () => {
    const { caseId: case_id } = await openCase(api.pool, {
      accountId: null,
      origin: 'incident',
      originKey: 'i1',
      subject: 'incident_calls_failed',
      facts: {},
      amount: null,
      openedBy: { type: 'system', id: 'incidents' },
      at: instant(Date.now()),
    })
    expect(await compared(case_id)).toMatchObject({ account_id: null, calls: [] })
    const bundle = await api.done('getCaseBundle', { as: agent, params: { case_id } })
    expect(bundle).toMatchObject({
      receipts: [],
      entries: [],
      findings: [],
      timeline: { items: [] },
    })
  })
})
