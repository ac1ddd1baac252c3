import type { Plan } from '../../src/core/funding/index.ts'
import { type Nanos, readNanos } from '../../src/core/money/index.ts'
import {
  type PriceBook,
  type PriceBookDocument,
  type PriceRowDocument,
  parsePriceBook,
} from '../../src/core/pricing/index.ts'

export const usd = (text: string): Nanos => readNanos(text)

type Prices = Readonly<Record<string, string>>

const rows = (model: string, prices: Prices, when: PriceRowDocument['when'] = {}) =>
  Object.entries(prices).map(([kind, per]) => ({ model, kind, per_mtok: per, when }))

const LONG = { prompt_tokens_above: 200_000 }

/** Prices that use every rule of a book, each figure its own, so that no fault looks like another. */
const document = (id: string, from: string, extra: Prices = {}): unknown => ({
  id,
  currency: 'USD',
  effective_from: from,
  rows: [
    ...rows('sonata', {
      input: '3.07',
      output: '15.11',
      cache_read: '0.313',
      cache_write_5m: '3.79',
      cache_write_1h: '6.13',
      ...extra,
    }),
    ...rows(
      'sonata',
      {
        input: '6.17',
        output: '22.9',
        cache_read: '0.631',
        cache_write_5m: '7.7',
        cache_write_1h: '12.3',
      },
      LONG,
    ),
    ...rows(
      'sonata',
      {
        input: '18.7',
        output: '91.3',
        cache_read: '1.87',
        cache_write_5m: '23.3',
        cache_write_1h: '37.7',
      },
      { speed: 'fast' },
    ),
    ...rows('granite', { input: '2.53', output: '10.7', cache_read: '1.21', reasoning: '11.9' }),
    ...rows(
      'granite',
      { input: '1.27', output: '5.39', cache_read: '0.67', reasoning: '6.1' },
      { tier: 'flex' },
    ),
    ...rows(
      'granite',
      { input: '5.3', output: '21.7', cache_read: '2.57', reasoning: '25.3' },
      { tier: 'priority' },
    ),
    ...rows('geode', { input: '1.31', output: '9.7', cache_read: '0.33' }),
    ...rows('pebble', { input: '0.17', output: '0.71', cache_read: '0.083' }),
  ],
  fees: [{ model: '*', fee: 'web_search', each: '0.0103' }],
  aliases: [{ pattern: '-20\\d{6}$', rule: 'snapshot suffix' }],
  weights: [{ id: 'tools', multiplier: '1.1', when: { feature: 'tools' } }],
  promotions: [
    {
      id: 'fair',
      multiplier: '0.9',
      from: '2026-11-05T00:00:00Z',
      until: '2026-11-06T00:00:00Z',
      models: ['geode'],
    },
  ],
})

function loaded(draft: unknown): PriceBook {
  const parsed = parsePriceBook(draft)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.book
}

/** Two versions: the second is in force from 4 November on. */
export const OLD_BOOK = loaded(
  document('2026-01', '2026-01-01T00:00:00Z', { input: '2.9', output: '14.3' }),
)
export const NEW_BOOK = loaded(document('2026-11', '2026-11-04T00:00:00Z'))
export const BOOKS: readonly PriceBook[] = [OLD_BOOK, NEW_BOOK]

/** The newer book without its band: what a program charges that knows none. */
export const FLAT_BOOK = loaded({
  ...NEW_BOOK.document,
  rows: NEW_BOOK.document.rows.filter((row) => row.when?.prompt_tokens_above === undefined),
} satisfies PriceBookDocument)

const plan = (id: string, own: Partial<Plan>): Plan => ({
  id,
  version: 1,
  name: id,
  currency: 'USD',
  windows: [],
  coverage: [{ when: { clients: ['other'] }, effect: 'credits_only', reason: 'other clients' }],
  crossing: 'finish',
  unpriced: 'deliver',
  ...own,
})

export const PLANS: readonly Plan[] = [
  plan('pro', {
    windows: [
      { id: 'session', shape: 'anchored', length: 'PT5H', scope: {}, capacity: usd('10') },
      { id: 'weekly', shape: 'anchored', length: 'P7D', scope: {}, capacity: usd('50') },
    ],
  }),
  plan('monthly', {
    windows: [{ id: 'month', shape: 'calendar', length: 'P1M', scope: {}, capacity: usd('60') }],
  }),
  plan('credits', {}),
]
