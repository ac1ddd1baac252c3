import { type Nanos, parseNanos, ratio, ZERO } from '../money/index.ts'
import type {
  PriceBookDocument,
  PriceCondition,
  PriceRowDocument,
  WeightDocument,
} from '../pricing/types.ts'
import { type Instant, parseInstant } from '../time/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import type { Quantities } from './reading.ts'

export interface PricedPart {
  readonly model: string
  readonly quantities: Quantities
  readonly fees: Readonly<Record<string, number>>
}

export interface PricedCall {
  /** As served, in the provider's words. */
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly features: readonly string[]
  /** Plan id, for promotions; `null`: none. */
  readonly plan: string | null
  readonly at: Instant
  /** What served first, then what other models did for it. */
  readonly parts: readonly PricedPart[]
}

/** What a wrong bill may have done with the bands of a kind, for telling one fault from another. */
export type BandChoice = (kind: TokenKind) => 'right' | 'lowest' | 'highest'

const PROMPT: readonly TokenKind[] = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'cache_write',
  'input_audio',
  'input_image',
]

const STAND_IN: Readonly<Partial<Record<TokenKind, TokenKind>>> = {
  cache_write: 'cache_write_5m',
  reasoning: 'output',
  input_image: 'input',
  output_image: 'output',
}

const ORDINARY = [
  'standard',
  'default',
  'auto',
  'on_demand',
  'standard_only',
  'global',
  'not_available',
]

/** Every word for the ordinary tier, speed or place is the same one. */
export const plainly = (word: string | null | undefined): string =>
  word == null || ORDINARY.includes(word) ? '' : word

export const promptOf = (quantities: Quantities): number =>
  PROMPT.reduce((sum, kind) => sum + (quantities[kind] ?? 0), 0)

const fromOf = ({
  prompt_tokens_above: above,
  prompt_tokens_from: from,
}: PriceCondition): number => (above === undefined ? (from ?? 0) : above + 1)

/** What a call costs by a book, in nanos; `null`: the book has no price for something that was used. */
export function priceOf(
  book: PriceBookDocument,
  call: PricedCall,
  bands: BandChoice = () => 'right',
): Nanos | null {
  let total: Fraction = { over: 0n, under: 1n }
  for (const part of call.parts) {
    const cost = partCost(book, call, { part, bands })
    if (cost === null) return null
    total = plus(total, cost)
  }
  return floored(total)
}

/** An exact amount in nanos. */
interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
})
const times = (a: Fraction, text: string): Fraction => {
  const factor = ratio.parseRatio(text) ?? ratio.ONE
  return { over: a.over * factor.numerator, under: a.under * factor.denominator }
}

function floored({ over, under }: Fraction): Nanos {
  const whole = over / under
  return (over % under < 0n ? whole - 1n : whole) as Nanos
}

function partCost(
  book: PriceBookDocument,
  call: PricedCall,
  { part, bands }: { readonly part: PricedPart; readonly bands: BandChoice },
): Fraction | null {
  const model = modelIn(book, part.model)
  if (model === null) return null
  const prompt = promptOf(part.quantities)
  let tokens = 0n
  for (const [kind, quantity] of Object.entries(part.quantities) as [TokenKind, number][]) {
    if (quantity === 0) continue
    const row = rowFor(rowsOf(book, model), { call, kind, prompt, band: bands(kind) })
    const price = row && parseNanos(row.per_mtok)
    if (price === undefined) return null
    tokens += BigInt(quantity) * price
  }
  const fees = feesCost(book, model, part.fees)
  if (fees === null) return null
  let sum: Fraction = { over: tokens, under: 1_000_000n }
  for (const { multiplier } of weightsOn(book, call, prompt)) sum = times(sum, multiplier)
  let cost = plus(sum, { over: fees, under: 1n })
  for (const promotion of book.promotions ?? [])
    if (isPromoted(promotion, call, model)) cost = times(cost, promotion.multiplier)
  return cost
}

const indexes = new WeakMap<PriceBookDocument, ReadonlyMap<string, readonly PriceRowDocument[]>>()

