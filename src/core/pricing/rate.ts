import { ZERO } from '../money/index.ts'
import {
  type NormalisedCall,
  promptTokens,
  TOKEN_KINDS,
  type TokenKind,
  type Usage,
} from '../usage/usage.ts'
import type { BandedRow, Resolution, Weight } from './compile.ts'
import { regionOf, speedOf, tierOf } from './conditions.ts'
import { type Failure, unpricedFor } from './failures.ts'
import { feeEach, findRow, type Place, placeFailure, resolveModel } from './lookup.ts'
import { promotionsFor, weightsFor } from './multipliers.ts'
import { PER_MTOK, type Share, Sheet } from './sheet.ts'
import type { PriceBook, RatedUsage, Rating, RatingContext, RatingFlag } from './types.ts'

/** What was served, whole or in parts: the usage and parts of a `NormalisedCall`. */
export type RatedCall = Pick<NormalisedCall, 'usage' | 'parts'>

/** Prices the usage of one model: `rateCall` for a call of one part. */
export const rate = (book: PriceBook, context: RatingContext, usage: Usage): Rating =>
  rateCall(book, context, { usage, parts: [] })

/**
 * Prices a call in nanos of the book's currency, each part at the rows of the model that served it.
 * The receipt is one exact fraction, floored once. Weights multiply the token lines, promotions
 * multiply everything.
 *
 * Where anything that was used has no price, the whole call is `unpriced` and says what is missing. So
 * is a call without usage: missing is not zero.
 */
export function rateCall(book: PriceBook, context: RatingContext, call: RatedCall): Rating {
  const { usage, parts } = call
  if (!usage) return { status: 'unpriced', reason: 'unknown_kind', missing: ['usage'] }
  const work: Work = {
    book,
    context,
    place: placeOf(context),
    sheet: new Sheet(),
    flags: new Set(),
    failures: [],
    band: null,
  }
  const all: Part[] = []
  for (const part of [{ model: context.model, usage }, ...parts]) {
    const added = addPart(work, part.model ?? context.model, part.usage)
    if (added) all.push(added)
  }
  for (const part of all) addFees(work, part)
  const missing = unpricedFor(work.failures)
  if (missing) return missing
  multiply(work, all)
  return { status: 'priced', rated: close(work, all[0]!) }
}

interface Work {
  readonly book: PriceBook
  readonly context: RatingContext
  readonly place: Place
  readonly sheet: Sheet
  readonly flags: Set<RatingFlag>
  readonly failures: Failure[]
  /** The highest band that a line was priced at. */
  band: { readonly from: number; readonly name: string } | null
}

interface Part {
  readonly resolved: Resolution
  readonly usage: Usage
  readonly prompt: number
  readonly tokens: Share
  readonly fees: Share
  readonly weights: readonly Weight[]
}

const placeOf = ({ tier, speed, region }: RatingContext): Place => ({
  tier: tierOf(tier),
  speed: speedOf(speed),
  region: regionOf(region),
})

function addPart(work: Work, id: string, usage: Usage): Part | null {
  const resolved = resolveModel(work.book, id)
  if (!resolved) {
    work.failures.push({ reason: 'unknown_model', missing: id })
    return null
  }
  if (resolved.rule !== 'exact') work.flags.add('model_alias')
  const prompt = promptTokens(usage)
  return {
    resolved,
    usage,
    prompt,
    tokens: { numerator: addLines(work, resolved, usage, prompt), denominator: PER_MTOK },
    fees: { numerator: 0n, denominator: 1n },
    weights: weightsFor(work.book.compiled, work.place, work.context.features, prompt),
  }
}

