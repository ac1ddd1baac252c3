import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../src/engine/index.ts'
import { AlertWatch } from '../../src/jobs/alerts/watch.ts'
import { Detection } from '../../src/jobs/detection.ts'
import { CatalogueCache } from '../../src/store/control/index.ts'
import { createPool } from '../../src/store/pool.ts'
import { verify } from '../../src/store/verify/index.ts'
import { type Api, startStockedApi } from './support.ts'

/*
 * The platform was wrong: calls that failed with a 429 were taken for successes, and charged. The books are
 * those of such a platform: its entries are made by the real engine, from evidence that says otherwise.
 */

const POLICY = JSON.parse(readFileSync('data/remedies/default.json', 'utf8'))
const EVENT_AT = () => new Date().toISOString()

let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('own')).key
  await api.done('grant', {
    params: { account_id: 'own' },
    body: { name: 'Gift', amount: '1000', expires_at: null },
    key: 'gift',
  })
})
afterAll(() => api.close())

const round = (engine: Engine = api.engine) =>
  new Detection().round({ pool: api.pool, engine }, Date.now())

/** A call that failed and was charged nevertheless. */
async function wronged(call_id: string, input = 1_000_000): Promise<string> {
  const entry = await api.done('record', {
    as: key,
    body: {
      call_id,
      model: 'small',
      usage: { tokens: { input } },
      event_at: EVENT_AT(),
      evidence: { upstream_status: 429 },
    },
  })
  return entry.totals!.total
}

const params = { account_id: 'own' }
const left = async () => {
  const { lots } = await api.done('getState', { params })
  return lots.map(({ remaining }) => remaining)
}
const findings = async () => (await api.done('listAccountFindings', { as: key, params })).items
const find = async (call: string) => (await findings()).find(({ calls }) => calls[0] === call)!
const sound = async () => (await verify(api.pool)).ok

/** Longer than refunds that may follow one another are waited for. */
const A_MINUTE = 65_000

describe('a wrong charge', () => {
  it('is found and waits for a person where no policy is published', async () => {
    const charged = await wronged('call_before')
    await round()
    expect(await find('call_before')).toMatchObject({
      rule: 'failed_call_charged',
      status: 'proposed',
      status_reason: 'no_policy',
      posted: charged,
      expected: '0',
      difference: charged,
      receipts: ['rcpt_before'],
    })
  })

  it('is given back at once by the policy, to where it came from, and the receipt says why', async () => {
    await api.done('publishRemedyPolicy', { body: POLICY })
    const before = await left()
    await wronged('call_bug')
    expect(await left()).not.toEqual(before)
    await round()
    expect(await left()).toEqual(before)
    expect(await find('call_bug')).toMatchObject({
      status: 'remedied',
      decided_by: { id: 'detection' },
    })
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_bug' } })
    expect(receipt).toMatchObject({
      status: 'refunded',
      corrections: [{ kind: 'refund', reason: 'failed_call_charged' }],
    })
    expect(await sound()).toBe(true)
  })

  const lookOn = (atMs: number) =>
    new AlertWatch({
      pool: api.pool,
      catalogue: new CatalogueCache(api.pool, Date.now),
    }).look(['own'], atMs as never)
  const told = async (lang: 'en' | 'ja') => {
    const query = { kind: 'refund_given', lang } as const
    return (await api.done('listAlerts', { as: key, params, query })).items
  }

  it('that was given back is told to the account once, in plain words of both languages', async () => {
    await lookOn(Date.now())
    expect(await told('en'), 'more of them may follow').toEqual([])
    for (const _ of [1, 2]) await lookOn(Date.now() + A_MINUTE)
    const [english, ...more] = await told('en')
    expect(more).toEqual([])
    expect(english?.message.title).toMatch(/^We charged \$[\d.]+ wrongly, and have given it back$/)
    expect(english?.message.lines.slice(0, 4)).toEqual([
      'It is about the call of receipt rcpt_bug.',
      'The call had failed or was refused.',
      expect.stringMatching(/^Journal entry \d+ has the rest\.$/),
      expect.stringContaining('went back to the credit that it came from.'),
    ])
    const [japanese] = await told('ja')
    expect(japanese?.message.title).toContain('お戻ししました')
    expect(japanese?.message.lines).toContain('失敗または拒否された呼び出しでした。')
  })

  it('of many calls is told in one message, with how many, the sum and the list', async () => {
    const before = (await told('en')).length
    const many = Array.from({ length: 23 }, (_, index) => `call_many_${index}`)
    let sum = 0
    for (const call of many) sum += Number(await wronged(call))
    await round()
    // two servers at once, before and after they have waited for more
    for (const wait of [0, 0, A_MINUTE, A_MINUTE])
      await Promise.all([lookOn(Date.now() + wait), lookOn(Date.now() + wait)])
    const [english, ...older] = await told('en')
    expect(older).toHaveLength(before)
    expect(english?.message.title).toMatch(/^We charged \$[\d.]+ wrongly, 23 times, and have given/)
    expect(Number(/\$([\d.]+)/.exec(english?.message.title ?? '')?.[1])).toBeCloseTo(sum, 2)
    const { lines } = english!.message
    expect(lines.filter((line) => line.includes('receipt rcpt_many_'))).toHaveLength(20)
    expect(lines).toContain('And 3 more: your list of findings has all.')
    expect((await told('ja'))[0]?.message.title).toContain('23件')
  })

  it('is given back once, whatever rounds, nodes and people do at the same moment', async () => {
    const before = await left()
    const calls = Array.from({ length: 12 }, (_, index) => `call_race_${index}`)
    for (const call of calls) await wronged(call)
    const pool = createPool(api.database.url, { max: 4, applicationName: 'another node' })
    const other = await createEngine({ pool })
    await Promise.all([
      round(),
      new Detection().round({ pool, engine: other }, Date.now()),
      ...calls.map((call_id) =>
        api.call('refund', { params, body: { call_id, reason: 'failed_call_charged' } }),
      ),
    ])
    await round()
    await other.close()
    await pool.end()
    expect(await left()).toEqual(before)
    const found = (await findings()).filter(({ calls: [call = ''] }) => calls.includes(call))
    expect(found).toHaveLength(calls.length)
    expect(new Set(found.map(({ status }) => status)).size).toBeLessThanOrEqual(2)
    for (const { status } of found) expect(['remedied', 'superseded']).toContain(status)
    expect(await sound()).toBe(true)
  })

  it('that a crash left between its reservation and its refund is given back by the next round', async () => {
    const before = await left()
    await wronged('call_crash')
    await api.done('checkAccount', { as: key, params })
    await api.database.pool.query(
      "update accounts.finding set status = 'refunding' where finding_key like '%call_crash'",
    )
    await round()
    expect(await find('call_crash')).toMatchObject({ status: 'remedied' })
    expect(await left()).toEqual(before)
  })

  it('beyond a ceiling waits for a person, who gives it back once', async () => {
    const before = await left()
    const charged = await wronged('call_large', 900_000_000)
    await round()
    expect(await find('call_large')).toMatchObject({
      status: 'proposed',
      status_reason: 'above_finding_ceiling',
      difference: charged,
    })
    const finding_key = 'failed_call_charged:call_large'
    const own = { params: { ...params, finding_key } }
    const [one, two] = await Promise.all([
      api.call('approveFinding', own),
      api.call('approveFinding', own),
    ])
    expect([one.status, two.status]).toEqual([200, 200])
    expect(await find('call_large')).toMatchObject({
      status: 'remedied',
      decided_by: { type: 'operator' },
    })
    expect(await left()).toEqual(before)
    expect((await api.call('approveFinding', own)).status, 'a repeat').toBe(200)
    expect(await left()).toEqual(before)
  })

  it('of a day is given back up to the ceiling of the day, by however many rounds at once', async () => {
    const charged = await wronged('call_size')
    await round()
    const each = Number(charged)
    const spent = await api.database.pool.query<{ spent: string }>(
      "select spent from accounts.remedy_spent where account_id = '*'",
    )
    const day = Number(spent.rows[0]!.spent) / 1e9 + 2.5 * each
    const ceilings = {
      USD: { finding: '20', account_day: day.toFixed(9), rule_day: '2000', day: '2000' },
    }
    await api.done('publishRemedyPolicy', {
      body: { ...POLICY, version: POLICY.version + 1, ceilings },
    })
    const calls = Array.from({ length: 6 }, (_, index) => `call_day_${index}`)
    for (const call of calls) await wronged(call)
    await Promise.all([round(), round(), round()])
    const states = await Promise.all(calls.map(async (call) => (await find(call)).status))
    expect(states.filter((status) => status === 'remedied')).toHaveLength(2)
    expect(states.filter((status) => status === 'proposed')).toHaveLength(4)
  })
})

