import type { Nanos } from '../money/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import type { BandedRow, CompiledBook, KindPrices, ModelPrices, Resolution } from './compile.ts'
import type { Failure } from './failures.ts'
import { ALIASED_ID_MAX } from './patterns.ts'
import type { PriceBook } from './types.ts'

const RESOLVED_MAX = 2_000

/**
 * The priced model that an id means: itself, else the first alias rule whose outcome has prices.
 * `null` for an unknown model: there is no default price.
 */
export function resolveModel(book: PriceBook, id: string): Resolution | null {
  const { models, resolved } = book.compiled
  const known = resolved.get(id)
  if (known !== undefined) return known
  const prices = models.get(id)
  if (!prices && id.length > ALIASED_ID_MAX) return null
  const resolution = prices ? { model: id, prices, rule: 'exact' } : resolveAlias(book.compiled, id)
  if (resolved.size >= RESOLVED_MAX) resolved.clear()
  resolved.set(id, resolution)
  return resolution
}

function resolveAlias({ aliases, models }: CompiledBook, id: string): Resolution | null {
  for (const { pattern, replace, rule } of aliases) {
    const prices = models.get(id.replace(pattern, replace))
    if (prices) return { model: prices.model, prices, rule }
  }
  return null
}

/** What a call was served as, in canonical words (`''` is the ordinary one). */
export interface Place {
  readonly tier: string
  readonly speed: string
  readonly region: string
}

/** The kind whose row is used where a kind has none. Every other kind needs its own. */
const STANDS_IN: Readonly<Partial<Record<TokenKind, TokenKind>>> = {
  cache_write: 'cache_write_5m',
  reasoning: 'output',
  input_image: 'input',
  output_image: 'output',
}

/**
 * The row that prices a kind at a prompt length, or that stands in for it (then `row.kind` is another).
 * Tier and speed have to be the row's own: a special one without a row has no price, and never the
 * ordinary one. `undefined` when there is none.
 */
export function findRow(
  prices: ModelPrices,
  kind: TokenKind,
  place: Place,
  prompt: number,
): BandedRow | undefined {
  const variant = prices.variants.get(place.tier)?.get(place.speed)
  if (!variant) return undefined
  const own = rowIn(variant.get(kind), place.region, prompt)
  if (own) return own
  const other = STANDS_IN[kind]
  return other && rowIn(variant.get(other), place.region, prompt)
}

/** Rows that name the region win; the highest band that the prompt reaches wins among them. */
function rowIn(
  prices: KindPrices | undefined,
  region: string,
  prompt: number,
): BandedRow | undefined {
  if (!prices) return undefined
  const local = region === '' ? undefined : prices.regions.get(region)
  return (local && reached(local, prompt)) ?? reached(prices.anywhere, prompt)
}

function reached(bands: readonly BandedRow[], prompt: number): BandedRow | undefined {
  for (const band of bands) if (band.from <= prompt) return band
  return undefined
}

/** Why a kind has no row there: the tier, the speed, or the kind itself. */
export function placeFailure(prices: ModelPrices, kind: TokenKind, place: Place): Failure {
  const { tier, speed } = place
  if (tier === '' && speed === '') return { reason: 'unknown_kind', missing: kind }
  const speeds = prices.variants.get(tier)
  if (tier !== '' && !speeds) return { reason: 'unknown_tier', missing: tier }
  if (speed !== '' && !speeds?.has(speed)) return { reason: 'unknown_speed', missing: speed }
  return tier !== ''
    ? { reason: 'unknown_tier', missing: `${tier} ${kind}` }
    : { reason: 'unknown_speed', missing: `${speed} ${kind}` }
}

/** Nanos per counted unit: the model's own price, else that of every model. */
export function feeEach(book: PriceBook, model: string, fee: string): Nanos | undefined {
  const prices = book.compiled.fees.get(fee)
  return prices?.get(model) ?? prices?.get('*')
}
