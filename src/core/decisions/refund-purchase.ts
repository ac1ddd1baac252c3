import type { Lot } from '../funding/index.ts'
import {
  type AccountState,
  type EntryBody,
  emptyLot,
  isChargedBack,
  lotFacts,
  type PostingTuple,
} from '../ledger/index.ts'
import {
  add,
  ceilToPayable,
  formatNanos,
  min,
  type Nanos,
  negate,
  readNanos,
  subtract,
  subtractToZero,
  ZERO,
} from '../money/index.ts'
import { taxBack } from '../tax/index.ts'
import { formatInstant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import type { RefundPurchase, UndoRefundPurchase } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import { ended } from './expire.ts'
import { RESTORED_LOT_EXTENSION_MS, revived } from './giving-back.ts'
import { refuse, replay } from './replay.ts'

/**
 * Takes back the unused part of a purchase at the price paid, never at its face: a bundle of $50 bought at
 * $45 with $20 used gives back $27. What calls in flight hold stays theirs.
 */
export function refundPurchase(
  state: AccountState,
  command: RefundPurchase,
  context: Context,
): Decision {
  const content = contentOf(command)
  const repeated = replay(context, 'refund_purchase', command.requestId, content)
  if (repeated) return repeated
  const at = timeOf(state, context)
  const lot = state.lots.find((own) => own.id === command.lotId)
  if (!lot) return refuse({ code: 'lot_unknown' })
  if (lot.frozenAt !== undefined) return refuse({ code: 'dispute_open' })
  if (lot.voidedAt !== null) return refuse({ code: 'lot_voided' })
  if (lot.expiresAt !== null && lot.expiresAt <= at) return refuse({ code: 'lot_expired' })
  if (command.basis === 'withdrawal' && !(command.withdrawalUntil && at < command.withdrawalUntil))
    return refuse({ code: 'withdrawal_over' })
  const refunded = goneBack(lot, command)
  const left = subtractToZero(lot.pricePaid, refunded.price)
  if (lot.category !== 'paid' || left <= ZERO) return refuse({ code: 'not_refundable' })
  const face = subtract(lot.remaining, lot.held)
  if (face === ZERO) return refuse({ code: 'lot_already_used' })
  const price = min(left, shareOfPrice(lot, face, state.currency))
  const { taxPaid: tax } = command
  const back = taxBack({ price: lot.pricePaid, tax, refunded }, price, state.currency)
  return posted(state, {
    ...head(state, command, context, content),
    postings: postingsOf(state, lot, { face, price, tax: back }),
    lot_id: lot.id,
    funding: [ended(lot, face)],
    purchase_refund: {
      refund_id: command.requestId,
      payment_id: command.paymentId,
      face: formatNanos(face),
      price: formatNanos(price),
      tax: formatNanos(back),
      basis: command.basis,
    },
    reason: command.reason,
  })
}

/** By refunds, and by disputes of a part of the payment. */
const goneBack = ({ lost }: Lot, { refunded }: RefundPurchase): RefundPurchase['refunded'] =>
  lost ? { price: add(refunded.price, lost.price), tax: add(refunded.tax, lost.tax) } : refunded

const contentOf = (command: RefundPurchase) => ({
  lot_id: command.lotId,
  payment_id: command.paymentId,
  basis: command.basis,
  withdrawal_until: command.withdrawalUntil && formatInstant(command.withdrawalUntil),
  tax_paid: formatNanos(command.taxPaid),
  refunded_price: formatNanos(command.refunded.price),
  refunded_tax: formatNanos(command.refunded.tax),
  reason: command.reason,
})

/** `price × unused / face`, rounded up to what a card can be paid back: never in the platform's favour. */
const shareOfPrice = (lot: Lot, unused: Nanos, currency: string): Nanos =>
  ceilToPayable(((lot.pricePaid * unused + lot.face - 1n) / lot.face) as Nanos, currency)

interface TakenBack {
  readonly face: Nanos
  readonly price: Nanos
  readonly tax: Nanos
}

/** The mirror of the top-up's postings, for the unused part. */
function postingsOf(state: AccountState, lot: Lot, back: TakenBack): PostingTuple[] {
  const { currency } = state
  const discount = subtract(back.face, back.price)
  const house = lot.face === lot.pricePaid ? 'house:refund_expense' : 'house:promotion_expense'
  const leg = (account: PostingTuple[0], amount: Nanos): PostingTuple[] =>
    amount === ZERO ? [] : [[account, currency, formatNanos(amount)]]
  return [
    ['customer:prepaid', currency, formatNanos(negate(back.face)), lot.id],
    ...leg('house:tax_payable', negate(back.tax)),
    ...leg(house, discount),
    ...leg('house:processor_clearing', add(back.price, back.tax)),
  ]
}

/** The processor does not pay the refund: the lot gets back what was taken, and lives on if it has ended. */
export function undoRefundPurchase(
  state: AccountState,
  command: UndoRefundPurchase,
  context: Context,
): Decision {
  const content = { reason: command.reason }
  const repeated = replay(context, 'undo_refund_purchase', command.requestId, content)
  if (repeated) return repeated
  const taken = context.prior.find(({ body }) => body.kind === 'refund_purchase' && !body.refused)
  if (!taken) return refuse({ code: 'refund_unknown' })
  const { body } = taken
  // the bank has paid it back instead of the processor: what was taken stays taken
  if (isChargedBack(state, body.lot_id!))
    return posted(state, {
      ...head(state, command, context, content),
      postings: [],
      ref_seq: body.seq,
      reason: command.reason,
    })
  const lot = lotOf(state, context, body)
  const at = timeOf(state, context)
  return posted(state, {
    ...head(state, command, context, content),
    postings: body.postings.map(([account, asset, amount, lotId]) => {
      const back = formatNanos(negate(readNanos(amount)))
      return lotId === undefined ? [account, asset, back] : [account, asset, back, lotId]
    }),
    ref_seq: body.seq,
    lot_id: lot.id,
    restored_lots: [lotFacts(revived(lot, at, RESTORED_LOT_EXTENSION_MS))],
    funding: (body.funding ?? []).map((source) => ({
      ...source,
      free: '0',
      drawn: formatNanos(negate(readNanos(source.drawn))),
    })),
    purchase_refund: body.purchase_refund!,
    reason: command.reason,
  })
}

function lotOf(state: AccountState, context: Context, body: EntryBody): Lot {
  const own = state.lots.find((lot) => lot.id === body.lot_id)
  if (own) return own
  const facts = context.lots.find((lot) => lot.id === body.lot_id)
  if (!facts) throw new Error(`lot ${body.lot_id} is neither in the state nor was it loaded`)
  return emptyLot(facts)
}