describe('a right charge', () => {
  it('gives no finding, however often it is looked at', async () => {
    const before = (await findings()).length
    await api.done('record', {
      as: key,
      body: {
        call_id: 'call_right',
        model: 'small',
        usage: { tokens: { input: 1_000 } },
        event_at: EVENT_AT(),
        evidence: { upstream_status: 200 },
      },
    })
    await round()
    await round()
    expect((await findings()).length).toBe(before)
  })
})

describe('who decides', () => {
  it('a finding that is dismissed stays as it is, and its reason is kept', async () => {
    await wronged('call_dismissed', 900_000_000)
    await round()
    const own = { params: { ...params, finding_key: 'failed_call_charged:call_dismissed' } }
    const dismissed = await api.done('dismissFinding', { ...own, body: { reason: 'a test call' } })
    expect(dismissed).toMatchObject({ status: 'dismissed', status_reason: 'a test call' })
    const reply = await api.call('approveFinding', own)
    expect(reply).toMatchObject({ status: 409, body: { code: 'finding_decided' } })
    const absent = { params: { ...params, finding_key: 'x' } }
    expect((await api.call('approveFinding', absent)).body.code).toBe('finding_unknown')
  })

  it('an account holder sees what was found in the own account, and decides nothing', async () => {
    expect((await findings()).length).toBeGreaterThan(5)
    expect((await api.call('listFindings', { as: key })).status).toBe(403)
    const own = { params: { ...params, finding_key: 'failed_call_charged:call_size' } }
    expect((await api.call('approveFinding', { as: key, ...own })).status).toBe(403)
  })

  it('a policy that names no rule of the audit is not published, nor a version twice', async () => {
    const wrong = { ...POLICY, version: 9, rules: { nonsense: 'refund' } }
    const reply = await api.call('publishRemedyPolicy', { body: wrong })
    expect(reply).toMatchObject({ status: 422, body: { code: 'remedy_policy_invalid' } })
    const other = { ...POLICY, rules: {} }
    const taken = await api.call('publishRemedyPolicy', { body: other })
    expect(taken).toMatchObject({ status: 409, body: { code: 'remedy_policy_exists' } })
    expect((await api.call('publishRemedyPolicy', { body: POLICY })).status, 'unchanged').toBe(200)
    const { items } = await api.done('listRemedyPolicies')
    expect(
      items.filter(({ in_force }) => in_force).map(({ document }) => document.version),
    ).toEqual([POLICY.version + 1])
  })

  it('pages through the findings, each once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await api.done('listFindings', {
        query: { limit: 3, ...(cursor && { cursor }) },
      })
      seen.push(...page.items.map(({ finding_key }) => finding_key))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe((await findings()).length)
  })
})
