import { describe, expect, it } from 'vitest'
import { bookInForce, diffBooks, rate, resolveModel } from '../../../src/core/pricing/index.ts'
import { at, bookOf, contextOf, fileBook, priced, totalOf, usageOf } from './fixtures.ts'

describe('the book in force', () => {
  const march = bookOf({ id: 'march', effective_from: '2026-03-01T00:00:00Z' })
  const may = bookOf({ id: 'may', effective_from: '2026-05-01T00:00:00Z' })
  const again = bookOf({ id: 'again', effective_from: '2026-05-01T00:00:00Z' })

  it.each([
    ['2026-02-28T23:59:59Z', undefined],
    ['2026-03-01T00:00:00Z', 'march'],
    ['2026-04-30T23:59:59.999Z', 'march'],
    ['2026-05-01T00:00:00Z', 'again'],
  ])('at %s', (time, id) => {
    expect(bookInForce([march, may, again], at(time))?.id).toBe(id)
    expect(bookInForce([may, again, march], at(time))?.id).toBe(id)
  })
})

describe('the default books', () => {
  const book = fileBook('2026-10-07')
  const before = fileBook('2026-09-01')
  const haiku = contextOf({ model: 'claude-haiku-5.5' })
  const haikuCall = (input: number) =>
    rate(book, haiku, usageOf({ input, cache_read: 79_999, cache_write_5m: 1, output: 1_000 }))

  it('Haiku 5.5 moves the whole request above 100,000 prompt tokens', () => {
    expect(totalOf(haikuCall(20_000))).toBe('0.003300115')
    expect(priced(haikuCall(20_000)).band).toBeNull()
    expect(totalOf(haikuCall(20_001))).toBe('0.016501075')
    expect(priced(haikuCall(20_001)).band).toBe('prompt_tokens_above:100000')
  })

  it('Opus 5.5 reads its cache at a twentieth', () => {
    const usage = usageOf({ input: 1_200, cache_write_5m: 3_000, cache_read: 50_000, output: 900 })
    const context = contextOf({ model: 'claude-opus-5.5' })
    expect(totalOf(rate(book, context, usage))).toBe('0.0478')
    const fast = { ...context, speed: 'fast' }
    expect(totalOf(rate(book, fast, usageOf({ output: 1_000_000 })))).toBe('40')
  })

  it('a cache read of Sonnet 5.5 fell on 7 October', () => {
    const usage = usageOf({ cache_read: 1_000_000 })
    const costAt = (time: string) => {
      const eventAt = at(time)
      const inForce = bookInForce([before, book], eventAt)
      expect(inForce).not.toBeNull()
      return (
        inForce && totalOf(rate(inForce, contextOf({ model: 'claude-sonnet-5.5', eventAt }), usage))
      )
    }
    expect(costAt('2026-10-06T23:59:59.999Z')).toBe('0.2')
    expect(costAt('2026-10-07T00:00:00Z')).toBe('0.1')
    const { changed } = diffBooks(before, book)
    expect(changed).toContainEqual({
      from: expect.objectContaining({
        model: 'claude-sonnet-5.5',
        kind: 'cache_read',
        per_mtok: '0.2',
      }),
      to: expect.objectContaining({
        model: 'claude-sonnet-5.5',
        kind: 'cache_read',
        per_mtok: '0.1',
      }),
      permille: -500,
    })
  })

  it.each([
    ['gpt-5.5', { input: 272_000 }, null, '1.36'],
    ['gpt-5.5', { input: 272_001 }, null, '2.72001'],
    ['gpt-5.5', { input: 1_000, output: 1_000 }, 'flex', '0.0175'],
    ['gpt-4o-mini-2024-07-18', { input: 9, output: 2 }, 'priority', '0.00000425'],
    ['claude-opus-5-20250930', { input: 8, output: 30 }, null, '0.00079'],
    ['gpt-6.1-sol', { cache_write: 1_000_000, cache_read: 1_000_000 }, null, '2.6'],
    ['claude-sonnet-5.5', { input: 1_000_000 }, 'batch', '1'],
  ] as const)('%s %j at tier %s', (model, tokens, tier, total) => {
    expect(totalOf(rate(book, contextOf({ model, tier }), usageOf(tokens)))).toBe(total)
  })

  it('a search is a cent, a fetch is its tokens', () => {
    const usage = usageOf({}, { web_search: 2, web_fetch: 5 })
    expect(totalOf(rate(book, haiku, usage))).toBe('0.02')
  })

  it.each([before, book])('$id: every row says where it is from and of which day it is', (own) => {
    expect(own.document.rows.length).toBeGreaterThan(50)
    for (const { source, as_of } of [...own.document.rows, ...(own.document.fees ?? [])]) {
      expect(source).toEqual(expect.any(String))
      expect(as_of).toMatch(/^\d{4}-\d\d-\d\d$/)
    }
    for (const { model } of own.document.models ?? [])
      expect(resolveModel(own, model)).toMatchObject({ rule: 'exact' })
  })
})
