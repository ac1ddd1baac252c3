import { floorDivide, type Nanos, ZERO } from '../money/index.ts'
import { bookInForce, type PriceBook } from '../pricing/index.ts'
import type { Instant } from '../time/index.ts'
import { type Bill, type BilledPosition, type BillSide, billSide } from './bill-side.ts'
import {
  emptyPosition,
  listPrice,
  type OwnPosition,
  type OwnSide,
  PER_MILLION,
} from './own-side.ts'
import { priceCause } from './price-causes.ts'
import { explainQuantities } from './quantity-causes.ts'
import type { CauseShare, Comparison, ComparisonSettings, VarianceCause } from './types.ts'

/** One position while its difference is being explained. */
export interface Work {
  readonly billed: BilledPosition
  readonly own: OwnPosition
  /** Nanos × 10⁶ for `priceOf` units; `null`: it has no price. */
  readonly price: { readonly exact: bigint; readonly of: bigint } | null
  /** Billed less own, in units, that nothing explains yet. */
  rest: bigint
  /** How much of the difference has been given to causes so far. */
  given: bigint
  readonly causes: CauseShare[]
}

export interface Reconciled {
  readonly comparisons: readonly Comparison[]
  readonly days: readonly Instant[]
  readonly partDays: readonly Instant[]
}

/**
 * Compares a provider's bill with our own side. Of each position, quantity variance is told apart from
 * price variance, and what a named cause explains from what none does:
 * `total = quantity + price + unsplit = causes + unexplained`, to the nano.
 */
export function reconcileBill(
  bill: Bill,
  own: OwnSide,
  options: { readonly books: readonly PriceBook[]; readonly settings: ComparisonSettings },
): Reconciled {
  const { books, settings } = options
  const book = (day: Instant): PriceBook | null => bookInForce(books, day)
  const side = billSide(bill, { book, ownKeys: settings.ownKeys })
  const mine = own.at(side.grain)
  const works = worksOf(side, mine, book)
  explainQuantities(works, { own: mine, days: side.days })
  const comparisons = [...works.values()]
    .map((work) => closed(work, books, settings))
    .sort(byPosition)
  return {
    comparisons,
    days: [...side.days].sort((one, other) => one - other),
    partDays: side.partDays,
  }
}

function byPosition({ position: one }: Comparison, { position: other }: Comparison): number {
  const keyOf = (own: typeof one): string =>
    [own.model, own.kind, own.tier, own.speed, own.region].join('\n')
  if (one.day !== other.day) return one.day - other.day
  return keyOf(one) < keyOf(other) ? -1 : 1
}

function worksOf(
  side: BillSide,
  own: ReadonlyMap<string, OwnPosition>,
  book: (day: Instant) => PriceBook | null,
): Map<string, Work> {
  const works = new Map<string, Work>()
  for (const key of new Set([...side.positions.keys(), ...own.keys()])) {
    const mine = own.get(key)
    const position = mine?.position ?? side.positions.get(key)?.position
    if (!position || !side.days.has(position.day)) continue
    const ours = mine ?? emptyPosition(position)
    const billed = side.positions.get(key) ?? side.nothing(position)
    const isNothing = ours.quantity === 0n && !side.positions.has(key)
    if (isNothing) continue
    works.set(key, {
      billed,
      own: ours,
      price: priceOf(ours, book(position.day)),
      rest: billed.quantity === null ? 0n : billed.quantity - ours.quantity,
      given: 0n,
      causes: [],
    })
  }
  return works
}

/** Our mean price, since bands make a kind cost more in one call than in another; else the list's. */
function priceOf(own: OwnPosition, book: PriceBook | null): Work['price'] {
  const priced = own.quantity - own.unpriced
  if (priced > 0n) return { exact: own.exact, of: priced }
  const list = listPrice(book, own.position)
  return list === null ? null : { exact: list, of: 1n }
}

/** What so many units cost at the position's price. */
export const worthOf = ({ price }: Pick<Work, 'price'>, units: bigint): bigint =>
  price === null ? 0n : floorDivide(units * price.exact, price.of * PER_MILLION)

/**
 * Gives units of the difference to a cause. Amounts are differences of floored running sums, so that
 * all of them together are the quantity variance to the nano.
 */
export function give(work: Work, cause: VarianceCause, units: bigint): void {
  if (units === 0n) return
  const amount = (worthOf(work, work.given + units) - worthOf(work, work.given)) as Nanos
  work.given += units
  work.rest -= units
  work.causes.push({ cause, quantity: units, amount })
}

function closed(work: Work, books: readonly PriceBook[], settings: ComparisonSettings): Comparison {
  const { billed, own } = work
  const ownCost = floorDivide(own.exact, PER_MILLION)
  const quantity = billed.quantity === null ? 0n : worthOf(work, billed.quantity - own.quantity)
  // without a report of cost, only the quantities are compared
  const total = billed.cost === null ? quantity : billed.cost - ownCost
  const split = billed.quantity !== null
  const price = split ? total - quantity : 0n
  const unsplit = split ? 0n : total
  const causes = [...work.causes, ...priceCause(work, { price, unsplit }, { books, settings })]
  const explained = causes.reduce((sum, { amount }) => sum + amount, 0n)
  return {
    position: own.position,
    billed: { quantity: billed.quantity, cost: billed.cost },
    own: { quantity: own.quantity, cost: ownCost as Nanos },
    variance: {
      total: total as Nanos,
      quantity: quantity as Nanos,
      price: price as Nanos,
      unsplit: unsplit as Nanos,
    },
    causes,
    unexplained: (total - explained) as Nanos,
  }
}

/** Sums over comparisons, for a summary. */
export function totalsOf(comparisons: readonly Comparison[]): {
  readonly billed: Nanos
  readonly own: Nanos
  readonly total: Nanos
  readonly quantity: Nanos
  readonly price: Nanos
  readonly unsplit: Nanos
  readonly unexplained: Nanos
  readonly causes: ReadonlyMap<VarianceCause, Nanos>
} {
  const causes = new Map<VarianceCause, Nanos>()
  for (const { causes: shares } of comparisons)
    for (const { cause, amount } of shares)
      causes.set(cause, ((causes.get(cause) ?? 0n) + amount) as Nanos)
  const sum = (of: (own: Comparison) => bigint): Nanos =>
    comparisons.reduce((all, own) => all + of(own), 0n) as Nanos
  return {
    billed: sum(({ own, variance }) => own.cost + variance.total),
    own: sum(({ own }) => own.cost),
    total: sum(({ variance }) => variance.total),
    quantity: sum(({ variance }) => variance.quantity),
    price: sum(({ variance }) => variance.price),
    unsplit: sum(({ variance }) => variance.unsplit),
    unexplained: sum(({ unexplained }) => unexplained),
    causes,
  }
}

export const magnitude = (amount: bigint): bigint => (amount < ZERO ? -amount : amount)
