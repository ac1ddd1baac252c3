import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, soon, startStockedApi } from './support.ts'

let api: Api
let key: string
const params = { account_id: 'acct' }
const usage = { tokens: { input: 10_000, output: 500 } }
const pause = () => new Promise((resolve) => setTimeout(resolve, 5))

const record = (call_id: string, more: object = {}) =>
  api.done('record', {
    body: { account_id: 'acct', call_id, model: 'small', usage, event_at: soon(), ...more },
  })
const now = () => api.done('getState', { as: key, params })
const at = (moment: string, compare?: string) =>
  api.done('getStateAt', { as: key, params, query: { at: moment, ...(compare && { compare }) } })

type Live = Awaited<ReturnType<typeof now>>
const seen: Live[] = []
/** What the state read says, with time on both sides of it in which nothing happens. */
async function look(): Promise<void> {
  await pause()
  seen.push(await now())
  await pause()
}

const without = <T extends { held: string; left?: string }>({
  held: _held,
  left: _left,
  ...own
}: T) => own

beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
  await look()
  await fund(api, 'acct', '10')
  await look()
  await record('call_0', { client: 'third_party' })
  await look()
  await api.done('refund', {
    params,
    key: 'back',
    body: { call_id: 'call_0', reason: 'goodwill', amount: '0.001' },
  })
  await look()
  await api.done('setControls', {
    params,
    key: 'caps',
    body: {
      caps: [
        { id: 'daily', scope: 'account', period: 'day', amount: '5' },
        { id: 'ann', scope: 'member', scope_id: 'ann', period: 'lifetime', amount: '3' },
      ],
      reason: 'a test',
    },
  })
  await record('call_1', { member_id: 'ann', client: 'third_party' })
  await look()
  await api.done('grant', {
    params,
    key: 'gift',
    body: { name: 'Gift', amount: '2', origin: 'gift', expires_at: null },
  })
  const call = { model: 'small', prompt_tokens_max: 100, max_output_tokens: 10 }
  await api.done('authorize', { as: key, body: { ...call, call_id: 'call_flight' } })
  await api.done('authorize', { as: key, body: { ...call, call_id: 'call_open' } })
  await look()
  await api.done('settle', {
    as: key,
    body: { call_id: 'call_flight', usage: { tokens: { input: 9 } } },
  })
  await look()
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

describe('the state at a moment', () => {
  it('is what the state read said then', async () => {
    expect(seen).toHaveLength(7)
    for (const live of seen) {
      const then = await at(live.as_of)
      expect(then).toMatchObject({
        seq: live.seq,
        status: live.status,
        plan: live.plan,
        paid_use: live.paid_use,
        in_flight: { calls: live.open_holds, complete: true },
      })
      const sorted = (caps: readonly { id: string }[]) =>
        [...caps].sort((a, b) => (a.id < b.id ? -1 : 1))
      expect(then.lots).toEqual(live.lots.map(({ held: _held, ...own }) => own))
      expect(sorted(then.caps.map(({ left: _left, ...own }) => own))).toEqual(
        sorted(live.caps.map(without)),
      )
      expect(then.windows.map(({ left: _left, ...own }) => own)).toEqual(live.windows.map(without))
    }
  })

  it('says what calls in flight held together, and that on which source is not known', async () => {
    const flying = seen[5]!
    const then = await at(flying.as_of)
    const sum = (name: 'money' | 'included') =>
      flying.holds.reduce((so, own) => so + BigInt(Math.round(Number(own[name]) * 1e9)), 0n)
    expect(BigInt(Math.round(Number(then.in_flight.money) * 1e9))).toBe(sum('money'))
    expect(BigInt(Math.round(Number(then.in_flight.included) * 1e9))).toBe(sum('included'))
    expect(then.not_known).toEqual(['held_by_source'])
    expect((await at(seen[1]!.as_of)).not_known).toEqual([])
  })

  it('names the price book that was in force', async () => {
    expect((await at(seen[0]!.as_of)).price_book).toBe('test-book')
  })

  it('tells what changed between two moments, whichever is named first', async () => {
    const [a, b] = [seen[1]!.as_of, seen[3]!.as_of]
    const forth = await at(a, b)
    const lot = forth.compare?.changes.find(({ source }) => source === 'lot')
    expect(lot).toMatchObject({ figure: 'remaining', before: '10', restarted: false })
    expect(Number(lot?.change)).toBeLessThan(0)
    expect(lot?.sentence.en).toContain('was left, then')
    const back = await at(b, a)
    expect(back.compare?.changes).toEqual(forth.compare?.changes)
    expect(back.compare?.with.seq).toBe(forth.seq)
  })

  it('refuses moments before the account and in the future, and says what to name', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString()
    for (const query of [
      { at: '2020-01-01T00:00:00Z' },
      { at: future },
      { at: seen[0]!.as_of, compare: future },
      { at: seen[0]!.as_of, compare: '2020-01-01T00:00:00Z' },
    ]) {
      const reply = await api.call('getStateAt', { as: key, params, query })
      expect([reply.status, reply.body.code]).toEqual([400, 'invalid_request'])
      expect(reply.text).toContain('Name a moment')
    }
  })

  it('of another account looks absent, as one that does not exist', async () => {
    await api.account('other')
    for (const account_id of ['other', 'nobody']) {
      const query = { at: seen[0]!.as_of }
      const reply = await api.call('getStateAt', { as: key, params: { account_id }, query })
      expect([reply.status, reply.body.code]).toEqual([404, 'account_unknown'])
    }
  })
})
