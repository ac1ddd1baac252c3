import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, soon, startStockedApi } from './support.ts'

/*
 * Whoever objects to a charge is answered at once with what our own check has found. What is wrong is offered and
 * given back once, whoever gives it; everything else goes to a person.
 */

const POLICY = JSON.parse(readFileSync('data/support/policy.json', 'utf8'))

let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  await api.done('publishSupportPolicy', { body: POLICY })
  await fund(api, 'own', '1000')
})
afterAll(() => api.close())

const params = { account_id: 'own' }
let made = 0
const id = (): string => {
  made += 1
  return `call_d${made}`
}

/** A call; one with a status that says that it failed was charged by mistake. */
async function charged(input: number, upstream_status = 200): Promise<string> {
  const call_id = id()
  await api.done('record', {
    as: key,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input } },
      event_at: soon(),
      evidence: { upstream_status },
    },
  })
  return call_id
}

const dispute = (calls: string[], at = `dispute-${calls[0]}`) =>
  api.done('openDispute', {
    as: key,
    params,
    key: at,
    body: { about: { calls }, words: 'That is not right.' },
  })

const balance = async (): Promise<number> => {
  const { lots } = await api.done('getState', { params })
  return lots.reduce((total, { remaining }) => total + Number(remaining), 0)
}

describe('a dispute about a charge that is wrong', () => {
  it('is answered with what was found, and what is offered for it', async () => {
    const call = await charged(2_000_000, 429)
    const opened = await dispute([call])
    expect(opened).toMatchObject({
      state: 'checked',
      amount: '2',
      findings: [{ rule: 'failed_call_charged', difference: '2', status: 'open' }],
      offer: { total: '2', lines: [{ call_id: call, amount: '2' }] },
      can: ['accept', 'write', 'ask_person', 'withdraw'],
    })
    expect(opened.findings[0]?.sentence).toBe('The call had failed or was refused.')
    expect(opened.tracker.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      'received done',
      'checked done',
      'decided due',
      'posted waiting',
      'sent waiting',
      'settled waiting',
    ])
    for (const { due_at } of opened.tracker.slice(1)) expect(due_at).not.toBeNull()
  })

  it('is given back as soon as the offer is taken, and the letter says why', async () => {
    const before = await balance()
    const call = await charged(3_000_000, 500)
    const { case_id } = await dispute([call])
    const own = { as: key, params: { ...params, case_id } }
    const taken = await api.done('acceptOffer', own)
    expect(await balance()).toBeCloseTo(before, 9)
    expect(taken).toMatchObject({
      state: 'settled',
      refunded: '3',
      decision: { verdict: 'refund', reason: 'finding', total: '3', automatic: true },
    })
    expect(taken.letter).toEqual(
      expect.arrayContaining([
        'You get $3.00 back.',
        'Reason: our own check has found the charge to be wrong.',
        'This was decided by our system, without a person.',
      ]),
    )
    expect(taken.tracker.every(({ state }) => state === 'done')).toBe(true)
    const japanese = await api.done('getDispute', { ...own, query: { lang: 'ja' } })
    expect(japanese.letter.join('')).toContain('$3.00をお戻しします。')
    const again = await api.call('acceptOffer', own)
    expect(again).toMatchObject({ status: 409, body: { code: 'case_closed' } })
    await expectVerified(api.pool)
  })

  it('that was given back before asks nothing more of anybody', async () => {
    const call = await charged(1_000_000, 429)
    await api.done('refund', {
      params,
      body: { call_id: call, reason: 'failed_call_charged' },
    })
    const opened = await dispute([call])
    expect(opened).toMatchObject({
      state: 'closed',
      offer: null,
      decision: { verdict: 'rejected', reason: 'nothing_charged', automatic: true },
    })
  })

  it('of a period is about every call in it', async () => {
    const from = new Date(Date.now() + 300).toISOString()
    await new Promise((resolve) => setTimeout(resolve, 350))
    const calls = [
      await charged(1_000_000, 429),
      await charged(4_000_000),
      await charged(1_000_000, 429),
    ]
    const until = new Date(Date.now() + 60_000).toISOString()
    const opened = await api.done('openDispute', {
      as: key,
      params,
      key: 'a-period',
      body: { about: { period: { from, until } }, words: 'Too much in that hour.' },
    })
    expect(opened).toMatchObject({ amount: '6', offer: { total: '2' } })
    expect(opened.offer?.lines.map(({ call_id }) => call_id).sort()).toEqual(
      [calls[0], calls[2]].sort(),
    )
  })
})

