import type { Lot } from '../funding/index.ts'
import {
  type AccountState,
  type DisputeFacts,
  isChargedBack,
  type LotFacts,
  lotFacts,
  type PostingTuple,
} from '../ledger/index.ts'
import {
  add,
  cardUnit,
  divideHalfUp,
  formatNanos,
  min,
  type Nanos,
  negate,
  subtract,
  subtractToZero,
  ZERO,
} from '../money/index.ts'
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

const factsOf = (command: OfDispute, lot?: Lot, taken: Partial<DisputeFacts> = {}) => ({
  ...(command.lotId !== null && { lot_id: command.lotId }),
  dispute: {
    dispute_id: command.disputeId,
    payment_id: command.paymentId,
    ...taken,
    ...(lot?.alsoDisputed && { still_frozen: true as const }),
  },
})

/** Nothing new is drawn from a disputed lot, and its expiry waits. Calls in flight keep what they hold. */
export function freezeLot(state: AccountState, command: FreezeLot, context: Context): Decision {
  const content = contentOf(command)
  const repeated = replay(context, 'freeze_lot', command.requestId, content)
  if (repeated) return repeated
  const lot = state.lots.find((own) => own.id === command.lotId)
  if (!lot) return refuse({ code: 'lot_unknown' })
  // a dispute is its own request; under another one, it may be what froze the lot
  if (lot.frozenAt !== undefined && command.requestId !== command.disputeId)
    return refuse({ code: 'dispute_open' })
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
  return posted(state, {
    ...head(state, command, context, content),
    postings: [],
    ...factsOf(command, lot),
    ...longer(lot, timeOf(state, context)),
  })
}

/** The lot with the time added for which it was frozen, where it thaws. */
function longer(lot: Lot, at: Instant): { restored_lots?: LotFacts[] } {
  if (lot.voidedAt !== null || lot.frozenAt === undefined || lot.alsoDisputed) return {}
  const frozenMs = at - lot.frozenAt
  const expiresAt = lot.expiresAt === null ? null : ((lot.expiresAt + frozenMs) as Instant)
  return { restored_lots: [lotFacts({ ...lot, expiresAt })] }
}

/**
 * The bank keeps the payment. What is free of the lot goes; the price of what was used is the house's
 * loss, never a debt of the customer's; the tax is reversed, since the sale is undone. Of a payment that was
 * disputed in part, as much of the lot goes as was paid with that part.
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
  // another dispute has taken all there was
  if (lot && isChargedBack(state, lot.id)) return refuse({ code: 'lot_voided' })
  const taken = takenOf(command, lot, state.currency)
  const free = lot ? subtract(lot.remaining, lot.held) : ZERO
  const left = lot && taken.partial ? min(free, faceOf(lot, taken.price)) : free
  return posted(state, {
    ...head(state, command, context, content),
    postings: lossPostings(state.currency, taken, lot, left),
    ...(taken.partial ? factsOf(command, lot, partOf(taken)) : factsOf(command)),
    ...(lot && taken.partial && longer(lot, timeOf(state, context))),
    ...(lot && left > ZERO && { funding: [ended(lot, left)] }),
  })
}

const partOf = ({ price, tax }: Taken): Partial<DisputeFacts> => ({
  price: formatNanos(price),
  tax: formatNanos(tax),
  partial: true,
})

interface Taken {
  readonly price: Nanos
  readonly tax: Nanos
  readonly partial: boolean
}

/** What the bank has taken, at most what other disputes have left, with its share of the tax. */
function takenOf(command: ChargeBack, lot: Lot | undefined, currency: string): Taken {
  const before = lot?.lost ?? sharesOf(command, command.before ?? ZERO, currency)
  const rest = {
    price: subtractToZero(command.price, before.price),
    tax: subtractToZero(command.tax, before.tax),
  }
  const total = add(rest.price, rest.tax)
  const amount = min(command.amount ?? total, total)
  if (amount === total) return { ...rest, partial: false }
  return { ...sharesOf(rest, amount, currency), partial: true }
}

/** A part of a payment as price and tax, at the rate that was charged. */
function sharesOf(
  { price, tax }: { readonly price: Nanos; readonly tax: Nanos },
  amount: Nanos,
  currency: string,
): { readonly price: Nanos; readonly tax: Nanos } {
  const total = add(price, tax)
  if (total === ZERO) return { price: ZERO, tax: ZERO }
  const unit = cardUnit(currency)
  const share = min((divideHalfUp(amount * tax, total * unit) * unit) as Nanos, amount)
  return { price: subtract(amount, share), tax: share }
}

/** What of a lot was bought with a part of its price: rounded down, in the customer's favour. */
const faceOf = (lot: Lot, price: Nanos): Nanos =>
  (lot.pricePaid === ZERO ? ZERO : (lot.face * price) / lot.pricePaid) as Nanos

function lossPostings(
  currency: string,
  taken: Taken,
  lot: Lot | undefined,
  left: Nanos,
): PostingTuple[] {
  const leg = (account: PostingTuple[0], amount: Nanos): PostingTuple[] =>
    amount === ZERO ? [] : [[account, currency, formatNanos(amount)]]
  const discount = lot ? unpaidPart(lot, left) : ZERO
  const loss = subtract(subtract(left, discount), taken.price)
  return [
    ...(lot && left > ZERO
      ? ([['customer:prepaid', currency, formatNanos(negate(left)), lot.id]] as const)
      : []),
    ...leg('house:tax_payable', negate(taken.tax)),
    ...leg('house:promotion_expense', discount),
    ...leg('house:platform_loss', loss),
    ...leg('house:processor_clearing', add(taken.price, taken.tax)),
  ]
}
