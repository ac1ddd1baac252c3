import { describe, expect, test } from 'vitest'
import {
  auditCharges,
  type CallEnding,
  type ExternalCall,
  type ExternalCharge,
} from '../../../src/core/audit/index.ts'
import { formatNanos, type Nanos, nanos } from '../../../src/core/money/index.ts'
import { DAY_MS, instant } from '../../../src/core/time/index.ts'
import { AT, callOf, chargeOf } from '../../support/audit/vector-records.ts'
import { digest, OfRecord } from '../../support/core/of-record.ts'
import { PRICE_BOOK } from '../documents/samples.ts'

/*
 * A bill can be wrong by any mixture of what was used and what it costs. Each is found, and explained by the rule on
 * record; the right one is not.
 */

const record = new OfRecord(new URL('wrong-bills.json', import.meta.url))

/** Dollars per million tokens: each figure its own, so that no mixture looks like another. */
const RATES = {
  ...{ input: 3_000, cache_read: 310, cache_write_5m: 3_710, cache_write_1h: 6_110 },
  ...{ cache_write: 3_530, output: 15_010, reasoning: 14_030 },
  ...{ input_audio: 40_090, input_image: 5_050, output_audio: 80_030, output_image: 30_070 },
} as const
type Kind = keyof typeof RATES

const rows = Object.entries(RATES).flatMap(([kind, rate]) =>
  ['model', 'small'].flatMap((model) => [
    { model, kind, per_mtok: formatNanos(nanos(BigInt(rate) * 1_000_000n)) },
    {
      model,
      kind,
      per_mtok: formatNanos(nanos(BigInt(rate) * 2_000_000n)),
      when: { prompt_tokens_above: 5_000 },
    },
    { model, kind, per_mtok: formatNanos(nanos(BigInt(rate) * 500_000n)), when: { tier: 'batch' } },
    {
      model,
      kind,
      per_mtok: formatNanos(nanos(BigInt(rate) * 6_000_000n)),
      when: { speed: 'fast' },
    },
  ]),
)
const book = (id: string, from: string, more: object = {}) => ({
  document: {
    ...PRICE_BOOK,
    corrects: undefined,
    id,
    effective_from: from,
    rows,
    models: [],
    weights: [],
    promotions: [],
    ...more,
  } as never,
  publishedAt: null,
})
const BOOKS = [
  book('then', '2026-01-01T00:00:00Z'),
  book('next', '2026-11-01T00:00:00Z', {
    rows: rows.map((row) => ({ ...row, per_mtok: `1${row.per_mtok}` })),
  }),
]

interface Used {
  readonly call: Partial<ExternalCall>
  readonly parts: Readonly<Partial<Record<Kind, number>>>
}

const CALLS: Readonly<Record<string, Used>> = {
  anthropic: {
    call: {
      dialect: 'anthropic',
      usage: {
        ...{
          input_tokens: 90,
          cache_read_input_tokens: 310,
          output_tokens: 57,
          cache_creation_input_tokens: 50,
        },
        cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 20 },
      },
    },
    parts: { input: 90, cache_read: 310, cache_write_5m: 30, cache_write_1h: 20, output: 57 },
  },
  openai: {
    call: {
      usage: {
        ...{ prompt_tokens: 3_000, completion_tokens: 700, total_tokens: 3_700 },
        prompt_tokens_details: { cached_tokens: 1_000, audio_tokens: 50 },
        completion_tokens_details: { reasoning_tokens: 300, audio_tokens: 20 },
      },
    },
    parts: {
      input: 1_950,
      cache_read: 1_000,
      input_audio: 50,
      output: 380,
      reasoning: 300,
      output_audio: 20,
    },
  },
  'openai, long': {
    call: {
      usage: {
        prompt_tokens: 6_000,
        completion_tokens: 70,
        total_tokens: 6_070,
        prompt_tokens_details: { cached_tokens: 4_000 },
      },
    },
    parts: { input: 2_000, cache_read: 4_000, output: 70 },
  },
  gemini: {
    call: {
      dialect: 'gemini',
      usage: {
        promptTokenCount: 300,
        cachedContentTokenCount: 100,
        candidatesTokenCount: 40,
        thoughtsTokenCount: 30,
        totalTokenCount: 370,
      },
    },
    parts: { input: 200, cache_read: 100, output: 40, reasoning: 30 },
  },
  'served in a batch': {
    call: {
      tier: 'batch',
      usage: { prompt_tokens: 300, completion_tokens: 70, total_tokens: 370 },
    },
    parts: { input: 300, output: 70 },
  },
  'served fast': {
    call: {
      speed: 'fast',
      usage: { prompt_tokens: 310, completion_tokens: 77, total_tokens: 387 },
    },
    parts: { input: 310, output: 77 },
  },
  'with tools': {
    call: {
      dialect: 'anthropic',
      declaredFees: { web_search: 3 },
      usage: { input_tokens: 90, output_tokens: 57, server_tool_use: { web_search_requests: 1 } },
    },
    parts: { input: 90, output: 57 },
  },
}

