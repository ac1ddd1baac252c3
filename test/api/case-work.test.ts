import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from './support.ts'
import { expectVerified, fund, soon, startStockedApi } from './support.ts'

/*
 * The people of the operator give back what the support policy lets them, and ask a second person above it. They
 * post and never edit; what they look at, the account sees.
 */

const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))

let api: Api
let key: string
const tokens = { ann: '', bob: '', lead: '' }
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await api.done('publishSupportPolicy', { body: POLICY })
  await fund(api, 'own', '5000')
  for (const [staff_id, role] of [
    ['ann', 'support'],
    ['bob', 'support'],
    ['lead', 'support_lead'],
  ] as const) {
    const { token } = await api.done('addStaff', {
      body: { staff_id, name: `${staff_id} B.`, role },
    })
    tokens[staff_id] = token
  }
})
afterAll(() => api.close())

const params = { account_id: 'own' }
let made = 0

/** A right charge of so many dollars. */
async function charged(dollars: number, upstream_status = 200): Promise<string> {
  made += 1
  const call_id = `call_w${made}`
  await api.done('record', {
    as: key,
    body: {
      call_id,
      model: 'large',
      usage: { tokens: { input: dollars * 100_000 } },
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
  return { call, case_id, own: { params: { case_id } } }
}

const refund = (call: string, amount?: string, reason = 'goodwill') => ({
  calls: [{ call_id: call, ...(amount && { amount }) }],
  reason,
})

const balance = async (): Promise<number> => {
  const { lots } = await api.done('getState', { params })
  return lots.reduce((total, { remaining }) => total + Number(remaining), 0)
}

const seenBy = (case_id: string) =>
  api.done('getDispute', { as: key, params: { ...params, case_id } })

describe('a refund within the limits', () => {
  it('is decided, posted and told by one request of one agent', async () => {
    const before = await balance()
    const { call, own, case_id } = await disputed(10)
    const shown = await api.done('getCase', { as: tokens.ann, ...own })
    expect(shown.alone).toBe('50')
    const body = { ...refund(call, '4'), words: 'We should have said so.' }
    const done = await api.done('refundInCase', { as: tokens.ann, ...own, body })
    expect(done).toMatchObject({ state: 'settled', refunded: '4', alone: '46' })
    expect(await balance()).toBeCloseTo(before - 6, 9)
    const { letter, decision } = await seenBy(case_id)
    expect(decision).toMatchObject({ verdict: 'refund', reason: 'goodwill', automatic: false })
    expect(letter).toContain('Whoever decided writes: “We should have said so.”')
    const receipt = await api.done('getReceipt', {
      as: key,
      params: { receipt_id: call.replace('call_', 'rcpt_') },
    })
    expect(receipt.corrections).toMatchObject([{ kind: 'refund', reason: 'goodwill' }])
  })

  it.each([
    ['more than is left of the charge', { amount: '10.000000001' }, 'refund_line_invalid'],
    ['a call of nobody', { call_id: 'call_none' }, 'refund_line_invalid'],
    ['nothing', { amount: '0' }, 'refund_line_invalid'],
    ['a reason that is not in the policy', { reason: 'because' }, 'reason_unknown'],
  ] as const)('of %s is refused', async (_what, wrong, code) => {
    const { call, own } = await disputed(10)
    const before = await balance()
    const { reason = 'goodwill', ...line } = { reason: 'goodwill', ...wrong } as Record<
      string,
      string
    >
    const body = { calls: [{ call_id: call, amount: '1', ...line }], reason }
    const reply = await api.call('refundInCase', { as: tokens.ann, ...own, body })
    expect(reply).toMatchObject({ status: 422, body: { code } })
    expect(reply.body.errors).toHaveLength(1)
    expect(await balance()).toBe(before)
  })

  it('gives at least what the audit says is wrong, under its rule', async () => {
    const { call, own } = await disputed(8, 429)
    const less = await api.call('refundInCase', { as: tokens.ann, ...own, body: refund(call, '3') })
    expect(less.body.code).toBe('refund_line_invalid')
    await api.done('refundInCase', { as: tokens.ann, ...own, body: refund(call) })
    const { items } = await api.done('listAccountFindings', { params, query: { limit: 200 } })
    expect(items.find(({ calls }) => calls[0] === call)).toMatchObject({ status: 'remedied' })
  })
})

describe('a refund above the limits', () => {
  it('waits for a second person, who is somebody else with a higher limit', async () => {
    const before = await balance()
    const { call, own } = await disputed(60)
    const waiting = await api.done('refundInCase', { as: tokens.ann, ...own, body: refund(call) })
    expect(waiting).toMatchObject({ state: 'checked', pending: true, waiting: { by: 'ann' } })
    expect(await balance()).toBeCloseTo(before - 60, 9)
    const listed = await api.done('listCases', { as: tokens.lead, query: { view: 'approvals' } })
    expect(listed.items.map(({ case_id }) => case_id)).toEqual([own.params.case_id])
    expect((await api.call('approveCaseRefund', { as: tokens.bob, ...own })).status).toBe(403)
    const approved = await api.done('approveCaseRefund', { as: tokens.lead, ...own })
    expect(approved).toMatchObject({ state: 'settled', refunded: '60', pending: false })
    expect(await balance()).toBeCloseTo(before, 9)
  })

  it('is not approved by whoever asked for it, nor above the limit of a lead', async () => {
    const small = await disputed(1_001)
    await api.done('refundInCase', { as: tokens.lead, ...small.own, body: refund(small.call) })
    const self = await api.call('approveCaseRefund', { as: tokens.lead, ...small.own })
    expect(self).toMatchObject({ status: 403, body: { code: 'approval_by_another' } })
    await api.done('denyCaseRefund', { ...small.own, body: { words: 'Not like this.' } })
    await api.done('refundInCase', { as: tokens.ann, ...small.own, body: refund(small.call) })
    const above = await api.call('approveCaseRefund', { as: tokens.lead, ...small.own })
    expect(above).toMatchObject({ status: 403, body: { code: 'approval_limit' } })
    const done = await api.done('approveCaseRefund', small.own)
    expect(done).toMatchObject({ state: 'settled', refunded: '1001' })
  })

  it('that is refused leaves everything as it was, and the case open', async () => {
    const { call, own } = await disputed(55)
    await api.done('refundInCase', { as: tokens.ann, ...own, body: refund(call) })
    const before = await balance()
    const denied = await api.done('denyCaseRefund', {
      as: tokens.lead,
      ...own,
      body: { words: 'The charge is right.' },
    })
    expect(denied).toMatchObject({ state: 'checked', pending: false, waiting: null })
    expect(await balance()).toBe(before)
    expect((await api.call('approveCaseRefund', own)).body.code).toBe('case_step')
  })

  it('of a day is one sum, over all cases at once', async () => {
    const limits = { support: { USD: { case: '50', day: '100' } } }
    await api.done('publishSupportPolicy', { body: { ...POLICY, version: 2, limits } })
    const all = await Promise.all(Array.from({ length: 5 }, () => disputed(40)))
    const answers = await Promise.all(
      all.map(({ call, own }) =>
        api.done('refundInCase', { as: tokens.bob, ...own, body: refund(call) }),
      ),
    )
    expect(answers.filter(({ state }) => state === 'settled')).toHaveLength(2)
    expect(answers.filter(({ pending }) => pending)).toHaveLength(3)
    await api.done('publishSupportPolicy', { body: { ...POLICY, version: 3 } })
  })
})

describe('two at the same moment', () => {
  it('take an offer and give a refund: it is given back once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const before = await balance()
      const { call, own, case_id } = await disputed(5, 429)
      await Promise.all([
        api.call('acceptOffer', { as: key, params: { ...params, case_id } }),
        api.call('refundInCase', {
          as: tokens.ann,
          ...own,
          body: refund(call, undefined, 'wrong_charge'),
        }),
        api.call('refundInCase', {
          as: tokens.lead,
          ...own,
          body: refund(call, undefined, 'goodwill'),
        }),
        api.call('approveFinding', {
          params: { ...params, finding_key: `failed_call_charged:${call}` },
        }),
      ])
      expect(await balance()).toBeCloseTo(before, 9)
      const { events } = await api.done('getCase', own)
      expect(events.filter(({ kind }) => kind === 'decided')).toHaveLength(1)
      expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1))
    }
    await expectVerified(api.pool)
  })

  it('decide for and against: one of them decides, and the other is told', async () => {
    const { call, own } = await disputed(20)
    const replies = await Promise.all([
      api.call('refundInCase', { as: tokens.ann, ...own, body: refund(call) }),
      api.call('rejectCase', {
        as: tokens.bob,
        ...own,
        body: { reason: 'charge_is_right', words: 'It follows the price list.' },
      }),
    ])
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409])
    const { events } = await api.done('getCase', own)
    expect(events.filter(({ kind }) => kind === 'decided')).toHaveLength(1)
  })

  it('give back the same call in two cases: what is left of the charge is given once', async () => {
    const before = await balance()
    const one = await disputed(7)
    const body = { about: { calls: [one.call] }, words: 'Again.' }
    const { case_id } = await api.done('openDispute', { as: key, params, key: 'second', body })
    const two = { params: { case_id } }
    expect((await api.done('getCase', two)).related).toEqual([one.own.params.case_id])
    await Promise.all([
      api.call('refundInCase', { as: tokens.ann, ...one.own, body: refund(one.call) }),
      api.call('refundInCase', { as: tokens.bob, ...two, body: refund(one.call) }),
    ])
    expect(await balance()).toBeCloseTo(before, 9)
    const both = [await api.done('getCase', one.own), await api.done('getCase', two)]
    expect(both.map(({ refunded }) => refunded).sort()).toEqual(['0', '7'])
    const letters = await Promise.all(both.map(async (own) => (await seenBy(own.case_id)).letter))
    const promised = letters.flat().filter((line) => line.startsWith('You get'))
    expect(promised.sort()).toEqual(['You get $0.00 back.', 'You get $7.00 back.'])
  })
})

