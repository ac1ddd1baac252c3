import type { Result } from '../core/decisions/index.ts'
import type { RefusalCode } from '../core/ledger/index.ts'
import { readNanos } from '../core/money/index.ts'
import { instant } from '../core/time/index.ts'
import { movePayment } from '../store/control/purchases.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import { dueOf, type Executed, type FeeOrder } from './fee-port.ts'
import { repay } from './fee-return.ts'
import type { FeePayment } from './order.ts'

/** The order of a fee with its payment. */
const paidOrder = ({ ordered, paymentId }: FeePayment): FeeOrder => ({
  ...ordered.fee.order,
  payment: {
    paymentId,
    amount: readNanos(ordered.price),
    tax: readNanos(ordered.tax),
    collected: true,
    facts: ordered.facts,
  },
})

/** Right before the card is charged: whether the order would still cost exactly this. */
export async function isFeeDue(deps: PaymentsDeps, payment: FeePayment): Promise<boolean> {
  const { price, fee } = payment.ordered
  const due = dueOf(await deps.engine.preview({ ...fee.order, payment: 'assumed' }), '')
  return due !== null && due.amount === readNanos(price)
}

/** The answer of an order that was carried out, as it was first given. */
export const answerOf = (deps: PaymentsDeps, payment: FeePayment): Promise<Executed> =>
  deps.engine.execute(paidOrder(payment))

/**
 * Carries out the order of a fee that was charged; one that is refused after all gives the money back.
 * Each step is repeated with the same id: any number of callers may do this at once.
 */
export async function carryOutFee(deps: PaymentsDeps, payment: FeePayment): Promise<void> {
  const { result } = await answerOf(deps, payment)
  deps.after?.('ledger:fee')
  if (result.status === 'posted') return credited(deps, payment)
  if (result.status !== 'refused') throw new Error(`an order was answered with ${result.status}`)
  await giveBack(deps, payment, result.refused.code)
}

async function credited(deps: PaymentsDeps, { paymentId }: FeePayment): Promise<void> {
  await movePayment(deps.pool, paymentId, { phase: 'credited', at: instant(deps.nowMs()) })
  deps.after?.('phase:credited')
}

async function giveBack(deps: PaymentsDeps, payment: FeePayment, code: RefusalCode): Promise<void> {
  const { ordered, paymentId } = payment
  const { result } = await deps.engine.execute({
    kind: 'return_fee',
    accountId: payment.accountId,
    requestId: `${ordered.fee.order.requestId}#${paymentId}`,
    actor: SYSTEM,
    paymentId,
    price: readNanos(ordered.price),
    tax: readNanos(ordered.tax),
    code,
  })
  deps.after?.('ledger:return_fee')
  // somebody else has carried out the order between the two decisions
  if (result.status === 'refused' && result.refused.code === 'payment_used')
    return credited(deps, payment)
  await repay(deps, payment)
  const at = instant(deps.nowMs())
  await movePayment(deps.pool, paymentId, { phase: 'returned', failure: reasonOf(result), at })
  deps.after?.('phase:returned')
}

/** As the journal has it, whoever noted it first. */
function reasonOf(result: Result): string {
  if (result.status !== 'posted') throw new Error('a fee could not be given back')
  return result.entry.reason ?? ''
}
