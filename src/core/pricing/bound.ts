import { min, type Nanos, ZERO } from '../money/index.ts'
import type { TokenKind } from '../usage/usage.ts'
import type { ModelPrices, Resolution } from './compile.ts'
import { isAnyTier, regionOf, speedOf, tierOf } from './conditions.ts'
import { Cost, dearestOf } from './cost.ts'
import { unpricedFor } from './failures.ts'
import { feeEach, findRow, type Place, resolveModel } from './lookup.ts'
import { productOf, promotionsFor, weightsFor } from './multipliers.ts'
import type { BoundRating, PriceBook, RatingContext, Unpriced, UsageBound } from './types.ts'

/** What a call is expected to write when the book does not say, in tokens. */
export const EXPECTED_OUTPUT_TOKENS_DEFAULT = 1_024

/**
 * Prices a call before it is made, in nanos. `worst` is the dearest that it can cost: over every band
 * that its prompt can reach, the ordinary and the requested tier and speed (every tier when it asks for
 * `auto`), every region that it can be served in, and every kind that can occur. Whatever is then served
 * within the bound costs no more.
 *
 * `unpriced` when the model, the requested tier or speed, every prompt or output kind, or a fee that can
 * occur has no price.
 */
export function bound(book: PriceBook, context: RatingContext, own: UsageBound): BoundRating {
  const resolved = resolveModel(book, context.model)
  if (!resolved) return unpriced('unknown_model', [context.model])
  const ask: Ask = { book, context, own, resolved, fees: 0n }
  const missing = placeProblem(ask) ?? addFees(ask)
  if (missing) return missing
  const costs = scenarios(ask)
  if (costs.length === 0) return unpriced('unknown_kind', missingKinds(own))
  const worstFor = (maxOutputTokens: number): Nanos => dearestOf(costs, maxOutputTokens)
  const usual = usualCost(ask)
  const likely =
    book.models.get(resolved.model)?.expected_output_tokens ?? EXPECTED_OUTPUT_TOKENS_DEFAULT
  const expectedFor = (maxOutputTokens: number): Nanos =>
    min(usual.at(Math.min(maxOutputTokens, likely)), worstFor(maxOutputTokens))
  return {
    status: 'priced',
    bookId: book.id,
    worst: worstFor(own.maxOutputTokens),
    expected: expectedFor(own.maxOutputTokens),
    maxOutputWithin: (budget) => {
      let most = own.maxOutputTokens
      for (const cost of costs) most = Math.min(most, cost.within(budget, own.maxOutputTokens))
      return most
    },
    expectedFor,
    worstFor,
  }
}

interface Ask {
  readonly book: PriceBook
  readonly context: RatingContext
  readonly own: UsageBound
  readonly resolved: Resolution
  /** All fees that can occur, in nanos. */
  fees: bigint
}

const unpriced = (reason: Unpriced['reason'], missing: readonly string[]): Unpriced => ({
  status: 'unpriced',
  reason,
  missing,
})

/** A tier or speed that was asked for and has no prices at all cannot be promised. */
function placeProblem({ resolved, context }: Ask): Unpriced | null {
  const { variants } = resolved.prices
  const tier = tierOf(context.tier)
  const speed = speedOf(context.speed)
  if (tier !== '' && !variants.has(tier)) return unpriced('unknown_tier', [tier])
  const known = variants.get(tier)?.has(speed) || variants.get('')?.has(speed)
  return speed !== '' && !known ? unpriced('unknown_speed', [speed]) : null
}

function addFees(ask: Ask): Unpriced | null {
  const failures = []
  for (const [fee, count] of Object.entries(ask.own.fees)) {
    if (count === 0) continue
    const each = feeEach(ask.book, ask.resolved.model, fee)
    if (each === undefined) failures.push({ reason: 'unknown_fee' as const, missing: fee })
    else ask.fees += each * BigInt(count)
  }
  return unpricedFor(failures)
}

const missingKinds = (own: UsageBound): readonly TokenKind[] => [
  ...(own.promptTokensMax > 0 ? own.promptKinds : []),
  ...(own.maxOutputTokens > 0 ? own.outputKinds : []),
]

