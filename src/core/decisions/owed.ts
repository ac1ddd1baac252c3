import { type Charge, chargeOf, type EntryBody, givenBack } from '../ledger/index.ts'
import { min, type Nanos, readNanos, subtract, subtractToZero, sum, ZERO } from '../money/index.ts'
import type { PriceBook } from '../pricing/index.ts'
import { carried } from './giving-back.ts'
import { drawnBy, ratedAs, readingsOf } from './rated-again.ts'

export interface Overcharge {
  readonly charge: Charge
  /** What was charged too much, as the fault was found. */
  readonly amount: Nanos
  /** None: what a rating anew gave back counts in full. */
  readonly books: readonly PriceBook[]
}

/**
 * What is still owed for an overcharge: less what was given back for that charge without a finding (other findings
 * have their own), and never more than is left.
 */
export function owedFor(
  bodies: readonly EntryBody[],
  { charge, amount, books }: Overcharge,
): Nanos {
  const given = givenWithoutFinding(bodies, 'refund')
  const rerated = givenWithoutFinding(bodies, 'rerate')
  const above = rerated > ZERO ? aboveRerated(bodies, { charge, amount, books }) : null
  return min(subtractToZero(subtractToZero(above ?? amount, rerated), given), carried(charge))
}

/** What a finding has still to get for its call. */
export function owedToFinding(
  bodies: readonly EntryBody[],
  finding: { readonly key: string; readonly amount: Nanos },
  books: readonly PriceBook[],
): Nanos {
  const charge = chargeOf(bodies)
  if (!charge || charge.reversed) return ZERO
  if (
    bodies.some((body) => body.kind === 'refund' && !body.refused && body.finding === finding.key)
  )
    return ZERO
  return owedFor(bodies, { charge, amount: finding.amount, books })
}

const givenWithoutFinding = (bodies: readonly EntryBody[], kind: 'refund' | 'rerate'): Nanos =>
  sum(
    bodies
      .filter((body) => body.kind === kind && !body.refused && body.finding === undefined)
      .map(givenBack),
  )

/**
 * A charge that was rated anew can have had two faults: a wrong price, which is made good by that, and a wrong usage,
 * which is not. What it drew above the right usage at the right price; `null`: the fault is not one of usage, so that
 * all that the rating gave back was for it.
 */
function aboveRerated(
  bodies: readonly EntryBody[],
  { charge, amount, books }: Overcharge,
): Nanos | null {
  const drawn = drawnBy(bodies, charge)
  const expected = subtractToZero(drawn, amount)
  const priced = bodies.findLast(({ rating, refused }) => rating?.status === 'priced' && !refused)
  const rerated = bodies.findLast(({ rerating, refused }) => rerating !== undefined && !refused)
  const first = bookOf(books, priced?.rating)
  const right = bookOf(books, rerated?.rerating)
  if (!first || !right) return null
  const usage = readingsOf(bodies, charge).find((own) => {
    const rating = ratedAs(own, charge, first)
    return rating !== null && readNanos(rating.total) === expected
  })
  const rating = usage && ratedAs(usage, charge, right)
  return rating ? subtract(drawn, readNanos(rating.total)) : null
}

const bookOf = (
  books: readonly PriceBook[],
  rating: EntryBody['rating'] | EntryBody['rerating'],
): PriceBook | undefined =>
  rating?.status === 'priced' ? books.find(({ id }) => id === rating.book) : undefined