/** As other programs get it wrong: parts left out, doubled, or at the price of another part, band, tier or day. */
function wrongAmounts(parts: Used['parts']): readonly (readonly [string, bigint])[] {
  const kinds = Object.keys(parts) as Kind[]
  const at = (kind: Kind, price: Kind = kind) => BigInt(parts[kind] ?? 0) * BigInt(RATES[price])
  const total = kinds.reduce((sum, kind) => sum + at(kind), 0n)
  const each = kinds.flatMap((kind) => [
    [`without ${kind}`, total - at(kind)] as const,
    [`${kind} twice`, total + at(kind)] as const,
    ...(
      ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'reasoning'] as const
    ).flatMap((price) => [
      [`${kind} at the price of ${price}`, total - at(kind) + at(kind, price)] as const,
      [`${kind} also at the price of ${price}`, total + at(kind, price)] as const,
    ]),
  ])
  const searched = [0n, 1n, 2n, 3n].map(
    (count) => [`${count} searches`, total + count * 10_000_000n] as const,
  )
  const scaled = (
    [
      ...[
        [1n, 2n],
        [2n, 1n],
        [6n, 1n],
        [1n, 4n],
        [3n, 1n],
        [11n, 10n],
        [10n, 1n],
        [1n, 1_000n],
        [0n, 1n],
      ],
    ] as const
  ).map(([by, of]) => [`${by}/${of} of it`, (total * by!) / of!] as const)
  return [
    ['as it is', total],
    ...each,
    ...searched,
    ...scaled,
    ['a nano more', total + 1n],
    ['below nothing', -total],
  ]
}

const said = (charges: readonly ExternalCharge[], calls: readonly ExternalCall[]) =>
  auditCharges({ charges, calls, books: BOOKS }).map(
    ({ rule, difference, evidence, remedy, confidence }) =>
      `${rule} ${formatNanos(difference)} ${confidence} ${remedy.type} #${digest(evidence)}`,
  )

const charge = (amount: bigint, own: Partial<ExternalCharge> = {}) =>
  chargeOf(formatNanos(amount as Nanos), own)