const orOrdinary = (word: string): readonly string[] => (word === '' ? [''] : [word, ''])

/** A tier that the provider chooses can be any that has prices, and never one of batches. */
function tiersOf({ variants }: ModelPrices, { tier }: RatingContext): readonly string[] {
  if (!isAnyTier(tier)) return orOrdinary(tierOf(tier))
  return [...new Set(['', ...variants.keys()])].filter((word) => word !== 'batch')
}

/**
 * Where a call can be served: as it asks, or as usual; at any tier where it leaves that to the provider;
 * in any region unless it names one.
 */
function* placesOf(prices: ModelPrices, context: RatingContext): Generator<Place> {
  const named = context.region === null ? prices.regions : [regionOf(context.region)]
  const regions = ['', ...named.filter((region) => region !== '')]
  for (const tier of tiersOf(prices, context))
    for (const speed of orOrdinary(speedOf(context.speed)))
      for (const region of regions) yield { tier, speed, region }
}

/** One linear cost for each place and band that the call can come to lie in. */
function scenarios(ask: Ask): Cost[] {
  const { promptTokensMax } = ask.own
  const { prices } = ask.resolved
  const starts = [0, ...prices.thresholds.filter((from) => from <= promptTokensMax)]
  const costs: Cost[] = []
  for (const place of placesOf(prices, ask.context)) {
    for (const [index, start] of starts.entries()) {
      const next = starts[index + 1]
      const prompt = next === undefined ? promptTokensMax : next - 1
      const cost = dearestAt(ask, place, prompt)
      if (cost && prompt >= start) costs.push(cost)
    }
  }
  return costs
}

/** The dearest cost with a prompt of this length, served there; `null` when it cannot be priced. */
function dearestAt(ask: Ask, place: Place, prompt: number): Cost | null {
  const { own } = ask
  const input = prompt === 0 ? ZERO : dearestPrice(ask, own.promptKinds, place, prompt)
  const output =
    own.maxOutputTokens === 0 ? ZERO : dearestPrice(ask, own.outputKinds, place, prompt)
  return input === null || output === null ? null : costOf(ask, { place, prompt, input, output })
}

function dearestPrice(
  ask: Ask,
  kinds: readonly TokenKind[],
  place: Place,
  prompt: number,
): Nanos | null {
  let dearest: Nanos | null = null
  for (const kind of kinds) {
    const price = findRow(ask.resolved.prices, kind, place, prompt)?.row.perMtok
    if (price !== undefined && (dearest === null || price > dearest)) dearest = price
  }
  return dearest
}

interface Scenario {
  readonly place: Place
  readonly prompt: number
  readonly input: Nanos
  readonly output: Nanos
  readonly fees?: bigint
}

function costOf(ask: Ask, { place, prompt, input, output, fees = ask.fees }: Scenario): Cost {
  const { book, context, resolved } = ask
  return new Cost({
    prompt: input * BigInt(prompt),
    output,
    fees,
    weight: productOf(weightsFor(book.compiled, place, context.features, prompt)),
    promotion: productOf(promotionsFor(book.compiled, context, resolved.model)),
  })
}

/** The expected cost: plain input and output, as asked for where that has prices, without fees. */
function usualCost(ask: Ask): Cost {
  const { context, own, resolved } = ask
  const prompt = Math.min(own.promptTokensExpected, own.promptTokensMax)
  const region = regionOf(context.region)
  const asked = { tier: tierOf(context.tier), speed: speedOf(context.speed), region }
  const places = [asked, { tier: '', speed: '', region }]
  const priceOf = (kinds: readonly TokenKind[], plain: TokenKind): Nanos => {
    for (const place of places) {
      const found = findRow(resolved.prices, plain, place, prompt)
      const price = found ? found.row.perMtok : dearestPrice(ask, kinds, place, prompt)
      if (price !== null) return price
    }
    return ZERO
  }
  const input = priceOf(own.promptKinds, 'input')
  const output = priceOf(own.outputKinds, 'output')
  return costOf(ask, { place: asked, prompt, input, output, fees: 0n })
}
