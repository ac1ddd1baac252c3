import type { ActorFacts } from '../core/ledger/index.ts'
import { add, type Nanos, readNanos } from '../core/money/index.ts'
import type { PaymentsDeps } from './deps.ts'
import { refundCommand, refundPurchase } from './refund.ts'

interface Wish {
  readonly accountId: string
  readonly paymentId: string
  readonly refundId: string
  readonly reason: string
  readonly actor: ActorFacts
}

/**
 * Refunds of purchases as the work on cases orders them: what is unused goes back to the card, whether or not
 * the time to withdraw is over. Nothing is posted here that a refund of a purchase would not post.
 */
export function caseRefunds(deps: PaymentsDeps) {
  const wishOf = (wish: Wish) => ({ ...wish, basis: 'operator' as const })
  return {
    preview: async (wish: Wish): Promise<{ readonly total: Nanos } | { readonly code: string }> => {
      const command = await refundCommand(deps, wishOf(wish))
      if ('refused' in command) return { code: command.refused }
      const result = await deps.engine.preview(command)
      if (result.status === 'refused') return { code: result.refused.code }
      const facts = result.status === 'posted' ? result.entry.purchase_refund : undefined
      return facts
        ? { total: add(readNanos(facts.price), readNanos(facts.tax)) }
        : { code: 'not_refundable' }
    },
    refund: async (wish: Wish) => {
      const refund = await refundPurchase(deps, wishOf(wish))
      if ('refused' in refund) return { code: refund.refused }
      return {
        phase: refund.phase,
        reference: refund.refundRef,
        failure: refund.failure,
        total: add(refund.price, refund.tax),
      }
    },
  }
}
