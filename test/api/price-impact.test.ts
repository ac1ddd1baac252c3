import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, fund, journalOf, startStockedApi, TEST_BOOK } from './support.ts'

/*
 * Accounts with calls by the book in force, in which `small` costs $1 a million tokens in; drafts say what
 * the same calls would have cost otherwise.
 */

let api: Api
const keys = new Map<string, string>()
beforeAll(async () => {
  api = await startStockedApi()
  for (const id of ['big', 'small', 'quiet']) {
    keys.set(id, (await api.account(id, { plan: id === 'small' ? 'test@1' : 'no_windows@1' })).key)
    await fund(api, id, '100')
  }
  for (const call of ['c1', 'c2', 'c3']) await record('big', call, 'large')
  await record('small', 'c1', 'small')
  await record('small', 'c2', 'unheard-of')
})
afterAll(() => api.close())

const record = (account: string, call_id: string, model: string, event_at = Date.now()) =>
  api.done('record', {
    as: keys.get(account)!,
    body: {
      call_id,
      model,
      usage: { tokens: { input: 100_000 } },
      event_at: new Date(event_at).toISOString(),
    },
  })

type Row = (typeof TEST_BOOK.rows)[number]
const bookWith = (change: (row: Row) => Row | null) => ({
  ...TEST_BOOK,
  id: 'draft-book',
  rows: TEST_BOOK.rows.flatMap((row) => change(row) ?? []),
})
const impact = (document: object, more: object = {}) =>
  api.done('previewPriceImpact', { body: { document, ...more } as never })

describe('the impact of a price book on past calls', () => {
  it('is nothing where it has the same prices', async () => {
    const found = await impact(bookWith((row) => row))
    expect(found).toMatchObject({
      partial: false,
      looked_at: { accounts: 2, calls: 5 },
      totals: { calls: 4, dearer: 0, cheaper: 0, same: 4, before: '3.1', after: '3.1' },
      accounts: [],
      calls: [],
      become_priced: 0,
      still_unpriced: 1,
    })
  })

  it('is told by model, plan, account and call, and the parts make the total', async () => {
    const found = await impact(
      bookWith((row) =>
        row.kind !== 'input' ? row : { ...row, per_mtok: row.model === 'large' ? '20' : '0.5' },
      ),
    )
    expect(found.totals).toMatchObject({
      ...{ calls: 4, dearer: 3, cheaper: 1, same: 0 },
      ...{ before: '3.1', after: '6.05', difference: '2.95' },
    })
    expect(found.by_model).toEqual([
      { id: 'large', calls: 3, before: '3', after: '6', difference: '3' },
      { id: 'small', calls: 1, before: '0.1', after: '0.05', difference: '-0.05' },
    ])
    expect(found.by_plan.map(({ id, difference }) => [id, difference])).toEqual([
      ['no_windows@1', '3'],
      ['test@1', '-0.05'],
    ])
    expect(found.accounts.map(({ id }) => id)).toEqual(['big', 'small'])
    expect(found.calls[0]).toMatchObject({ account_id: 'big', difference: '1' })
    expect(found.calls.length).toBe(4)
  })

  it('names calls that would have no price, and those that would get one', async () => {
    const without = await impact(bookWith((row) => (row.model === 'large' ? null : row)))
    expect(without.become_unpriced).toMatchObject({
      calls: 3,
      before: '3',
      missing: [{ what: 'large', calls: 3 }],
    })
    expect(without.become_unpriced.sample[0]).toMatchObject({ account_id: 'big', model: 'large' })
    expect(without.totals).toMatchObject({ calls: 1, before: '0.1', after: '0.1' })
    const more = { model: 'unheard-of', kind: 'input' as const, per_mtok: '1' }
    const with_ = await impact({ ...TEST_BOOK, id: 'more', rows: [...TEST_BOOK.rows, more] })
    expect(with_).toMatchObject({ become_priced: 1, still_unpriced: 0, totals: { calls: 4 } })
  })

  it('looks at no more calls than it may, of no account at more than a share, and says so', async () => {
    const found = await impact(
      bookWith((row) => row),
      { sample: 4 },
    )
    expect(found).toMatchObject({ partial: true, looked_at: { accounts: 2, calls: 2 } })
  })

  it('looks at the calls of its interval, in its currency, and at no others', async () => {
    const before = { from: '2025-01-01T00:00:00Z', to: '2025-01-20T00:00:00Z' }
    const none = await impact(
      bookWith((row) => row),
      before,
    )
    expect(none).toMatchObject({ partial: false, looked_at: { accounts: 0, calls: 0 } })
    const yen = await impact({ ...TEST_BOOK, id: 'yen', currency: 'JPY' })
    expect(yen).toMatchObject({ currency: 'JPY', looked_at: { accounts: 0, calls: 0 } })
  })

  it('changes nothing, and refuses what it cannot look at', async () => {
    const order = await journalOf(api.database.pool)
    await impact(bookWith((row) => ({ ...row, per_mtok: '9' })))
    expect(await journalOf(api.database.pool)).toEqual(order)
    const refused = async (body: object) =>
      (await api.call('previewPriceImpact', { body: body as never })).body.code
    expect(await refused({})).toBe('invalid_request')
    expect(await refused({ document: {}, price_book_id: 'test-book' })).toBe('invalid_request')
    expect(await refused({ document: {} })).toBe('price_book_invalid')
    expect(await refused({ draft_id: 'absent' })).toBe('draft_unknown')
    expect(await refused({ price_book_id: 'absent' })).toBe('price_book_unknown')
    const long = { from: '2026-01-01T00:00:00Z', to: '2026-02-02T00:00:00Z' }
    expect(await refused({ price_book_id: 'test-book', ...long })).toBe('invalid_request')
    const back = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }
    expect(await refused({ price_book_id: 'test-book', ...back })).toBe('invalid_request')
  })
})