describe.each(Object.keys(CALLS))('of %s', (name) => {
  const { call, parts } = CALLS[name]!

  test('each wrong bill is explained, and is wrong by what is above or below the right one', () => {
    const own = callOf({ at: AT, ...call })
    const all = wrongAmounts(parts).map(([how, amount]) => [
      how,
      said([charge(amount)], [own]).join('; '),
    ])
    expect(all.some(([, what]) => what === '')).toBe(true)
    record.expectSame(name, Object.fromEntries(all))
  })

  test('an end that was bad, and where and when it was, make a difference', () => {
    const [, total] = wrongAmounts(parts)[0]!
    const endings: readonly CallEnding[] = [
      'succeeded',
      'failed',
      'refused',
      'cut_by_upstream',
      'cut_by_client',
      'unknown',
    ]
    const around: Readonly<Record<string, Partial<ExternalCall>>> = {
      ...Object.fromEntries(endings.map((ending) => [ending, { ending }])),
      ...Object.fromEntries(
        [200, 399, 400, 429, 500].map((status) => [
          `${status}`,
          { ending: 'unknown' as const, status },
        ]),
      ),
      'no status': { ending: 'unknown', status: null },
      'cut after 5 tokens': { ending: 'cut_by_client', deliveredTokens: 5 },
      'cut after nothing': { ending: 'cut_by_client', deliveredTokens: 0 },
      'another tier': { tier: 'priority' },
      'a tier of the book': { tier: 'batch' },
      'another model': { model: 'small-20260101' },
      'no model of ours': { model: 'unheard-of' },
      'with reasoning': { features: ['reasoning', 'tools'] },
      'in november': { at: instant(AT + 40 * DAY_MS) },
      'before all books': { at: instant(AT - 900 * DAY_MS) },
      'no usage': { usage: null },
      'usage of nothing': { usage: {} },
      'frames alone': { usage: null, frames: [call.usage, call.usage] },
    }
    const all = Object.entries(around).map(([how, more]) => [
      how,
      said([charge(total)], [callOf({ at: AT, ...call, ...more })]).join('; '),
    ])
    record.expectSame(`${name}, around`, Object.fromEntries(all))
  })

  test('lines are held against calls, one by one and together', () => {
    const [, total] = wrongAmounts(parts)[0]!
    const again = instant(AT + 3_000)
    const one = callOf({ at: AT, ...call, id: 'one', upstreamId: 'up_1', fingerprint: 'h' })
    const two = callOf({ at: again, ...call, id: 'two', upstreamId: 'up_2', fingerprint: 'h' })
    const line = (id: string, own: Partial<ExternalCharge>, amount = total) =>
      charge(amount, { id, ...own })
    const stories: Readonly<
      Record<string, readonly [readonly ExternalCharge[], readonly ExternalCall[]]>
    > = {
      'each its own': [
        [line('a', { callId: 'one' }), line('b', { callId: 'two', at: again })],
        [one, two],
      ],
      'by the id of the provider': [[line('a', { callId: null, upstreamId: 'up_1' })], [one]],
      'of no call': [[line('a', { callId: 'three' }), line('b', { callId: null })], [one]],
      'twice the same line': [[line('a', { callId: 'one' }), line('a', { callId: 'one' })], [one]],
      'two lines for a call': [[line('a', { callId: 'one' }), line('b', { callId: 'one' })], [one]],
      'in parts': [
        [line('a', { callId: 'one' }, total - 5n), line('b', { callId: 'one' }, 5n)],
        [one],
      ],
      'with a credit note': [
        [line('a', { callId: 'one' }, total + 5n), line('b', { callId: 'one' }, -5n)],
        [one],
      ],
      'in another currency': [[line('a', { callId: 'one', currency: 'EUR' })], [one]],
      'a retry': [
        [line('a', { callId: 'one' }), line('b', { callId: 'two', at: again })],
        [one, { ...two, retryCount: 1 }],
      ],
      'a retry after a lost answer': [
        [line('a', { callId: 'one' }), line('b', { callId: 'two', at: again })],
        [{ ...one, answerLost: true }, two],
      ],
      'a retry much later': [
        [line('a', { callId: 'one' }), line('b', { callId: 'two', at: again })],
        [one, { ...two, at: instant(AT + DAY_MS), retryCount: 1 }],
      ],
      'a retry of something else': [
        [line('a', { callId: 'one' }), line('b', { callId: 'two', at: again })],
        [one, { ...two, fingerprint: 'other', retryCount: 1 }],
      ],
    }
    const all = Object.entries(stories).map(([how, [charges, calls]]) => [
      how,
      said(charges, calls),
    ])
    record.expectSame(`${name}, lines`, Object.fromEntries(all))
  })
})
