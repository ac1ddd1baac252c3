import { floorLines, type Nanos } from '../money/index.ts'
import { type NormalisedCall, promptTokens, TOKEN_KINDS, type Usage } from '../usage/usage.ts'
import { promotionsFor, regionWeighted, weightsFor } from './multipliers.ts'
import {
  bandName,
  type Dimensions,
  feeOf,
  pickRow,
  resolveModel,
  rowsOfKind,
  specialSpeed,
  specialTier,
} from './rows.ts'
import type {
  PriceBook,
  RatedLine,
  RatedUsage,
  Rating,
  RatingContext,
  RatingFlag,
  Unpriced,
  UnpricedReason,
} from './types.ts'

const PER_MTOK = 1_000_000n

/** A line before its amount is known: `numerator / denominator` nanos, exactly. */
type Draft = RatedLine extends infer Line
  ? Line extends { amount: Nanos }
    ? Omit<Line, 'amount'>
    : never
  : never

/** The exact sum so far, as a fraction over one common denominator. */
interface Sheet {
  readonly drafts: Draft[]
  /** Over `denominator`. */
  numerators: bigint[]
  denominator: bigint
  readonly flags: Set<RatingFlag>
  band: string | null
}

const unpriced = (reason: UnpricedReason, missing: readonly string[]): Unpriced => ({
  status: 'unpriced',
  reason,
  missing,
})

/** Prices one usage at its model's rows. */
export const rate = (book: PriceBook, context: RatingContext, usage: Usage): Rating =>
  rateParts(book, context, [{ model: context.model, usage }])

/** Prices a call, each part at the rows of the model that served it. Absent usage counts as none. */
export function rateCall(
  book: PriceBook,
  context: RatingContext,
  call: Pick<NormalisedCall, 'usage' | 'parts'>,
): Rating {
  if (call.parts.length === 0 && call.usage) return rate(book, context, call.usage)
  const parts = call.parts.map((part) => ({
    model: part.model ?? context.model,
    usage: part.usage,
  }))
  return rateParts(book, context, [
    ...(call.usage ? [{ model: context.model, usage: call.usage }] : []),
    ...parts,
  ])
}

interface Part {
  readonly model: string
  readonly usage: Usage
}

/**
 * The exact price as one fraction, floored once; line amounts are differences of floored running
 * sums, so that they add up. Multipliers are lines of their own: weights act on tokens, promotions
 * on everything.
 */
function rateParts(book: PriceBook, context: RatingContext, parts: readonly Part[]): Rating {
  const sheet: Sheet = {
    drafts: [],
    numerators: [],
    denominator: PER_MTOK,
    flags: new Set(),
    band: null,
  }
  const served = resolveModel(book, context.model)
  if (!served) return unpriced('unknown_model', [context.model])
  for (const part of parts) {
    const own = { ...context, model: part.model }
    const missing = addTokens(sheet, book, own, part.usage) ?? addFees(sheet, book, own, part.usage)
    if (missing) return missing
  }
  for (const own of promotionsFor(book, context, served.model)) multiply(sheet, 'promotion', own, 0)
  if (served.rule !== 'exact') sheet.flags.add('model_alias')
  noteTier(sheet, context)
  return { status: 'priced', rated: finish(book, served, sheet) }
}

function addTokens(
  sheet: Sheet,
  book: PriceBook,
  context: RatingContext,
  usage: Usage,
): Unpriced | null {
  const resolved = resolveModel(book, context.model)
  if (!resolved) return unpriced('unknown_model', [context.model])
  const prompt = promptTokens(usage)
  const at: Dimensions = {
    tier: specialTier(context.tier),
    speed: specialSpeed(context.speed),
    region: context.region,
    promptTokens: prompt,
  }
  const first = sheet.drafts.length
  for (const kind of TOKEN_KINDS) {
    const quantity = usage.tokens[kind]
    if (quantity === undefined || quantity === 0) continue
    const missing = addKind(sheet, book, { model: resolved.model, kind, quantity, at })
    if (missing) return missing
  }
  for (const own of weightsFor(book, context, prompt)) multiply(sheet, 'weight', own, first)
  return null
}

interface KindQuantity {
  readonly model: string
  readonly kind: (typeof TOKEN_KINDS)[number]
  readonly quantity: number
  readonly at: Dimensions
}

function addKind(sheet: Sheet, book: PriceBook, own: KindQuantity): Unpriced | null {
  const found = rowsOfKind(book, own.model, own.kind)
  if (!found) return unpriced('unknown_kind', [own.kind])
  const picked = pickRow(found.rows, own.at)
  if ('missing' in picked) return unpriced(picked.missing, [missingName(picked.missing, own)])
  const { row } = picked
  if (found.flag) sheet.flags.add(found.flag)
  if (picked.regionIgnored && !regionWeighted(book, own.at.region!))
    sheet.flags.add('region_without_price')
  sheet.band ??= bandName(row.when)
  sheet.drafts.push({
    type: 'usage',
    kind: found.kind,
    model: own.model,
    quantity: own.quantity,
    perMtok: row.perMtok,
  })
  sheet.numerators.push((BigInt(own.quantity) * row.perMtok * sheet.denominator) / PER_MTOK)
  return null
}

function missingName(reason: UnpricedReason, own: KindQuantity): string {
  if (reason === 'unknown_tier') return own.at.tier ?? 'standard'
  return reason === 'unknown_speed' ? (own.at.speed ?? 'standard') : own.kind
}

function addFees(
  sheet: Sheet,
  book: PriceBook,
  context: RatingContext,
  usage: Usage,
): Unpriced | null {
  for (const [fee, quantity] of Object.entries(usage.fees)) {
    if (quantity === 0) continue
    const each = feeOf(book, resolveModel(book, context.model)?.model ?? context.model, fee)
    if (each === undefined) return unpriced('unknown_fee', [fee])
    sheet.drafts.push({ type: 'fee', fee, quantity, each })
    sheet.numerators.push(BigInt(quantity) * each * sheet.denominator)
  }
  return null
}

/** Adds `sum × (multiplier − 1)` as a line, over the lines from `first` on. */
function multiply(
  sheet: Sheet,
  type: 'weight' | 'promotion',
  own: {
    readonly id: string
    readonly multiplier: { readonly numerator: bigint; readonly denominator: bigint }
  },
  first: number,
): void {
  const { numerator, denominator } = own.multiplier
  const sum = sheet.numerators.slice(first).reduce((a, b) => a + b, 0n)
  sheet.numerators = sheet.numerators.map((line) => line * denominator)
  sheet.denominator *= denominator
  sheet.drafts.push({ type, id: own.id, multiplier: own.multiplier })
  sheet.numerators.push(sum * (numerator - denominator))
}

function noteTier(sheet: Sheet, context: RatingContext): void {
  const { requestedTier, tier } = context
  if (requestedTier == null || requestedTier === 'auto') return
  if (specialTier(requestedTier) !== specialTier(tier)) sheet.flags.add('tier_differs_from_request')
}

function finish(
  book: PriceBook,
  served: { model: string; rule: string },
  sheet: Sheet,
): RatedUsage {
  const amounts = floorLines(sheet.numerators, sheet.denominator)
  let total = 0n
  const lines = sheet.drafts.map((draft, index) => {
    const amount = amounts[index]!
    total += amount
    return { ...draft, amount } as RatedLine
  })
  return {
    bookId: book.id,
    currency: book.currency,
    model: served.model,
    modelRule: served.rule,
    band: sheet.band,
    lines,
    total: total as Nanos,
    flags: [...sheet.flags],
  }
}
