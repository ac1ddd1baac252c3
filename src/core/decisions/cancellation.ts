import { leastSeats, periodNow } from '../funding/index.ts'
import type { AccountState } from '../ledger/index.ts'
import { timeOf } from './body.ts'
import type { CancelSubscription } from './commands.ts'
import { type Context, type Decision, planOf } from './decision.ts'
import { inForce, moveNow, offerNow, still } from './moves.ts'
import { refuse, replay } from './replay.ts'
import { postTransition, pricedAtOf, scheduled } from './transition.ts'

/** Ends a subscription: at the end of what is paid for, or at once with the unused time as credit. */
export function cancelSubscription(
  state: AccountState,
  command: CancelSubscription,
  context: Context,
): Decision {
  const content = {
    when: command.when,
    reason: command.reason ?? null,
    terms: command.terms ?? null,
  }
  const repeated = replay(context, 'cancel_subscription', command.requestId, content)
  if (repeated) return repeated
  const own = inForce(state)
  if (!own) return refuse({ code: 'subscription_unknown' })
  const pricedAt = pricedAtOf(state, command, context)
  if (pricedAt === null) return refuse({ code: 'preview_outdated' })
  const from = offerNow(state, context)
  const plan = planOf(context.catalogue, own.fallback)
  const to = { plan, seats: leastSeats(plan) }
  const { end } = periodNow(own)!
  if (command.when === 'now') {
    const moved = moveNow(own, { from, to, type: 'cancel', fallback: own.fallback }, pricedAt)
    return postTransition(state, moved, { command, context, content })
  }
  if (end <= timeOf(state, context)) return refuse({ code: 'renewal_due' })
  if (own.next?.type === 'cancel') return refuse({ code: 'nothing_to_change' })
  const wanted = { from, to, when: 'period_end', type: 'cancel' } as const
  const next = scheduled('cancel', plan, to.seats)
  return postTransition(
    state,
    { ...still(own, wanted, pricedAt), after: { ...own, next } },
    { command, context, content },
  )
}
