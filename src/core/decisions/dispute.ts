import type { Lot } from '../funding/index.ts'
import { type AccountState, isChargedBack, lotFacts, type PostingTuple } from '../ledger/index.ts'
import { add, formatNanos, type Nanos, negate, subtract, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import type { ChargeBack, FreezeLot, UnfreezeLot } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import { ended, unpaidPart } from './expire.ts'
import { refuse, replay } from './replay.ts'

type OfDispute = FreezeLot | UnfreezeLot | ChargeBack

const contentOf = (command: OfDispute) => ({
  lot_id: command.lotId,
  dispute_id: command.disputeId,
  payment_id: command.paymentId,
})

const factsOf = (command: OfDispute) => ({
  ...(command.lotId !== null && { lot_id: command.lotId }),
  dispute: { dispute_id: command.disputeId, payment_id: command.paymentId },
})

/** Nothing new is drawn from a disputed lot, and its expiry waits. Calls in flight keep what they hold. */
export function freezeLot(state: AccountState, command: FreezeLot, context: Context): Decision {
  const content = contentOf(command)
  const repeated = replay(context, 'freeze_lot', command.requestId, content)
  if (repeated) return repeated
  const lot = state.lots.find((own) => own.id === command.lotId)
  if (!lot) return refuse({ code: 'lot_unknown' })
  if (lot.frozenAt !== undefined) return refuse({ code: 'dispute_open' })
  // a dispute that is lost is over: frozen, what still comes back to the lot would never be posted
  if (isChargedBack(state, lot.id)) return refuse({ code: 'lot_voided' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    ...factsOf(command),
  })
}

/** The lot goes on; the time for which it was frozen is added to its life. */
export function unfreezeLot(state: AccountState, command: UnfreezeLot, context: Context): Decision {
  const content = contentOf(command)
  const repeated = replay(context, 'unfreeze_lot', command.requestId, content)
  if (repeated) return repeated
  const lot = state.lots.find((own) => own.id === command.lotId)
  if (!lot || lot.frozenAt === undefined) return refuse({ code: 'lot_unknown' })
  const frozenMs = timeOf(state, context) - lot.frozenAt
  const expiresAt = lot.expiresAt === null ? null : ((lot.expiresAt + frozenMs) as Instant)
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    ...factsOf(command),
    ...(lot.voidedAt === null && { restored_lots: [lotFacts({ ...lot, expiresAt })] }),
  })
}

/**
 * The bank keeps the payment. What is free of the lot goes; the price of what was used is the house's
 * loss, never a debt of the customer's; the tax is reversed, since the sale is undone.
 */
export function chargeBack(state: AccountState, command: ChargeBack, context: Context): Decision {
  const content = {
    ...contentOf(command),
    price: formatNanos(command.price),
    tax: formatNanos(command.tax),
  }
  const repeated = replay(context, 'charge_back', command.requestId, content)
  if (repeated) return repeated
  if (command.price < ZERO || command.tax < ZERO)
    return refuse({ code: 'amount_invalid', field: command.price < ZERO ? 'price' : 'tax' })
  const lot = state.lots.find((own) => own.id === command.lotId)
  const left = lot ? subtract(lot.remaining, lot.held) : ZERO
  return posted(state, {
    ...head(state, command, context, content),
    postings: lossPostings(state.currency, command, lot, left),
    ...factsOf(command),
    ...(lot && left > ZERO && { funding: [ended(lot, left)] }),
  })
}

function lossPostings(
  currency: string,
  command: ChargeBack,
  lot: Lot | undefined,
  left: Nanos,
): PostingTuple[] {
  const leg = (account: PostingTuple[0], amount: Nanos): PostingTuple[] =>
    amount === ZERO ? [] : [[account, currency, formatNanos(amount)]]
  const discount = lot ? unpaidPart(lot, left) : ZERO
  const loss = subtract(subtract(left, discount), command.price)
  return [
    ...(lot && left > ZERO
      ? ([['customer:prepaid', currency, formatNanos(negate(left)), lot.id]] as const)
      : []),
    ...leg('house:tax_payable', negate(command.tax)),
    ...leg('house:promotion_expense', discount),
    ...leg('house:platform_loss', loss),
    ...leg('house:processor_clearing', add(command.price, command.tax)),
  ]
}
