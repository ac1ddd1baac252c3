import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { formatNanos } from '../../../src/core/money/index.ts'
import {
  type PriceBook,
  type PriceBookDocument,
  type PriceRowDocument,
  parsePriceBook,
  type RatedUsage,
  type Rating,
  type RatingContext,
} from '../../../src/core/pricing/index.ts'
import { type Instant, parseInstant } from '../../../src/core/time/index.ts'
import type { TokenKind, Usage } from '../../../src/core/usage/index.ts'

export const MODEL = 'model'

export const at = (text: string): Instant => {
  const instant = parseInstant(text)
  if (instant === undefined) throw new Error(`not an instant: ${text}`)
  return instant
}

export const documentOf = (own: Partial<PriceBookDocument> = {}): PriceBookDocument => ({
  id: 'book',
  currency: 'USD',
  effective_from: '2026-01-01T00:00:00Z',
  rows: [],
  ...own,
})

/** Loads a document; fails the test with the problems when it does not load. */
export function load(document: unknown): PriceBook {
  const parsed = parsePriceBook(document)
  expect(parsed.ok ? [] : parsed.problems).toEqual([])
  if (!parsed.ok) throw new Error('unreachable')
  return parsed.book
}

export const bookOf = (own: Partial<PriceBookDocument>): PriceBook => load(documentOf(own))

export const fileBook = (id: string): PriceBook =>
  load(
    JSON.parse(
      readFileSync(new URL(`../../../data/price-books/${id}.json`, import.meta.url), 'utf8'),
    ),
  )

export const row = (
  kind: TokenKind,
  per_mtok: string,
  when?: PriceRowDocument['when'],
  model = MODEL,
): PriceRowDocument => ({ model, kind, per_mtok, ...(when ? { when } : {}) })

export const contextOf = (own: Partial<RatingContext> = {}): RatingContext => ({
  model: MODEL,
  tier: null,
  speed: null,
  region: null,
  features: [],
  plan: null,
  eventAt: at('2026-11-01T00:00:00Z'),
  ...own,
})

export const usageOf = (
  tokens: Partial<Record<TokenKind, number>>,
  fees: Record<string, number> = {},
): Usage => ({ tokens, fees, estimated: [], flags: [] })

export function priced(rating: Rating): RatedUsage {
  expect(rating).toMatchObject({ status: 'priced' })
  if (rating.status !== 'priced') throw new Error('unreachable')
  return rating.rated
}

export const totalOf = (rating: Rating): string => formatNanos(priced(rating).total)

/** Lines as `[name, amount]`. */
export const linesOf = (rating: Rating): [string, string][] =>
  priced(rating).lines.map((line) => {
    const name =
      line.type === 'usage' ? line.kind : line.type === 'fee' ? line.fee : `${line.type} ${line.id}`
    return [name, formatNanos(line.amount)]
  })
