import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, soon, startStockedApi } from './support.ts'

let api: Api
let key: string
const params = { account_id: 'acct' }
const usage = { tokens: { input: 10_000, cache_read: 1_000, output: 500 } }

beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
  await fund(api, 'acct', '10')
  const record = (call_id: string, more: object = {}) =>
    api.done('record', {
      as: key,
      body: { call_id, model: 'small', usage, event_at: soon(), ...more },
    })
  await record('call_0')
  await record('call_1', { outcome: 'upstream_failed_mid_stream' })
  await record('call_2', { client: 'third_party' })
  await record('raw-id', { member_id: 'ann' })
  await record('call_4', { model: 'large', usage: { tokens: { input: 1_000 } } })
  // a failed attempt, then a good one
  const call = { model: 'small', prompt_tokens_max: 100, max_output_tokens: 10, call_id: 'call_5' }
  await api.done('authorize', { as: key, body: call })
  await api.done('release', { as: key, body: { call_id: 'call_5' } })
  await api.done('authorize', { as: key, body: { ...call, attempt: 2 } })
  await api.done('settle', {
    as: key,
    body: { call_id: 'call_5', attempt: 2, usage: { tokens: { input: 9 } } },
  })
  await api.done('authorize', { as: key, body: { ...call, call_id: 'call_open' } })
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

describe('a receipt', () => {
  it('says what the call cost, line by line, and why from there', async () => {
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_2' } })
    expect(receipt).toMatchObject({
      receipt_id: 'rcpt_2',
      status: 'settled',
      currency: 'USD',
      coverage: { effect: 'credits_only' },
      amounts: { total: { amount: '0.0151' }, charged: { amount: '0.0151' } },
    })
    const sum = receipt.lines.reduce((total, line) => total + Number(line.amount) * 1e9, 0)
    expect(sum).toBe(15_100_000)
    expect(receipt.funding.map(({ class: own, reason }) => [own, reason])).toEqual([
      ['included', 'credits_only'],
      ['paid', null],
    ])
    expect(receipt.funding[1]).toMatchObject({ name: 'Top-up', drawn: '0.0151' })
    expect(receipt.windows).not.toEqual([])
  })

  it('is found under the call’s own id where that has no prefix', async () => {
    const receipt = await api.done('getReceipt', { as: key, params: { receipt_id: 'rcpt_raw-id' } })
    expect(receipt.call_id).toBe('raw-id')
  })

  it('is the same for the operator, who names the account', async () => {
    const own = await api.call('getReceipt', { as: key, params: { receipt_id: 'rcpt_0' } })
    const operators = await api.call('getReceipt', {
      params: { receipt_id: 'rcpt_0' },
      query: params,
    })
    expect(operators.text).toBe(own.text)
  })

  it('of a call in flight is not there yet, and says so', async () => {
    const reply = await api.call('getReceipt', { as: key, params: { receipt_id: 'rcpt_open' } })
    expect(reply).toMatchObject({ status: 409, body: { code: 'receipt_pending', retryable: true } })
  })

  it('that does not exist is not found, whatever its id looks like', async () => {
    for (const receipt_id of ['rcpt_nope', 'call_0', 'x', 'rcpt_'])
      expect(await api.call('getReceipt', { as: key, params: { receipt_id } })).toMatchObject({
        status: 404,
        body: { code: 'receipt_unknown' },
      })
  })

  it('is explained in words, in two languages and three lengths', async () => {
    const ask = (query: object) =>
      api.done('explainReceipt', { as: key, params: { receipt_id: 'rcpt_2' }, query })
    const line = await ask({ length: 'short' })
    expect(line.sentences).toHaveLength(1)
    const short = await ask({})
    expect(short).toMatchObject({ lang: 'en', length: 'medium' })
    const full = await ask({ lang: 'ja', length: 'long' })
    expect(full.sentences.length).toBeGreaterThan(short.sentences.length)
    expect(full.sentences.join('')).toMatch(/[ぁ-ん]/)
  })
})

