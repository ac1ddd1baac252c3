import type { AccountState } from '../ledger/index.ts'
import { formatNanos } from '../money/index.ts'
import { head, posted } from './body.ts'
import type { ReturnFee } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import { refuse, replay } from './replay.ts'

/** Whether a payment was noted as going back: it pays nothing any more. */
export const isReturned = ({ prior }: Context, paymentId: string): boolean =>
  prior.some(({ body }) => body.kind === 'return_fee' && body.payment?.payment_id === paymentId)

const hasPaid = ({ prior }: Context, paymentId: string): boolean =>
  prior.some(({ body }) => body.kind !== 'return_fee' && body.payment?.payment_id === paymentId)

/**
 * Decides that a collected payment goes back, unless its order has been carried out meanwhile by somebody
 * else. The order and this share their request, so that exactly one of the two is ever decided. It posts
 * nothing: what came in and goes out again was never anybody's.
 */
export function returnFee(state: AccountState, command: ReturnFee, context: Context): Decision {
  const content = {
    payment_id: command.paymentId,
    price: formatNanos(command.price),
    tax: formatNanos(command.tax),
  }
  const repeated = replay(context, 'return_fee', command.requestId, content)
  if (repeated) return repeated
  if (hasPaid(context, command.paymentId)) return refuse({ code: 'payment_used' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    payment: content,
    reason: command.code,
  })
}
