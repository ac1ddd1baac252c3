import { describe, expect, it } from 'vitest'
import { rateResponse } from '../../src/contract/rate.ts'
import { RateAnswerSchema } from '../../src/contract/schemas/calls.ts'
import { compileValidator } from '../../src/contract/validate.ts'
import { type PriceBook, parsePriceBook } from '../../src/core/pricing/index.ts'
import { instant } from '../../src/core/time/index.ts'
import { DIALECTS } from '../../src/core/usage/index.ts'

const parsed = parsePriceBook({
  id: 'book',
  currency: 'USD',
  effective_from: '2020-01-01T00:00:00Z',
  rows: [
    { model: 'm', kind: 'input', per_mtok: '3' },
    { model: 'm', kind: 'cache_read', per_mtok: '0.3' },
    { model: 'm', kind: 'output', per_mtok: '15' },
  ],
  promotions: [
    {
      id: 'half',
      multiplier: '0.5',
      from: '2026-01-01T00:00:00Z',
      until: '2026-02-01T00:00:00Z',
      plans: ['pro'],
    },
  ],
})
if (!parsed.ok) throw new Error('the book of this test is not valid')
const book: PriceBook = parsed.book
const at = instant(Date.UTC(2026, 5, 1))
const answer = compileValidator(RateAnswerSchema, 'body')

describe('rating a response', () => {
  it('of each dialect gives the same disjoint quantities and the same total', () => {
    const responses = {
      anthropic: {
        model: 'm',
        usage: { input_tokens: 900, cache_read_input_tokens: 100, output_tokens: 50 },
      },
      openai_chat: {
        model: 'm',
        usage: {
          prompt_tokens: 1_000,
          prompt_tokens_details: { cached_tokens: 100 },
          completion_tokens: 50,
          total_tokens: 1_050,
        },
      },
      openai_responses: {
        model: 'm',
        usage: {
          input_tokens: 1_000,
          input_tokens_details: { cached_tokens: 100 },
          output_tokens: 50,
          total_tokens: 1_050,
        },
      },
      gemini: {
        modelVersion: 'm',
        usageMetadata: {
          promptTokenCount: 1_000,
          cachedContentTokenCount: 100,
          candidatesTokenCount: 50,
          totalTokenCount: 1_050,
        },
      },
    }
    for (const [dialect, response] of Object.entries(responses)) {
      const rated = rateResponse({
        dialect: dialect as keyof typeof responses,
        response,
        book,
        at,
      })
      expect(rated, dialect).toMatchObject({
        status: 'priced',
        total: '0.00348',
        quantities: { input: 900, cache_read: 100, output: 50 },
        price_book: 'book',
      })
      expect(answer.faults(rated)).toEqual([])
    }
  })

  it('applies a promotion of the plan at that time, as a line of its own', () => {
    const response = { model: 'm', usage: { input_tokens: 1_000, output_tokens: 0 } }
    const january = instant(Date.UTC(2026, 0, 15))
    const question = { dialect: 'anthropic' as const, response, book }
    expect(rateResponse({ ...question, at: january, plan: 'pro' })).toMatchObject({
      total: '0.0015',
      lines: [{ type: 'usage' }, { type: 'promotion', id: 'half', amount: '-0.0015' }],
    })
    expect(rateResponse({ ...question, at: january, plan: 'max' }).total).toBe('0.003')
    expect(rateResponse({ ...question, at, plan: 'pro' }).total).toBe('0.003')
  })

  it('says so when it does not know: the model, the price, the usage, the book', () => {
    const usage = { input_tokens: 1, output_tokens: 1 }
    const rate = (response: unknown, own: PriceBook | null = book) =>
      rateResponse({ dialect: 'anthropic', response, book: own, at })
    expect(rate({ usage })).toMatchObject({ status: 'unpriced', missing: ['model'], total: null })
    expect(rate({ model: 'x', usage })).toMatchObject({ status: 'unpriced', missing: ['x'] })
    expect(rate({ model: 'm' })).toMatchObject({ status: 'usage_missing', total: null })
    expect(rate({ model: 'm', usage }, null)).toMatchObject({
      reason: 'no_price_book',
      currency: null,
    })
  })

  it('never throws, whatever the response is', () => {
    for (const dialect of DIALECTS)
      for (const response of [null, 7, 'x', [], {}, { usage: [] }, { usage: { input_tokens: -1 } }])
        expect(answer.faults(rateResponse({ dialect, response, book, at }))).toEqual([])
  })
})