describe('the list of calls', () => {
  const ids = async (query: object) =>
    (await api.done('listCalls', { as: key, params, query })).items.map((item) => item.call_id)

  it('has one row a call, the latest first, as its receipt says it stands', async () => {
    const { items, next_cursor } = await api.done('listCalls', { as: key, params })
    expect(items.map((item) => item.call_id)).toEqual([
      'call_5',
      'call_4',
      'raw-id',
      'call_2',
      'call_1',
      'call_0',
    ])
    expect(next_cursor).toBeNull()
    expect(items[0]).toMatchObject({ attempts: 2, status: 'settled' })
    expect(items[4]).toMatchObject({ status: 'not_billed', amounts: { charged: { amount: '0' } } })
    for (const item of items) {
      const receipt = await api.done('getReceipt', {
        as: key,
        params: { receipt_id: item.receipt_id },
      })
      expect(item.amounts).toEqual(receipt.amounts)
      expect(item.seq).toBe(receipt.seq)
    }
  })

  it('gives every call once over all pages', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = { limit: 2, ...(cursor && { cursor }) }
      const page = await api.done('listCalls', { as: key, params, query })
      seen.push(...page.items.map((item) => item.call_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(await ids({}))
  })

  it('is filtered by model, outcome, key, member and time', async () => {
    expect(await ids({ model: 'large' })).toEqual(['call_4'])
    expect(await ids({ outcome: 'upstream_failed_mid_stream' })).toEqual(['call_1'])
    expect(await ids({ outcome: 'error_before_output' }), 'the retry succeeded').toEqual([])
    expect(await ids({ member_id: 'ann' })).toEqual(['raw-id'])
    expect(await ids({ member_id: 'bob' })).toEqual([])
    const [own] = (await api.done('listKeys', { as: key, params })).items
    expect(await ids({ key_id: own!.key_id })).toHaveLength(6)
    expect(await ids({ key_id: 'key_other' })).toEqual([])
    expect(await ids({ to: '2020-01-01T00:00:00Z' })).toEqual([])
    expect(await ids({ from: '2020-01-01T00:00:00Z' })).toHaveLength(6)
  })
})

describe('the journal', () => {
  it('is gap-free, hashed, and read page by page', async () => {
    const seqs: number[] = []
    let cursor: string | undefined
    do {
      const query = { limit: 3, ...(cursor && { cursor }) }
      const page = await api.done('listEntries', { as: key, params, query })
      seqs.push(...page.items.map((item) => item.seq))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seqs.length - index))
    const { items } = await api.done('listEntries', { as: key, params, query: { kind: 'top_up' } })
    expect(items).toMatchObject([{ kind: 'top_up', actor: { type: 'operator' } }])
  })

  it('says who gave the order, and never shows a credential', async () => {
    const { items } = await api.done('listEntries', { as: key, params, query: { limit: 200 } })
    const record = items.find((item) => item.kind === 'record')
    expect(record?.actor).toMatchObject({ type: 'key', from: 'POST /v1/record' })
    expect(JSON.stringify(items)).not.toContain(key.slice(12))
  })
})

describe('usage by the hour', () => {
  it('adds up to what the receipts say, whatever the grouping', async () => {
    const { items } = await api.done('listCalls', { as: key, params, query: { limit: 200 } })
    const nanos = (text: string | null) => Math.round(Number(text ?? 0) * 1e9)
    const paid = items.reduce((total, item) => total + nanos(item.amounts.charged.amount), 0)
    const covered = items.reduce(
      (total, item) => total + nanos(item.amounts.covered_by_plan.amount),
      0,
    )
    for (const group_by of ['hour', 'day', 'model', 'day_and_model', 'total'] as const) {
      const sums = await api.done('getUsage', { as: key, params, query: { group_by } })
      expect(nanos(sums.totals.paid), group_by).toBe(paid)
      expect(nanos(sums.totals.included), group_by).toBe(covered)
      const rows = sums.items.reduce((total, row) => total + nanos(row.paid), 0)
      expect(rows).toBe(paid)
    }
    const models = await api.done('getUsage', { as: key, params, query: { group_by: 'model' } })
    expect(models.items.map((row) => row.model)).toEqual(['large', 'small'])
    const one = await api.done('getUsage', { as: key, params, query: { model: 'large' } })
    expect(one.totals.input_tokens).toBe(1_000)
  })

  it('of an interval without calls is empty, and an interval that ends before it begins is refused', async () => {
    const query = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' }
    const empty = await api.done('getUsage', { as: key, params, query })
    expect(empty).toMatchObject({ items: [], totals: { attempts: 0, paid: '0' } })
    const backwards = { from: query.to, to: query.from }
    const reply = await api.call('getUsage', { as: key, params, query: backwards })
    expect(reply.body.errors).toMatchObject([{ location: 'query/from' }])
  })
})