describe('a dispute about a charge that seems right', () => {
  it('waits for a person, and says by when', async () => {
    const call = await charged(1_000_000)
    const opened = await dispute([call])
    expect(opened).toMatchObject({ state: 'checked', findings: [], offer: null, decision: null })
    expect(opened.can).not.toContain('accept')
    const own = { as: key, params: { ...params, case_id: opened.case_id } }
    expect((await api.call('acceptOffer', own)).body.code).toBe('case_step')
    const staff = await api.done('getCase', { params: { case_id: opened.case_id } })
    expect(staff).toMatchObject({ needs_person: true, assignee: null })
    expect(staff.left_seconds).toBeGreaterThan(86_400)
  })

  it('about a call that cost nothing is decided at once', async () => {
    const call = await charged(0)
    expect(await dispute([call])).toMatchObject({
      state: 'closed',
      decision: { verdict: 'rejected', reason: 'nothing_charged' },
    })
  })

  it('can be taken back, and then takes no more steps', async () => {
    const { case_id } = await dispute([await charged(1_000_000)])
    const own = { as: key, params: { ...params, case_id } }
    expect(await api.done('withdrawDispute', own)).toMatchObject({ state: 'withdrawn', can: [] })
    const late = await api.call('writeInDispute', { ...own, body: { words: 'late' } })
    expect(late.body.code).toBe('case_closed')
  })
})

describe('opening one', () => {
  it('again is the same one, and another one under its id is a mistake', async () => {
    const call = await charged(1_000_000)
    const [one, two] = await Promise.all([dispute([call], 'same'), dispute([call], 'same')])
    expect(two.case_id).toBe(one.case_id)
    const other = await api.call('openDispute', {
      as: key,
      params,
      key: 'same',
      body: { about: { calls: [call] }, words: 'Something else.' },
    })
    expect(other).toMatchObject({ status: 409, body: { code: 'request_conflict', field: 'words' } })
  })

  it.each([
    ['calls that are not charged', { calls: ['call_none'] }, 'charge_unknown'],
    ['a purchase that there is not', { payment_id: 'pay_none' }, 'purchase_unknown'],
    [
      'a period that ends before it begins',
      { period: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
      'invalid_request',
    ],
  ] as const)('about %s is refused: nothing is opened', async (_what, about, code) => {
    const count = async () =>
      (await api.database.pool.query('select count(*) from control.case_file')).rows[0].count
    const before = await count()
    const body = { about, words: 'x' } as never
    const reply = await api.call('openDispute', { as: key, params, key: code, body })
    expect(reply.body.code).toBe(code)
    expect(await count()).toBe(before)
  })

  it('about another account’s call, or looking at its cases, shows nothing', async () => {
    const other = (await api.account('other')).key
    const call = await charged(1_000_000, 429)
    const { case_id } = await dispute([call])
    const foreign = await api.call('openDispute', {
      as: other,
      params: { account_id: 'other' },
      key: 'foreign',
      body: { about: { calls: [call] }, words: 'x' },
    })
    expect(foreign.body.code).toBe('charge_unknown')
    const look = { as: other, params: { account_id: 'other', case_id } }
    const hidden = await api.call('getDispute', look)
    const absent = await api.call('getDispute', {
      ...look,
      params: { ...look.params, case_id: 'case_x' },
    })
    expect([hidden.status, hidden.text]).toEqual([404, absent.text])
  })
})

describe('a person', () => {
  it('can be asked for at any time, in a case or without one', async () => {
    const { case_id } = await dispute([await charged(1_000_000, 429)])
    const asked = await api.done('askForPerson', {
      as: key,
      params,
      key: 'p1',
      body: { words: 'Please call me.', case_id },
    })
    expect(asked.case_id).toBe(case_id)
    expect(asked.messages.map(({ words }) => words)).toEqual([
      'That is not right.',
      'Please call me.',
    ])
    expect(await api.done('getCase', { params: { case_id } })).toMatchObject({ needs_person: true })
    const again = (words: string) =>
      api.call('askForPerson', { as: key, params, key: 'p1', body: { words, case_id } })
    expect((await again('Please call me.')).body.messages).toHaveLength(2)
    expect(await again('Or write.')).toMatchObject({
      status: 409,
      body: { code: 'request_conflict', field: 'words' },
    })
    const question = { as: key, params, key: 'p2', body: { words: 'Who are you?' } }
    const opened = await api.done('askForPerson', question)
    expect(opened).toMatchObject({ origin: 'person_asked', state: 'received' })
    expect((await api.done('askForPerson', question)).case_id).toBe(opened.case_id)
  })
})

describe('what the account is told', () => {
  it('received, decided and given back, once each, in both languages', async () => {
    const call = await charged(1_000_000, 429)
    const { case_id } = await dispute([call])
    await api.done('acceptOffer', { as: key, params: { ...params, case_id } })
    await api.done('getDispute', { as: key, params: { ...params, case_id } })
    const told = async (lang: 'en' | 'ja') => {
      const { items } = await api.done('listAlerts', {
        as: key,
        params,
        query: { lang, limit: 200 },
      })
      return items.filter(({ facts }) => facts.case_id === case_id)
    }
    expect((await told('en')).map(({ message }) => message.title).sort()).toEqual([
      `$1.00 was given back: case ${case_id}`,
      `Case ${case_id} is decided: you get $1.00 back`,
      `We have your dispute: case ${case_id}`,
    ])
    expect((await told('ja')).map(({ message }) => message.title)).toContain(
      `$1.00をお戻ししました: ケース${case_id}`,
    )
  })
})
