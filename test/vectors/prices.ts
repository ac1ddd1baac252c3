import { expect } from 'vitest'
import { type PriceBook, type PriceRowDocument, parsePriceBook } from '../../src/core/pricing/index.ts'
import { TOKEN_KINDS, type TokenKind } from '../../src/core/usage/index.ts'
import type { Fields } from './shapes.ts'

/** The model of rows that name none. */
export const MODEL = 'model'
const ALIASES = [
  { pattern: '-20\\d{6}$', rule: 'snapshot suffix -YYYYMMDD' },
  { pattern: '-\\d{4}-\\d{2}-\\d{2}$', rule: 'snapshot suffix -YYYY-MM-DD' },
]
const KINDS: readonly string[] = TOKEN_KINDS
const BAND = /^(above|from)_(\d+)k$/
const FEE = /^(\w+)_per_call$/

export interface BookDraft {
  readonly model?: string | undefined
  readonly id?: string
  readonly effectiveFrom?: string
}

/** The document of a row's `prices_usd_per_mtok`, in any of its forms. Throws on an unknown form. */
export function documentOf(prices: Fields, draft: BookDraft = {}): Fields {
  const { model = MODEL, id = 'vector', effectiveFrom = '2020-01-01T00:00:00Z' } = draft
  const fees = Object.entries(prices).flatMap(([name, each]) => {
    const fee = FEE.exec(name)?.[1]
    return fee ? [{ model: '*', fee, each }] : []
  })
  return {
    id,
    currency: 'USD',
    effective_from: effectiveFrom,
    rows: rowsOf(prices, model),
    fees,
    aliases: ALIASES,
  }
}

export function bookOf(prices: Fields, draft: BookDraft = {}): PriceBook {
  const parsed = parsePriceBook(documentOf(prices, draft))
  expect(parsed, 'the row’s prices load').toMatchObject({ ok: true })
  if (!parsed.ok) throw new Error('unreachable')
  return parsed.book
}

function rowsOf(
  prices: Fields,
  model: string,
  when: PriceRowDocument['when'] = {},
): PriceRowDocument[] {
  const tiered = 'default' in prices
  return Object.entries(prices).flatMap(([name, value]): PriceRowDocument[] => {
    if (KINDS.includes(name)) return [{ model, kind: name as TokenKind, per_mtok: value, when }]
    if (FEE.test(name)) return []
    const [, edge, thousands = ''] = BAND.exec(name) ?? []
    if (edge) {
      const band = { [`prompt_tokens_${edge}`]: parseInt(thousands, 10) * 1_000 }
      return rowsOf(value, model, { ...when, ...band })
    }
    if (tiered) return rowsOf(value, model, name === 'default' ? when : { ...when, tier: name })
    if (typeof value === 'object') return rowsOf(value, name, when)
    throw new Error(`unknown form of prices: ${name}`)
  })
}
