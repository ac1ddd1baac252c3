import type { Nanos } from '../money/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import type {
  PriceBook,
  PriceCondition,
  PriceRow,
  RatingFlag,
  ResolvedModel,
  UnpricedReason,
} from './types.ts'

/** Words of the providers for "nothing special": rows without a tier or speed are theirs. */
const ORDINARY_TIERS = new Set([
  'standard',
  'default',
  'auto',
  'on_demand',
  'ON_DEMAND',
  'standard_only',
])
const ORDINARY_SPEEDS = new Set(['standard', 'default'])

/** The tier as rows name it; `undefined` for the ordinary one. */
export const specialTier = (tier: string | null): string | undefined =>
  tier === null || ORDINARY_TIERS.has(tier) ? undefined : tier

export const specialSpeed = (speed: string | null): string | undefined =>
  speed === null || ORDINARY_SPEEDS.has(speed) ? undefined : speed

const RESOLVED_MAX = 10_000

/** The model whose rows price a served id: itself, or what an alias rule makes of it. */
export function resolveModel(book: PriceBook, served: string): ResolvedModel | null {
  if (book.rows.has(served)) return { model: served, rule: 'exact' }
  const known = book.resolved.get(served)
  if (known !== undefined) return known
  let found: ResolvedModel | null = null
  for (const alias of book.aliases) {
    const model = served.slice(0, 200).replace(alias.pattern, alias.replace)
    if (model !== served && book.rows.has(model)) {
      found = { model, rule: alias.rule }
      break
    }
  }
  if (book.resolved.size >= RESOLVED_MAX) book.resolved.clear()
  book.resolved.set(served, found)
  return found
}

/** The threshold of a row's band, as the number of prompt tokens from which it applies. */
export const bandStart = (when: PriceCondition): number =>
  when.prompt_tokens_above !== undefined
    ? when.prompt_tokens_above + 1
    : (when.prompt_tokens_from ?? 0)

/** How receipts name the band. */
export function bandName(when: PriceCondition): string | null {
  if (when.prompt_tokens_above !== undefined)
    return `prompt_tokens_above:${when.prompt_tokens_above}`
  return when.prompt_tokens_from === undefined
    ? null
    : `prompt_tokens_from:${when.prompt_tokens_from}`
}

export interface Dimensions {
  readonly tier: string | undefined
  readonly speed: string | undefined
  readonly region: string | null
  readonly promptTokens: number
}

export type Picked =
  | { readonly row: PriceRow; readonly regionIgnored: boolean }
  | { readonly missing: UnpricedReason }

/**
 * The row of a kind. Tier and speed have to be the row's own: a special tier without a row is
 * unpriced, never charged at a default. The whole request moves into the highest band it reaches.
 */
export function pickRow(rows: readonly PriceRow[], at: Dimensions): Picked {
  const sameTier = rows.filter((row) => row.when.tier === at.tier)
  if (sameTier.length === 0) return { missing: 'unknown_tier' }
  const sameSpeed = sameTier.filter((row) => row.when.speed === at.speed)
  if (sameSpeed.length === 0) return { missing: 'unknown_speed' }
  const regional =
    at.region === null ? [] : sameSpeed.filter((row) => row.when.region === at.region)
  const named = regional.length > 0
  const candidates = named ? regional : sameSpeed.filter((row) => row.when.region === undefined)
  let best: PriceRow | null = null
  for (const row of candidates) {
    const start = bandStart(row.when)
    if (start <= at.promptTokens && (best === null || start > bandStart(best.when))) best = row
  }
  return best
    ? { row: best, regionIgnored: at.region !== null && !named }
    : { missing: 'unknown_kind' }
}

/** Kinds that may be priced as another one, and what the receipt says of it. */
const FALLBACKS: Partial<Record<TokenKind, readonly [TokenKind, RatingFlag]>> = {
  cache_write: ['cache_write_5m', 'cache_write_read_as_5m'],
  reasoning: ['output', 'reasoning_priced_as_output'],
  input_image: ['input', 'image_priced_as_text'],
  output_image: ['output', 'image_priced_as_text'],
}

export interface KindRows {
  readonly kind: TokenKind
  readonly rows: readonly PriceRow[]
  readonly flag: RatingFlag | null
}

/** The rows of a kind, or of the kind that stands in for it. */
export function rowsOfKind(book: PriceBook, model: string, kind: TokenKind): KindRows | null {
  const kinds = book.rows.get(model)
  const own = kinds?.get(kind)
  if (own) return { kind, rows: own, flag: null }
  const fallback = FALLBACKS[kind]
  const rows = fallback && kinds?.get(fallback[0])
  return rows ? { kind: fallback[0], rows, flag: fallback[1] } : null
}

/** Nanos per unit of a fee; the model's own price before that of every model. */
export const feeOf = (book: PriceBook, model: string, fee: string): Nanos | undefined =>
  book.fees.get(fee)?.get(model) ?? book.fees.get(fee)?.get('*')
