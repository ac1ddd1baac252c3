import { expect } from 'vitest'
import { formatNanos } from '../../src/core/money/index.ts'
import {
  bookInForce,
  type PriceBook,
  parsePriceBook,
  type RatedUsage,
  type Rating,
  type RatingContext,
  rateCall,
} from '../../src/core/pricing/index.ts'
import { type Instant, parseInstant } from '../../src/core/time/index.ts'
import {
  type Dialect,
  type NormalisedCall,
  normalise,
  DIALECTS as OWN_DIALECTS,
  promptTokens,
  TOKEN_KINDS,
  type Usage,
} from '../../src/core/usage/index.ts'
import { bookOf, documentOf, MODEL } from './prices.ts'
import { decimalsOf, type Fields, registerShape, type Vector } from './shapes.ts'

const DIALECTS: Readonly<Record<string, Dialect>> = {
  ...Object.fromEntries(OWN_DIALECTS.map((dialect) => [dialect, dialect])),
  openai: 'openai_chat',
  'openai-responses': 'openai_responses',
  'otel-genai': 'otel',
  'ai-sdk-v5': 'ai_sdk',
  'ai-sdk-v6': 'ai_sdk',
}

const at = (text: string): Instant => {
  const instant = parseInstant(text)
  if (instant === undefined) throw new Error(`not an instant: ${text}`)
  return instant
}

const context = (own: Partial<RatingContext> = {}): RatingContext => ({
  model: MODEL,
  tier: null,
  speed: null,
  region: null,
  features: [],
  plan: null,
  eventAt: at('2026-10-08T00:00:00Z'),
  ...own,
})

const usageOf = (tokens: Fields, fees: Fields = {}): Usage => ({
  tokens,
  fees,
  estimated: [],
  flags: [],
})

function priced(rating: Rating): RatedUsage {
  expect(rating).toMatchObject({ status: 'priced' })
  if (rating.status !== 'priced') throw new Error('unreachable')
  return rating.rated
}

/** The right charge, the right lines, and not one of the charges that were seen to be wrong. */
function checkCharge(vector: Vector, rated: RatedUsage): void {
  const charge = formatNanos(rated.total)
  expect(charge).toBe(vector.expect.charge_usd)
  for (const value of Object.values(vector.observed_wrong ?? {}))
    for (const wrong of decimalsOf(value)) expect(charge).not.toBe(wrong)
  const { lines, tier, receipt_note: note } = vector.expect
  if (lines) expect(amountsByKind(rated)).toEqual(lines)
  const band = /^above_(\d+)k$/.exec(tier ?? '')?.[1]
  if (band) expect(rated.band).toBe(`prompt_tokens_above:${band}000`)
  if (note) expect(rated.flags).toContain('tier_differs_from_request')
}

const amountsByKind = (rated: RatedUsage): Record<string, string> =>
  Object.fromEntries(
    rated.lines.map((line) => [
      line.type === 'usage' ? line.kind : line.type,
      formatNanos(line.amount),
    ]),
  )

function checkBuckets(vector: Vector, call: NormalisedCall): void {
  const tokens = call.usage?.tokens ?? {}
  expect(tokens).toMatchObject(vector.expect.buckets)
  const total = call.usage ? promptTokens(call.usage) : 0
  expect(total).toBe(vector.expect.total_input)
  expect(total).not.toBe(vector.observed_wrong?.total_input)
  expect(call.usage?.flags).toEqual([])
}

export const dialectOf = ({ given }: Vector): Dialect | undefined =>
  given.dialect === undefined && given.usage?.prompt_tokens !== undefined
    ? 'openai_chat'
    : DIALECTS[given.dialect]

/** The id without its snapshot date: prices are stated for the family. */
export const familyOf = (model: string | undefined): string | undefined =>
  model?.replace(/-(?:\d{8}|\d{4}-\d\d-\d\d)$/, '')

registerShape(
  'usage of a dialect',
  ({ given }) =>
    given.dialect !== undefined || (given.usage?.prompt_tokens !== undefined && !given.calls),
  (vector) => {
    const dialect = dialectOf(vector)
    if (!dialect) throw new Error(`unknown dialect ${vector.given.dialect}`)
    const { request, response = {}, usage, attributes } = vector.given
    const call = normalise(dialect, attributes ? { attributes } : { ...response, usage })
    if (vector.expect.buckets) return checkBuckets(vector, call)
    const book = bookOf(vector.prices_usd_per_mtok ?? {}, { model: familyOf(response.model) })
    const own = context({
      model: call.model ?? MODEL,
      tier: call.tier,
      requestedTier: request?.service_tier ?? null,
    })
    checkCharge(vector, priced(rateCall(book, own, call)))
  },
)

