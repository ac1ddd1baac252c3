import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../src/store/verify/index.ts'
import { approved, colleague, incident, step, work } from './incident-support.ts'
import { type Api, startStockedApi, TEST_BOOK } from './support.ts'

/*
 * The book in force was wrong: `small` costs $1 a million tokens in it and should have cost $0.25, and `large`
 * costs $10 and should have cost $15. A corrected book takes its place; past calls are rated anew by it.
 */

const RIGHT = {
  ...TEST_BOOK,
  id: 'test-book-corrected',
  corrects: 'test-book',
  rows: TEST_BOOK.rows.map((row) => ({
    ...row,
    per_mtok: row.kind !== 'input' ? row.per_mtok : row.model === 'small' ? '0.25' : '15',
  })),
}

let api: Api
let second: string
let key: string
beforeAll(async () => {
  api = await startStockedApi()
  second = await colleague(api, 'operator')
  key = (await api.account('own', { plan: 'no_windows@1' })).key
  await api.done('grant', {
    params: { account_id: 'own' },
    body: {
      name: 'Gift',
      amount: '1000',
      effective_at: '2020-01-01T00:00:00Z',
      expires_at: null,
    },
    key: 'gift',
  })
})
afterAll(() => api.close())

const record = async (call_id: string, model: 'small' | 'large' = 'small') =>
  (
    await api.done('record', {
      as: key,
      body: {
        call_id,
        model,
        usage: { tokens: { input: 1_000_000 } },
        event_at: new Date().toISOString(),
      },
    })
  ).totals!.total

const receipt = (call: string) =>
  api.done('getReceipt', { as: key, params: { receipt_id: call.replace('call', 'rcpt') } })
const left = async () =>
  (await api.done('getState', { params: { account_id: 'own' } })).lots.map(
    ({ remaining }) => remaining,
  )

describe('a price that was wrong', () => {
  it('is superseded by a book that names it, of the same currency and beginning', async () => {
    expect(await record('call_plain')).toBe('1')
    expect(await record('call_partly')).toBe('1')
    expect(await record('call_wholly')).toBe('1')
    expect(await record('call_dearer', 'large')).toBe('10')
    for (const wrong of [
      { ...RIGHT, corrects: 'absent' },
      { ...RIGHT, corrects: RIGHT.id },
      { ...RIGHT, effective_from: '2021-01-01T00:00:00Z' },
      { ...RIGHT, currency: 'EUR' },
    ]) {
      const refused = await api.call('publishPriceBook', { body: wrong })
      expect([refused.status, refused.body.code]).toEqual([422, 'price_book_invalid'])
      expect(refused.body.errors).toEqual([expect.objectContaining({ location: 'body/corrects' })])
    }
    await api.done('publishPriceBook', { body: RIGHT })
    expect(await record('call_later')).toBe('0.25')
    expect((await receipt('call_plain')).rating).toMatchObject({ book: 'test-book' })
  })

  it('is previewed by account: what goes back, and what was too little and stays', async () => {
    const params = { account_id: 'own' }
    await api.done('refund', {
      params,
      body: { call_id: 'call_partly', reason: 'complaint', amount: '0.5' },
    })
    await api.done('refund', { params, body: { call_id: 'call_wholly', reason: 'complaint' } })
    const document = incident('prices', { remedy: { rerate: { book: RIGHT.id } } })
    const { errors: _, ...scope } = document.scope
    await approved(api, { ...document, scope: { ...scope, price_books: ['test-book'] } }, second)
    const impact = await api.done('getIncidentImpact', { params: { incident_id: 'prices' } })
    expect(impact).toMatchObject({
      calls: 4,
      wrong: '2.25',
      due: '1',
      due_calls: 2,
      charged_too_little: { calls: 1, amount: '5' },
      double_remedy: { calls: 2, amount: '1.5' },
      largest_accounts: [{ account_id: 'own', due: '1' }],
    })
  })

  it('is rated anew once: the difference goes back with the new lines and the book, nothing is taken', async () => {
    expect(await left()).toEqual([`${1000 - 1 - 0.5 - 0 - 10 - 0.25}`])
    await step(api, 'prices', 'run')
    await work(api)
    await work(api)
    expect(await left()).toEqual([`${1000 - 0.25 - 0.25 - 0 - 10 - 0.25}`])
    expect(await receipt('call_plain')).toMatchObject({
      status: 'partly_refunded',
      amounts: {
        total: { amount: '1' },
        charged: { amount: '0.25' },
        refunded: { amount: '0.75' },
      },
      corrections: [
        {
          kind: 'rerate',
          reason: 'incident_prices',
          money: '-0.75',
          rerating: {
            book: RIGHT.id,
            total: '0.25',
            lines: [{ type: 'usage', kind: 'input', per_mtok: '0.25', amount: '0.25' }],
          },
        },
      ],
    })
    const explained = await api.done('explainReceipt', {
      as: key,
      params: { receipt_id: 'rcpt_plain' },
      query: { length: 'long' },
    })
    expect(JSON.stringify(explained)).toContain(RIGHT.id)
    expect((await receipt('call_dearer')).corrections).toEqual([])
    expect((await receipt('call_wholly')).amounts.charged.amount).toBe('0')
    const { items } = await api.done('listIncidentCalls', { params: { incident_id: 'prices' } })
    expect(items.map(({ call_id, state, reason }) => [call_id, state, reason])).toEqual([
      ['call_dearer', 'nothing', 'charged_too_little'],
      ['call_partly', 'given', null],
      ['call_plain', 'given', null],
      ['call_wholly', 'nothing', 'already_given'],
    ])
  })

  it('leaves books that close, statements that add up, and nothing for the audit to find', async () => {
    expect(await verify(api.pool)).toMatchObject({ ok: true })
    const { items } = await api.done('checkAccount', { as: key, params: { account_id: 'own' } })
    expect(items).toEqual([])
    const statement = await api.done('getStatement', {
      as: key,
      params: { account_id: 'own', statement_number: 'open' },
    })
    expect(JSON.stringify(statement)).toContain('usage_refund')
  })
})