describe('a decision against the account', () => {
  it('says why in a letter, and can be appealed against, to somebody else', async () => {
    const { call, own, case_id } = await disputed(9)
    const against = { reason: 'charge_is_right', words: 'It follows the price list.' }
    await api.done('rejectCase', { as: tokens.ann, ...own, body: against })
    const mine = { as: key, params: { ...params, case_id } }
    const told = await api.done('getDispute', mine)
    expect(told).toMatchObject({ state: 'closed', can: ['appeal'] })
    expect(told.letter).toEqual(
      expect.arrayContaining([
        'Our check of these charges has found no fault.',
        'Nothing is given back.',
        'Reason: the charge follows the prices and the plan that were in force.',
      ]),
    )
    const appealed = await api.done('appealDecision', { ...mine, body: { words: 'Look again.' } })
    expect(appealed).toMatchObject({ state: 'appealed', decision: null })
    const again = await api.call('refundInCase', { as: tokens.ann, ...own, body: refund(call) })
    expect(again).toMatchObject({ status: 403, body: { code: 'approval_by_another' } })
    const done = await api.done('refundInCase', { as: tokens.bob, ...own, body: refund(call) })
    expect(done).toMatchObject({ state: 'settled', refunded: '9' })
    const late = await api.call('appealDecision', { ...mine, body: { words: 'Once more.' } })
    expect(late).toMatchObject({ status: 409, body: { code: 'appeal_over' } })
  })
})

