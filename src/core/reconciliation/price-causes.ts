import { floorDivide, type Nanos } from '../money/index.ts'
import { bookInForce, type PriceBook, resolveModel } from '../pricing/index.ts'
import { TOKEN_KINDS } from '../usage/usage.ts'
import { magnitude, type Work, worthOf } from './compare.ts'
import { listPrice, PER_MILLION } from './own-side.ts'
import type { CauseShare, ComparisonSettings, Position, VarianceCause } from './types.ts'

interface Known {
  readonly books: readonly PriceBook[]
  readonly settings: ComparisonSettings
}

/**
 * The one cause of a difference in price, or in cost without a quantity. A price that somebody could
 * have meant is a cause only where it gives the billed amount, to the rounding of the bill.
 */
export function priceCause(
  work: Work,
  { price, unsplit }: { readonly price: bigint; readonly unsplit: bigint },
  known: Known,
): readonly CauseShare[] {
  const { billed, own } = work
  const open = price + unsplit
  if (open === 0n || billed.cost === null) return []
  const share = (cause: VarianceCause, amount = open): CauseShare[] => [
    { cause, quantity: null, amount: amount as Nanos },
  ]
  const rounding = billed.rounding + 1n
  if (magnitude(open) <= rounding) return share('rounding')
  if (billed.foreignCost !== 0n && billed.quantity === null)
    return unsplitRest(share('foreign_key', clamp(billed.foreignCost, open)), work, open)
  if (isUnlistedPriority(own.position, work, known))
    return share('priority_tier_not_in_cost_report')
  if (own.quantity === 0n && own.position.kind.startsWith('other:')) return share('not_metered')
  if (work.price === null) return share('unknown_model')
  if (billed.quantity === null) return unsplitRest([], work, open)
  const meant = candidates(work, known).find(({ perMillion }) => {
    const cost = floorDivide(
      (billed.quantity ?? 0n) * perMillion.exact,
      perMillion.of * PER_MILLION,
    )
    return magnitude((billed.cost ?? 0n) - cost) <= rounding
  })
  return meant ? share(meant.cause) : []
}

const clamp = (amount: bigint, limit: bigint): bigint =>
  limit <= 0n ? 0n : amount < limit ? amount : limit

/** Without a quantity, what calls can have used beside what we count explains cost, up to its worth. */
function unsplitRest(
  shares: readonly CauseShare[],
  work: Work,
  open: bigint,
): readonly CauseShare[] {
  let rest = open - shares.reduce((sum, { amount }) => sum + amount, 0n)
  const all = [...shares]
  for (const [cause, most] of work.own.open) {
    const amount = clamp(worthOf(work, most), rest)
    if (amount === 0n) continue
    rest -= amount
    all.push({ cause, quantity: null, amount: amount as Nanos })
  }
  return all
}

/** The cost report of Anthropic leaves the priority tier out. */
const isUnlistedPriority = (position: Position, { billed }: Work, { settings }: Known): boolean =>
  settings.provider === 'anthropic' &&
  position.tier?.startsWith('priority') === true &&
  billed.cost === 0n

interface Candidate {
  readonly cause: VarianceCause
  /** Nanos per million units, times `of`. */
  readonly perMillion: { readonly exact: bigint; readonly of: bigint }
}

function candidates({ own, price }: Work, { books, settings }: Known): Candidate[] {
  const { position } = own
  const found: Candidate[] = []
  const add = (cause: VarianceCause, exact: bigint | null): void => {
    if (exact !== null) found.push({ cause, perMillion: { exact, of: 1n } })
  }
  const inForce = bookInForce(books, position.day)
  for (const book of books)
    if (book !== inForce) add('price_row_changed', listPrice(book, position))
  for (const band of bandPrices(inForce, position)) add('band_differs', band)
  for (const tier of tiersOf(position))
    if (tier !== (position.tier ?? ''))
      add('tier_differs', listPrice(inForce, { ...position, tier }))
  if (price)
    for (const { numerator, denominator } of settings.discounts)
      found.push({
        cause: 'discount',
        perMillion: { exact: price.exact * numerator, of: price.of * denominator },
      })
  return found
}

/** Fees are the same in every tier. */
const tiersOf = ({ kind }: Position): readonly string[] =>
  kind.startsWith('fee:') ? [] : ['', 'batch', 'flex', 'priority']

/** What the kind costs in every band of the model, in its place. */
function bandPrices(book: PriceBook | null, position: Position): readonly bigint[] {
  const kind = TOKEN_KINDS.find((known) => known === position.kind)
  const prices = book && resolveModel(book, position.model)?.prices
  const bands =
    kind &&
    prices?.variants
      .get(position.tier ?? '')
      ?.get(position.speed ?? '')
      ?.get(kind)
  return bands ? bands.anywhere.map(({ row }) => row.perMtok) : []
}
