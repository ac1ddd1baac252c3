import type { AccountState } from '../ledger/index.ts'
import { chargeOf } from '../ledger/index.ts'
import { min, readNanos, subtractToZero, sum, ZERO } from '../money/index.ts'
import { head } from './body.ts'
import type { Rerate } from './commands.ts'
import { giveBack } from './correct.ts'
import type { Context, Decision } from './decision.ts'
import { carried, RESTORED_LOT_EXTENSION_MS } from './giving-back.ts'
import { drawnBy, givenBy, ratedBy } from './rated-again.ts'
import { refuse, replay } from './replay.ts'

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