describe('the queue', () => {
  it('shows what is mine, what nobody has, what is handed over', async () => {
    const { own, case_id } = await disputed(3)
    const inView = async (view: 'mine' | 'unassigned' | 'escalated', as = tokens.ann) => {
      const { items } = await api.done('listCases', { as, query: { view, limit: 200 } })
      return items.some((item) => item.case_id === case_id)
    }
    expect(await inView('unassigned')).toBe(true)
    expect(await api.done('takeCase', { as: tokens.ann, ...own })).toMatchObject({
      assignee: 'ann',
    })
    expect([
      await inView('mine'),
      await inView('mine', tokens.bob),
      await inView('unassigned'),
    ]).toEqual([true, false, false])
    expect((await seenBy(case_id)).person).toEqual({ staff_id: 'ann', name: 'ann B.' })
    const absent = { as: tokens.ann, ...own, body: { staff_id: 'nobody' } }
    expect((await api.call('assignCase', absent)).body.code).toBe('staff_unknown')
    await api.done('assignCase', { as: tokens.ann, ...own, body: { staff_id: 'bob' } })
    const up = { tier: 'finance', words: 'A matter of tax.' } as const
    const escalated = await api.done('escalateCase', { as: tokens.bob, ...own, body: up })
    expect(escalated).toMatchObject({ tier: 'finance', assignee: null, needs_person: true })
    expect(await inView('escalated')).toBe(true)
  })

  it('merges two of one account, and of no other', async () => {
    const one = await disputed(2)
    const two = await disputed(2)
    const into = { into: two.case_id }
    expect(await api.done('mergeCase', { as: tokens.ann, ...one.own, body: into })).toMatchObject({
      state: 'merged',
    })
    await api.account('elsewhere')
    const body = {
      about: { period: { from: '2020-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z' } },
      words: 'x',
    }
    const other = await api.done('askForPerson', {
      params: { account_id: 'elsewhere' },
      key: 'x',
      body: { words: body.words },
    })
    const foreign = { as: tokens.ann, ...two.own, body: { into: other.case_id } }
    expect((await api.call('mergeCase', foreign)).body.code).toBe('case_unknown')
  })

  it('writes with macros in the language of the case, and with no fact that there is not', async () => {
    const still = JSON.parse(readFileSync('data/support/macros/still_looking.json', 'utf8'))
    await api.done('publishMacro', { body: still })
    const call = await charged(12)
    const { case_id } = await api.done('openDispute', {
      as: key,
      params,
      key: 'in-japanese',
      body: { about: { calls: [call] }, words: '高すぎます。', language: 'ja' },
    })
    const own = { as: tokens.ann, params: { case_id } }
    await api.done('replyInCase', { ...own, body: { macro: 'still_looking' } })
    const { messages } = await seenBy(case_id)
    expect(messages.at(-1)).toMatchObject({ from: 'support' })
    expect(messages.at(-1)?.words).toContain(`ケース${case_id}(対象$12.00)は引き続き確認中です。`)
    await api.done('addToCase', { ...own, body: { kind: 'noted', words: 'for us only' } })
    expect(JSON.stringify(await seenBy(case_id))).not.toContain('for us only')
    const none = await api.call('replyInCase', { ...own, body: { macro: 'none' } })
    expect(none.body.code).toBe('macro_unknown')
    const wrong = { ...still, version: 2, en: 'Dear {name}' }
    const invalid = await api.call('publishMacro', { body: wrong })
    expect(invalid).toMatchObject({ status: 422, body: { code: 'macro_invalid' } })
    const other = await api.call('publishMacro', {
      body: { ...still, en: 'x {case} {amount} {due}' },
    })
    expect(other.body.code).toBe('macro_exists')
  })

  it('a dispute is decided, and never simply closed', async () => {
    const { own } = await disputed(2)
    const close = { as: tokens.ann, ...own, body: { kind: 'closed', words: 'x' } } as const
    expect((await api.call('addToCase', close)).body.code).toBe('case_step')
  })
})

describe('an agent', () => {
  it('reaches no route that moves money or settings but those of cases', async () => {
    const { call } = await disputed(2)
    const body = { call_id: call, reason: 'goodwill' }
    for (const as of [tokens.ann, tokens.lead])
      expect((await api.call('refund', { as, params, body })).status).toBe(403)
    const grant = { name: 'x', amount: '1', expires_at: null }
    expect((await api.call('grant', { as: tokens.lead, params, body: grant })).status).toBe(403)
  })
})
