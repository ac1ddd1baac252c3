import type { AccountState, Charge, EntryBody, RatingFacts } from '../ledger/index.ts'
import { chargeOf, givenBack, readInstant } from '../ledger/index.ts'
import { min, type Nanos, readNanos, subtractToZero, sum, ZERO } from '../money/index.ts'
import type { PriceBook } from '../pricing/index.ts'
import type { NormalisedCall } from '../usage/index.ts'
import { head } from './body.ts'
import type { Rerate } from './commands.ts'
import { storedUsage } from './complete.ts'
import { giveBack } from './correct.ts'
import type { Context, Decision } from './decision.ts'
import { carried, RESTORED_LOT_EXTENSION_MS } from './giving-back.ts'
import { rateServed, ratingFacts } from './rating.ts'
import { refuse, replay } from './replay.ts'

const CHARGING: readonly EntryBody['kind'][] = ['settle', 'record', 'complete']
const GIVING: readonly EntryBody['kind'][] = ['refund', 'reverse', 'rerate']

export type PricedFacts = Extract<RatingFacts, { readonly status: 'priced' }>

/** What a charge would have been by another book; `null`: the book has no price for it, or it used nothing. */
export function ratedBy(
  bodies: readonly EntryBody[],
  charge: Charge,
  book: PriceBook,
): PricedFacts | null {
  const rating = ratingBy(bodies, charge, book)
  return rating?.status === 'priced' ? rating : null
}

/** The same, and what has no price; `null`: the charge used nothing. */
export function ratingBy(
  bodies: readonly EntryBody[],
  charge: Charge,
  book: PriceBook,
): RatingFacts | null {
  const measured = bodies.findLast(
    (body) => CHARGING.includes(body.kind) && !body.refused && body.usage != null,
  )
  const usage = measured && storedUsage(measured)
  return usage ? ratingAs(usage, charge, book) : null
}

/** The same for a usage of its own, such as the provider's report read once more. */
export function ratedAs(
  usage: NormalisedCall,
  charge: Charge,
  book: PriceBook,
): PricedFacts | null {
  const rating = ratingAs(usage, charge, book)
  return rating?.status === 'priced' ? rating : null
}

function ratingAs(usage: NormalisedCall, { settled }: Charge, book: PriceBook): RatingFacts | null {
  if (!usage.usage || !settled.call || settled.plan === undefined) return null
  return ratingFacts(
    rateServed(book, {
      call: settled.call,
      plan: settled.plan.split('@')[0] ?? '',
      served: usage,
      at: readInstant(settled.event_at),
    }),
  )
}

/** What a call drew before anything of it was given back. */
export const drawnBy = (bodies: readonly EntryBody[], charge: Charge): Nanos =>
  sum([carried(charge), ...givenBy(bodies)])

const givenBy = (bodies: readonly EntryBody[]): Nanos[] =>
  bodies.filter((body) => GIVING.includes(body.kind) && !body.refused).map(givenBack)

/**
 * Rates a charge anew by a corrected book. What it drew above the right price goes back to its sources, less
 * what was given back before; where the right price is higher, nothing more is taken.
 */
export function rerate(state: AccountState, command: Rerate, context: Context): Decision {
  const content = { call_id: command.callId, book: command.book, reason: command.reason }
  const repeated = replay(context, 'rerate', command.requestId, content)
  if (repeated) return repeated
  const bodies = context.prior.map(({ body }) => body)
  const charge = chargeOf(bodies)
  if (!charge) return refuse({ code: 'charge_unknown' })
  if (charge.reversed) return refuse({ code: 'already_reversed' })
  const left = carried(charge)
  if (command.carried !== undefined && command.carried !== left)
    return refuse({ code: 'preview_outdated', field: 'carried' })
  const book = context.catalogue.books.find(
    ({ id, currency }) => id === command.book && currency === state.currency,
  )
  const right = book ? ratedBy(bodies, charge, book) : null
  if (!right) return refuse({ code: 'still_unpriced', message: command.book })
  const above = subtractToZero(drawnBy(bodies, charge), readNanos(right.total))
  const amount = min(left, subtractToZero(above, sum(givenBy(bodies))))
  if (amount === ZERO) return refuse({ code: 'nothing_to_change' })
  return giveBack(state, charge, amount, context, {
    head: head(state, command, context, content),
    house: 'house:revenue',
    extensionMs: RESTORED_LOT_EXTENSION_MS,
    reason: command.reason,
    rerating: right,
  })
}