/** Adds the token lines of a part; returns their sum in nanos × 10⁶. */
function addLines(work: Work, resolved: Resolution, usage: Usage, prompt: number): bigint {
  const { model, prices } = resolved
  const tokens = withLifetimes(work, resolved, usage.tokens, prompt)
  let sum = 0n
  for (const kind of TOKEN_KINDS) {
    const quantity = tokens[kind] ?? 0
    if (quantity === 0) continue
    const found = findRow(prices, kind, work.place, prompt)
    if (!found) {
      work.failures.push(placeFailure(prices, kind, work.place))
      continue
    }
    note(work, kind, found)
    const { perMtok } = found.row
    const exact = BigInt(quantity) * perMtok
    sum += exact
    work.sheet.add({ type: 'usage', kind, model, quantity, perMtok, amount: ZERO }, exact, PER_MTOK)
  }
  return sum
}

/** Cache writes of unstated lifetime become those of five minutes where they have no own price. */
function withLifetimes(
  { place, flags }: Work,
  { prices }: Resolution,
  tokens: Usage['tokens'],
  prompt: number,
): Usage['tokens'] {
  const { cache_write: writes = 0, cache_write_5m: short = 0 } = tokens
  const found = writes === 0 ? undefined : findRow(prices, 'cache_write', place, prompt)
  if (!found || found.row.kind === 'cache_write') return tokens
  flags.add('cache_write_read_as_5m')
  return { ...tokens, cache_write: 0, cache_write_5m: short + writes }
}

const STAND_IN_FLAGS: Readonly<Partial<Record<TokenKind, RatingFlag>>> = {
  reasoning: 'reasoning_priced_as_output',
  input_image: 'image_priced_as_text',
  output_image: 'image_priced_as_text',
}

/** Notes what the receipt has to say about the row that was used. */
function note(work: Work, kind: TokenKind, found: BandedRow): void {
  const flag = found.row.kind === kind ? undefined : STAND_IN_FLAGS[kind]
  if (flag) work.flags.add(flag)
  if (found.band !== null && (work.band === null || found.from > work.band.from))
    work.band = { from: found.from, name: found.band }
  const { region } = work.place
  if (region === '' || found.hasRegion) return
  const weighted = work.book.compiled.weights.some(({ when }) => when.region === region)
  if (!weighted) work.flags.add('region_without_price')
}

function addFees(work: Work, part: Part): void {
  for (const [fee, quantity] of Object.entries(part.usage.fees)) {
    if (quantity === 0) continue
    const each = feeEach(work.book, part.resolved.model, fee)
    if (each === undefined) {
      work.failures.push({ reason: 'unknown_fee', missing: fee })
      continue
    }
    const exact = BigInt(quantity) * each
    part.fees.numerator += exact
    work.sheet.add({ type: 'fee', fee, quantity, each, amount: ZERO }, exact, 1n)
  }
}

/** Weights act on the tokens of the parts to which they apply; then promotions on all of those. */
function multiply({ book, context, sheet }: Work, parts: readonly Part[]): void {
  for (const weight of book.compiled.weights) {
    const weighted = parts.filter((part) => part.weights.includes(weight))
    sheet.multiply(
      'weight',
      weight,
      weighted.map((part) => part.tokens),
    )
  }
  if (book.compiled.promotions.length === 0) return
  const inForce = parts.map((part) => promotionsFor(book.compiled, context, part.resolved.model))
  for (const promotion of book.compiled.promotions) {
    const promoted = parts.filter((_, index) => inForce[index]?.includes(promotion))
    sheet.multiply(
      'promotion',
      promotion,
      promoted.flatMap((part) => [part.tokens, part.fees]),
    )
  }
}

function close({ book, context, place, sheet, flags, band }: Work, main: Part): RatedUsage {
  const { requestedTier } = context
  if (requestedTier != null && requestedTier !== 'auto' && tierOf(requestedTier) !== place.tier)
    flags.add('tier_differs_from_request')
  const { lines, total } = sheet.close()
  return {
    bookId: book.id,
    currency: book.currency,
    model: main.resolved.model,
    modelRule: main.resolved.rule,
    band: band?.name ?? null,
    lines,
    total,
    flags: [...flags],
  }
}
