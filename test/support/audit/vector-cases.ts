import type { AuditRule } from '../../../src/core/audit/index.ts'
import type { Vector } from '../../vectors/shapes.ts'
import { at } from '../core/fixtures.ts'
import { AT, bookOf, type RecordCase } from './vector-records.ts'

/** Prices for vectors that have none: each figure its own, so that no fault looks like another. */
const PRICES = { input: '3', cache_read: '0.3', cache_write: '3.7', output: '15' }

const openAi = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
})

export interface VectorCase extends RecordCase {
  readonly rule: AuditRule
}

type Make = (vector: Vector) => readonly VectorCase[]

/** A vector's own numbers, with what its wrong outcome comes to where it states tokens only. */
const of =
  (
    rule: AuditRule,
    own: (vector: Vector) => Partial<VectorCase> & Pick<VectorCase, 'call'>,
  ): Make =>
  (vector) => {
    const made = own(vector)
    const wrongs = [vector.observed_wrong?.charge_usd].flat()
    return [
      {
        rule,
        prices: vector.prices_usd_per_mtok ?? PRICES,
        wrong: `${wrongs[0]}`,
        right: vector.expect.charge_usd,
        ...made,
      },
    ]
  }

const frames = (vector: Vector) => vector.given.sse.map((event: { usage: unknown }) => event.usage)
const streamed = (vector: Vector, wrong: string, right: string) => ({
  call: { dialect: 'anthropic' as const, frames: frames(vector) },
  wrong,
  right,
})

/** Eleven of a thousand millionths: prices above, times tokens. */
const served = (vector: Vector, model: string) => ({
  model,
  call: {
    model: vector.given.response.model ?? model,
    tier: vector.given.response.service_tier,
    usage: vector.given.usage,
  },
})

/** Vectors whose fault shows in a bill: rule, records, and what is right. */
export const RECORD_CASES: Readonly<Record<string, Make>> = {
  V01: of('cache_double_counted', ({ given }) => ({
    call: { dialect: 'anthropic', usage: given.usage },
  })),
  V03: (vector) => {
    const own = {
      call: { usage: vector.given.usage },
      prices: vector.prices_usd_per_mtok!,
      right: vector.expect.charge_usd,
    }
    return [
      // ten decimals: posted as its floor
      { ...own, rule: 'cache_double_counted', wrong: '0.764170937' },
      { ...own, rule: 'band_mispriced', wrong: '0.184918125' },
    ]
  },
  // 17903 in, 17817 of it cached: 86 × 3 + 17817 × 0.3; wrongly 17903 × 3 + 17817 × 0.3
  V05: of('cache_double_counted', ({ given }) => ({
    call: { usage: given.usage },
    right: '0.0056031',
    wrong: '0.0590541',
  })),
  // 5 × 3 + 128955 × 0.3 + 1253 × 3.7; wrongly the whole 130213 × 3 beside them
  V06: of('cache_double_counted', ({ given }) => ({
    call: { dialect: 'otel', usage: given.attributes },
    right: '0.0433376',
    wrong: '0.4339616',
  })),
  V08: of('cache_lifetime_mixed', ({ given }) => ({
    call: { dialect: 'anthropic', usage: given.usage },
  })),
  // 25 × 3 + 15 × 15, or 16 × 15
  V10: of('stream_misread', (vector) => streamed(vector, '0.000315', '0.0003')),
  V11: of('stream_misread', () => ({
    call: { frames: Array.from({ length: 100 }, (_, index) => openAi(10, index + 1)) },
    right: '0.00153',
    wrong: '0.07875',
  })),
  // 50 × 3 + 2400 × 0.3 + 120 × 3.7 + 40 × 15; wrongly the output alone
  V13: of('stream_misread', (vector) => streamed(vector, '0.0006', '0.001914')),
  // 86 × 3 + 2900 × 0.3 + 12 × 15; wrongly 3000 × 3 + 12 × 15
  V14: of('stream_misread', (vector) => streamed(vector, '0.00918', '0.001308')),
  V16: of('reasoning_miscounted', ({ given }) => ({
    call: { dialect: 'ai_sdk', usage: given.usage },
  })),
  V18: (vector) =>
    ['segmented', 'flat'].map((how) => ({
      rule: 'band_mispriced',
      prices: vector.prices_usd_per_mtok!,
      call: { usage: openAi(vector.given.usage_buckets.input, vector.given.usage_buckets.output) },
      wrong: vector.observed_wrong![how],
      right: vector.expect.charge_usd,
    })),
  V19: of('band_mispriced', ({ given }) => ({
    call: { usage: openAi(given.usage_buckets.input, given.usage_buckets.output) },
  })),
  V21: of('tier_mispriced', (vector) => ({ ...served(vector, 'gpt-4o-mini') })),
  V22: of('tier_mispriced', (vector) => ({ ...served(vector, 'model') })),
  V25: of('fee_without_call', (vector) => ({
    prices: { ...vector.prices_usd_per_mtok, input: '3', output: '15' },
    call: {
      dialect: 'openai_responses',
      declaredFees: { web_search: 1 },
      usage: { output: [], usage: { input_tokens: 100, output_tokens: 10 } },
    },
    right: '0.00045',
    wrong: '0.03545',
  })),
  V28: of('modality_double_counted', ({ given }) => ({ call: { usage: given.usage } })),
  V29: (vector) => {
    const [dated, unknown] = vector.given.calls
    const own = { rule: 'model_mispriced' as const, prices: vector.prices_usd_per_mtok! }
    return [
      {
        ...own,
        call: { model: dated.served_model, usage: openAi(dated.usage.input, dated.usage.output) },
        wrong: '0',
        right: '0.00079',
      },
      {
        ...own,
        call: { model: unknown.served_model, usage: openAi(1_000, 1_000) },
        wrong: '0.0125',
        right: '0',
      },
    ]
  },
  V31: of('price_version_wrong', (vector) => {
    const [before, after] = Object.values(vector.prices_usd_per_mtok!)
    return {
      books: [
        bookOf(before, 'model', { id: 'v1' }),
        bookOf(after, 'model', { id: 'v2', effectiveFrom: '2026-08-21T00:00:00Z' }),
      ],
      call: { at: at(vector.given.call_at), usage: openAi(1_000_000, 100_000) },
      wrong: '6',
    }
  }),
  V32: (vector) =>
    ['0.0139', '23.17'].map((wrong) => ({
      rule: 'failed_call_charged',
      prices: PRICES,
      call: { ending: 'cut_by_upstream', status: vector.given.client_status },
      wrong,
      right: '0',
    })),
  V33: of('cut_stream_overcharged', ({ given }) => ({
    call: { ending: 'cut_by_client', deliveredTokens: given.delivered_tokens },
  })),
  V59: of('negative_amount', ({ given }) => ({
    call: { at: AT, usage: openAi(given.usage.input, given.usage.output) },
    wrong: '-0.00101',
    right: '0',
  })),
}
