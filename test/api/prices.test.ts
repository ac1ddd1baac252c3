import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, expectVerified, fund, journalOf, startStockedApi, TEST_BOOK } from './support.ts'

let api: Api
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  key = (await api.account('acct')).key
})
afterAll(async () => {
  await expectVerified(api.database.pool)
  await api.close()
})

const response = {
  id: 'msg_1',
  model: 'small',
  usage: { input_tokens: 50_000, output_tokens: 400, cache_read_input_tokens: 3_990 },
}

describe('rating a response', () => {
  it('gives disjoint quantities, lines that add up, and stores nothing', async () => {
    const before = await journalOf(api.database.pool)
    const rated = await api.done('rate', { as: key, body: { dialect: 'anthropic', response } })
    expect(rated).toMatchObject({
      status: 'priced',
      price_book: 'test-book',
      quantities: { input: 50_000, cache_read: 3_990, output: 400 },
      total: '0.054399',
      currency: 'USD',
      band: null,
    })
    const lines = rated.lines.reduce((sum, line) => sum + Math.round(Number(line.amount) * 1e9), 0)
    expect(lines).toBe(54_399_000)
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it('takes a price book in full, or by its id', async () => {
    const rows = [
      { model: 'small', kind: 'input' as const, per_mtok: '2' },
      { model: 'small', kind: 'cache_read' as const, per_mtok: '0' },
      { model: 'small', kind: 'output' as const, per_mtok: '0' },
    ]
    const price_book = { ...TEST_BOOK, id: 'mine', rows }
    const body = { dialect: 'anthropic' as const, response }
    const own = await api.done('rate', { as: key, body: { ...body, price_book } })
    expect(own).toMatchObject({ price_book: 'mine', total: '0.1' })
    const named = await api.done('rate', { as: key, body: { ...body, price_book_id: 'test-book' } })
    expect(named.total).toBe('0.054399')
    const both = { ...body, price_book, price_book_id: 'test-book' }
    expect((await api.call('rate', { as: key, body: both })).status).toBe(400)
    const absent = { ...body, price_book_id: 'absent' }
    expect((await api.call('rate', { as: key, body: absent })).body.code).toBe('price_book_unknown')
    const negative = {
      ...price_book,
      rows: [{ ...rows[0]!, per_mtok: '1', when: { feature: 'x' } }],
    }
    const invalid = await api.call('rate', { as: key, body: { ...body, price_book: negative } })
    expect(invalid.body.code).toBe('price_book_invalid')
  })

  it('never guesses: no price is unpriced, no usage is missing', async () => {
    const body = { dialect: 'anthropic' as const, response: { ...response, model: 'unheard-of' } }
    const unpriced = await api.done('rate', { as: key, body })
    expect(unpriced).toMatchObject({
      status: 'unpriced',
      total: null,
      lines: [],
      reason: 'unknown_model',
      missing: ['unheard-of'],
    })
    const missing = { dialect: 'openai_chat' as const, response: { model: 'small' } }
    expect(await api.done('rate', { as: key, body: missing })).toMatchObject({
      status: 'usage_missing',
      total: null,
      quantities: {},
    })
    const none = await api.done('rate', { as: key, body: { ...body, currency: 'JPY' } })
    expect(none).toMatchObject({ status: 'unpriced', reason: 'no_price_book', currency: null })
  })
})

describe('an estimate', () => {
  const call = { model: 'small', prompt_tokens_max: 1_000, max_output_tokens: 100 }

  it('says low, expected and worst, which source would pay, and keeps nothing', async () => {
    const before = await journalOf(api.database.pool)
    const estimate = await api.done('estimate', { as: key, body: call })
    expect(estimate).toMatchObject({
      status: 'admitted',
      low: '0.001',
      expected: '0.002',
      worst: '0.002',
      price_book: 'test-book',
      held: { money: '0', included: '0.002' },
      block: null,
    })
    expect(estimate.funding[0]).toMatchObject({ class: 'included', drawn: '0.002' })
    expect(await journalOf(api.database.pool)).toEqual(before)
  })

  it('agrees with what an authorize of the same call then decides', async () => {
    const { id, key: own } = await api.account('same', { plan: 'no_windows@1' })
    await fund(api, id, '0.0015')
    for (const body of [call, { ...call, max_output_tokens: 10 }]) {
      const estimate = await api.done('estimate', { as: own, body })
      const call_id = `c${body.max_output_tokens}`
      const admitted = await api.done('authorize', {
        as: own,
        body: { ...body, call_id, fit: 'clamp' },
      })
      expect(estimate).toMatchObject({
        held: admitted.held,
        clamped: admitted.clamped,
        max_output_tokens: admitted.max_output_tokens,
        seq: admitted.seq,
      })
      await api.done('release', { as: own, body: { call_id } })
    }
  })

  it('of a call that would be stopped shows the block, without a receipt that will never be', async () => {
    const { key: own } = await api.account('poor', { plan: 'no_windows@1' })
    const estimate = await api.done('estimate', { as: own, body: call })
    expect(estimate).toMatchObject({
      status: 'refused',
      worst: '0.002',
      max_output_tokens: 0,
      block: { code: 'funds_exhausted', receipt_id: null, seq: 1 },
    })
  })

  it('takes the model’s own maximum where the price book has it, and asks for it where not', async () => {
    const { max_output_tokens: _max, ...open } = call
    const estimate = await api.done('estimate', { as: key, body: open })
    expect(estimate).toMatchObject({ max_output_tokens: 4_000, worst: '0.041' })
    const large = await api.call('estimate', { as: key, body: { ...open, model: 'large' } })
    expect(large.body.errors).toMatchObject([{ location: 'body/max_output_tokens' }])
  })

  it('of a model without a price says what is missing, and no amount', async () => {
    const estimate = await api.done('estimate', { as: key, body: { ...call, model: 'unheard-of' } })
    expect(estimate).toMatchObject({
      status: 'unpriced',
      low: null,
      expected: null,
      worst: null,
      missing: ['unheard-of'],
    })
  })
})