/** A pure memo: documents are immutable. */
function rowsOf(book: PriceBookDocument, model: string): readonly PriceRowDocument[] {
  let index = indexes.get(book)
  if (!index) {
    const made = new Map<string, PriceRowDocument[]>()
    for (const row of book.rows) {
      const own = made.get(row.model)
      if (own) own.push(row)
      else made.set(row.model, [row])
    }
    index = made
    indexes.set(book, made)
  }
  return index.get(model) ?? []
}

/** The model whose rows price an id: itself, or what the first alias that leads somewhere makes of it. */
export function modelIn(book: PriceBookDocument, id: string): string | null {
  if (rowsOf(book, id).length > 0) return id
  for (const { pattern, replace = '' } of book.aliases ?? []) {
    const named = id.replace(new RegExp(pattern), replace)
    if (rowsOf(book, named).length > 0) return named
  }
  return null
}

interface Wanted {
  readonly call: PricedCall
  readonly kind: TokenKind
  readonly prompt: number
  readonly band: 'right' | 'lowest' | 'highest'
}

function rowFor(rows: readonly PriceRowDocument[], wanted: Wanted): PriceRowDocument | undefined {
  const own = rowOfKind(rows, wanted)
  const other = STAND_IN[wanted.kind]
  return own ?? (other && rowOfKind(rows, { ...wanted, kind: other }))
}

function rowOfKind(
  rows: readonly PriceRowDocument[],
  { call, kind, prompt, band }: Wanted,
): PriceRowDocument | undefined {
  const [tier, speed, region] = [plainly(call.tier), plainly(call.speed), plainly(call.region)]
  const fitting = rows.filter(
    ({ kind: own, when = {} }) =>
      own === kind &&
      plainly(when.tier) === tier &&
      plainly(when.speed) === speed &&
      (band === 'highest' || fromOf(when) <= (band === 'lowest' ? 0 : prompt)),
  )
  const inPlace = fitting.filter(({ when = {} }) => plainly(when.region) === region)
  const anywhere = fitting.filter(({ when = {} }) => plainly(when.region) === '')
  return highestBand(region === '' || inPlace.length === 0 ? anywhere : inPlace)
}

const highestBand = (rows: readonly PriceRowDocument[]): PriceRowDocument | undefined =>
  rows.reduce<PriceRowDocument | undefined>(
    (best, row) => (best && fromOf(best.when ?? {}) >= fromOf(row.when ?? {}) ? best : row),
    undefined,
  )

function feesCost(
  book: PriceBookDocument,
  model: string,
  fees: Readonly<Record<string, number>>,
): bigint | null {
  let sum = 0n
  for (const [fee, quantity] of Object.entries(fees)) {
    if (quantity === 0) continue
    const each = eachOf(book, model, fee)
    if (each === undefined) return null
    sum += BigInt(quantity) * each
  }
  return sum
}

/** Nanos of one counted unit: the model's own price, else that of every model. */
export function eachOf(book: PriceBookDocument, model: string, fee: string): Nanos | undefined {
  const named = (book.fees ?? []).filter((row) => row.fee === fee)
  const row = named.find((own) => own.model === model) ?? named.find((own) => own.model === '*')
  return row && parseNanos(row.each)
}

function weightsOn(book: PriceBookDocument, call: PricedCall, prompt: number): WeightDocument[] {
  const fits = (word: string | undefined, served: string | null): boolean =>
    word === undefined || plainly(word) === plainly(served)
  const found = (book.weights ?? []).filter(
    ({ when }) =>
      fromOf(when) <= prompt &&
      fits(when.tier, call.tier) &&
      fits(when.speed, call.speed) &&
      fits(when.region, call.region) &&
      (when.feature === undefined || call.features.includes(when.feature)),
  )
  if (book.weights_rule === 'product' || found.length < 2) return found
  const size = ({ multiplier }: WeightDocument) => parseNanos(multiplier) ?? ZERO
  return [found.reduce((best, next) => (size(next) > size(best) ? next : best))]
}

function isPromoted(
  promotion: NonNullable<PriceBookDocument['promotions']>[number],
  call: PricedCall,
  model: string,
): boolean {
  const [from, until] = [parseInstant(promotion.from), parseInstant(promotion.until)]
  return (
    from !== undefined &&
    until !== undefined &&
    from <= call.at &&
    call.at < until &&
    (!promotion.plans || (call.plan !== null && promotion.plans.includes(call.plan))) &&
    (!promotion.models || promotion.models.includes(model))
  )
}