const KINDS: readonly string[] = TOKEN_KINDS
export const isBuckets = (usage: Fields): boolean =>
  Object.keys(usage).every((name) => KINDS.includes(name))

registerShape(
  'usage in disjoint buckets',
  ({ given, expect: right }) =>
    given.usage_buckets !== undefined ||
    (right.charge_usd != null && isBuckets(given.usage ?? { none: 0 }) && !given.call_at),
  (vector) => {
    const book = bookOf(vector.prices_usd_per_mtok ?? {})
    const usage = usageOf(vector.given.usage_buckets ?? vector.given.usage)
    checkCharge(vector, priced(rateCall(book, context(), { usage, parts: [] })))
  },
)

registerShape(
  'tool calls made, not declared',
  ({ given }) => given.response?.web_search_calls !== undefined,
  (vector) => {
    const made: number = vector.given.response.web_search_calls
    const output = Array.from({ length: made }, (_, index) => ({
      type: 'web_search_call',
      id: `ws_${index}`,
      status: 'completed',
    }))
    const usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 }
    const { tools } = vector.given.request
    const call = normalise('openai_responses', { tools, output, usage })
    const book = bookOf({ ...vector.prices_usd_per_mtok, input: '1' })
    const charge = formatNanos(priced(rateCall(book, context(), call)).total)
    expect(charge).toBe(vector.expect.tool_fee_usd)
    expect(charge).not.toBe(vector.observed_wrong?.tool_fee_usd)
  },
)

function checkCall(book: PriceBook, given: Fields, right: Fields, wrong: unknown): void {
  const own = context({ model: given.served_model })
  const rating = rateCall(book, own, { usage: usageOf(given.usage), parts: [] })
  if (right.charge_usd === null) {
    expect(rating).toMatchObject({ status: right.status, missing: [given.served_model] })
    return
  }
  const rated = priced(rating)
  expect(formatNanos(rated.total)).toBe(right.charge_usd)
  expect(decimalsOf(wrong)).not.toContain(formatNanos(rated.total))
  expect(rated.model).toBe(right.resolved_as)
  expect(rated.modelRule).toBe(right.rule)
  expect(rated.flags).toContain('model_alias')
}

registerShape(
  'calls of several served models',
  ({ given }) => Array.isArray(given.calls),
  (vector) => {
    const book = bookOf(vector.prices_usd_per_mtok ?? {})
    expect(vector.given.calls.length).toBe(vector.expect.calls.length)
    for (const [index, given] of vector.given.calls.entries())
      checkCall(book, given, vector.expect.calls[index], vector.observed_wrong?.calls[index])
  },
)

const VERSION = /^(v\d+) (?:until|from) (\d{4}-\d\d-\d\d)$/

/** `v1 until D` begins long before, `v2 from D` begins on D. */
const versionsOf = (prices: Fields): PriceBook[] =>
  Object.entries(prices).map(([name, rows]) => {
    const [, id, date] = VERSION.exec(name) ?? []
    if (!id) throw new Error(`unknown form of prices: ${name}`)
    const from = name.includes(' from ') ? date : '2020-01-01'
    return bookOf(rows, { id, effectiveFrom: `${from}T00:00:00Z` })
  })

registerShape(
  'price in force at the call',
  ({ given }) => given.call_at !== undefined && given.reported_at !== undefined,
  (vector) => {
    const books = versionsOf(vector.prices_usd_per_mtok ?? {})
    const own = context({ eventAt: at(vector.given.call_at) })
    for (const _report of vector.given.reported_at) {
      const book = bookInForce(books, own.eventAt)
      if (!book) throw new Error('no book is in force')
      const usage = usageOf(vector.given.usage)
      const rated = priced(rateCall(book, own, { usage, parts: [] }))
      expect(rated.bookId).toBe(vector.expect.price_version)
      checkCharge(vector, rated)
    }
  },
)

registerShape(
  'price that must not load',
  ({ expect: right }) => right.price_row === 'rejected at load',
  (vector) => {
    const prices = vector.prices_usd_per_mtok ?? {}
    const parsed = parsePriceBook(documentOf(prices))
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    expect(parsed.problems.map(({ path }) => path)).toEqual(
      Object.keys(prices).map((_, index) => `rows[${index}].per_mtok`),
    )
    for (const { message } of parsed.problems) expect(message).toContain('negative')
  },
)
