import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, startStockedApi, TEST_PLAN } from './support.ts'

/* What a figure leads to that is no call: one entry of the journal, in facts and in words. */

let api: Api
let key: string
const of = { params: { account_id: 'acct_team' } }

beforeAll(async () => {
  api = await startStockedApi()
  const [window] = TEST_PLAN.windows
  const plan = (id: string, more: object) => ({
    ...{ id, name: id, currency: 'USD', windows: [window], coverage: [], ...more },
  })
  for (const document of [
    plan('free', {}),
    plan('team', {
      fallback: 'free',
      seats: { min: 2, max: 10, price_each: '30' },
    }),
  ]) {
    await api.done('createPlan', { body: document as never })
    await api.done('publishPlan', { params: { plan_id: document.id, version: 1 } })
  }
  key = (await api.account('acct_team', { plan: 'free@1' })).key
})
afterAll(() => api.close())

const entry = (seq: number, query: { lang?: 'en' | 'ja' } = {}, as = key) =>
  api.done('getEntry', { as, params: { account_id: 'acct_team', seq }, query })

describe('an entry of the journal', () => {
  it('of a fee says what each line is made of, in both languages', async () => {
    const bought = await api.done('changeSubscription', {
      ...of,
      key: 'start',
      body: { plan: 'team', seats: 3, payment: { payment_id: 'pi_1', tax: '9' } },
    })
    const own = await entry(bought.seq)
    expect(own.entry).toMatchObject({ seq: bought.seq, hash: bought.hash, fee: bought.fee })
    const [line] = own.entry.fee!.lines
    expect(line).toMatchObject({ type: 'seats', full: '90', amount: '90' })
    expect(line!.period_start).toBe(line!.from)
    expect(own.sentences.join(' ')).toContain('3 × $30.00 = $90.00.')
    const more = await api.done('changeSubscription', {
      ...of,
      key: 'more',
      body: { seats: 5, payment: { payment_id: 'pi_2' } },
    })
    const { sentences } = await entry(more.seq)
    expect(sentences.join(' ')).toMatch(/5 × \$30\.00 × [\d,.]+ s ÷ [\d,]+ s = \$1\d\d\.\d+/)
    expect(sentences.join(' ')).toMatch(/-\$90\.00 × [\d,.]+ s ÷ [\d,]+ s = -\$/)
    const ja = await entry(more.seq, { lang: 'ja' })
    expect(ja.sentences.join('')).toMatch(/5 × \$30\.00 × [\d,.]+秒 ÷ [\d,]+秒/)
    const { fee_seq } = await api.done('getSubscription', { ...of, as: key })
    expect(fee_seq).toBe(more.seq)
  })

  it('that charged no fee is not what charged it last, nor is one that was refused', async () => {
    const before = await api.done('getSubscription', of)
    await api.done('cancelSubscription', { ...of, key: 'later', body: {} })
    const refused = await api.call('changeSubscription', {
      ...of,
      key: 'too-many',
      body: { seats: 11 },
    })
    expect(refused.body.code).toBe('seats_invalid')
    const after = await api.done('getSubscription', of)
    expect(after.seq).toBeGreaterThan(before.seq)
    expect(after.fee_seq).toBe(before.fee_seq)
  })

  it('of credit is told by the name of its lot, also where it only names it by id', async () => {
    const granted = await api.done('grant', {
      ...of,
      key: 'gift',
      body: { name: 'Hello', amount: '5', expires_at: null },
    })
    expect((await entry(granted.seq)).sentences).toEqual([expect.stringContaining('Hello')])
    const lot_id = granted.lot!.id
    const voided = await api.done('voidLot', {
      params: { account_id: 'acct_team', lot_id },
      key: 'void',
      body: { reason: 'A mistake.' },
    })
    expect((await entry(voided.seq)).sentences.join(' ')).toContain('Hello')
  })

  it('that is not there looks like one of another account', async () => {
    const { seq } = await entry(1)
    const absent = await api.call('getEntry', {
      as: key,
      params: { account_id: 'acct_team', seq: seq + 1 },
    })
    expect([absent.status, absent.body.code]).toEqual([404, 'entry_unknown'])
    await api.account('acct_other', { plan: 'free@1' })
    const foreign = await api.call('getEntry', {
      as: key,
      params: { account_id: 'acct_other', seq: 1 },
    })
    expect([foreign.status, foreign.body.code]).toEqual([404, 'account_unknown'])
  })

  it('is of no developer but whose call it is about', async () => {
    const params = { account_id: 'acct_team' }
    const member = { member_id: 'dev', name: 'Dev', role: 'developer' } as const
    await api.done('addMember', { params, body: member })
    const made = await api.done('createKey', { params, body: { name: 'dev', member_id: 'dev' } })
    const usage = { tokens: { input: 1_000, output: 100 } }
    await api.done('record', {
      as: made.key,
      body: { call_id: 'call_dev', model: 'small', usage, event_at: new Date().toISOString() },
    })
    const { items } = await api.done('listEntries', { as: made.key, params })
    const [own] = items
    const { sentences, seq } = await entry(own!.seq, {}, made.key)
    expect(sentences.join(' ')).toContain('1 call')
    const fee = await api.call('getEntry', { as: made.key, params: { ...params, seq: seq - 1 } })
    expect([fee.status, fee.body.code]).toEqual([404, 'entry_unknown'])
  })
})
