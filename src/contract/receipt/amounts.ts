import type { EntryBody } from '../../core/ledger/entry.ts'
import {
  formatNanos,
  type Nanos,
  nanos,
  readNanos,
  subtract,
  ZERO,
} from '../../core/money/index.ts'
import type { Basis } from './codes.ts'
import type { CallEntries } from './entries.ts'
import { absorbedByPostings, drawnOf, type MovedClass, moneyOf, movements } from './moved.ts'
import type { Figure, ReceiptAmounts } from './schema.ts'

/** The call's money as it stands after every correction. */
export interface Balance {
  readonly total: Nanos | null
  readonly drawn: Readonly<Record<MovedClass, Nanos>>
  readonly charged: Nanos
  readonly absorbed: Nanos
  readonly refunded: Nanos
  readonly returnedToPlan: Nanos
  readonly reversed: Nanos
}

type Running = {
  total: Nanos
  priced: boolean
  drawn: Record<MovedClass, Nanos>
  absorbed: Nanos
  refunded: Nanos
  returnedToPlan: Nanos
  reversed: Nanos
}

const plus = (a: Nanos, b: Nanos): Nanos => nanos(a + b)

function move(running: Running, body: EntryBody): { money: Nanos; included: Nanos } {
  const moved = movements(body)
  for (const movement of moved) {
    running.drawn[movement.class] = plus(running.drawn[movement.class], movement.drawn)
  }
  return { money: moneyOf(moved), included: drawnOf(moved, 'included') }
}

function charge(running: Running, body: EntryBody): void {
  move(running, body)
  if (body.rating?.status === 'priced') running.priced = true
  if (!body.totals) return
  running.total = plus(running.total, readNanos(body.totals.total))
  running.absorbed = plus(running.absorbed, readNanos(body.totals.absorbed))
}

/** A refund and the reversal of a refund are the same sum with opposite signs. */
function refund(running: Running, body: EntryBody): void {
  const { money, included } = move(running, body)
  running.refunded = subtract(running.refunded, money)
  running.returnedToPlan = subtract(running.returnedToPlan, included)
}

function reverse(running: Running, body: EntryBody, target: EntryBody | undefined): void {
  if (target?.kind === 'refund') {
    refund(running, body)
    return
  }
  const { money, included } = move(running, body)
  running.reversed = subtract(running.reversed, plus(money, included))
  const absorbed = absorbedByPostings(body)
  running.absorbed = plus(running.absorbed, absorbed)
  running.reversed = subtract(running.reversed, absorbed)
}

export function balanceOf(call: CallEntries): Balance {
  const running: Running = {
    total: ZERO,
    priced: false,
    drawn: { included: ZERO, promotional: ZERO, paid: ZERO, overage: ZERO },
    absorbed: ZERO,
    refunded: ZERO,
    returnedToPlan: ZERO,
    reversed: ZERO,
  }
  for (const { body } of call.charges) charge(running, body)
  for (const { body } of call.corrections) {
    if (body.kind === 'refund' || body.kind === 'rerate') refund(running, body)
    else if (body.kind === 'reverse') reverse(running, body, call.bySeq.get(body.ref_seq ?? 0))
    else move(running, body)
  }
  const { promotional, paid, overage } = running.drawn
  const unknown = call.rating?.status === 'unpriced' || call.rating?.status === 'usage_missing'
  return {
    ...running,
    total: unknown && !running.priced ? null : running.total,
    charged: plus(plus(promotional, paid), overage),
  }
}

const figure = (amount: Nanos | null, basis: Basis): Figure => ({
  amount: amount === null ? null : formatNanos(amount),
  basis,
})

function totalBasis(balance: Balance, estimated: boolean): Basis {
  if (balance.total === null) return 'unpriced'
  if (balance.total === ZERO) return 'not_billed'
  return estimated ? 'estimate' : 'list_price'
}

function chargedBasis(balance: Balance): Basis {
  if (balance.total === null) return 'unpriced'
  if (balance.charged === ZERO) return 'not_billed'
  return balance.drawn.overage === ZERO ? 'credit' : 'billed'
}

export function amountsOf(balance: Balance, estimated: boolean): ReceiptAmounts {
  return {
    total: figure(balance.total, totalBasis(balance, estimated)),
    charged: figure(balance.charged, chargedBasis(balance)),
    covered_by_plan: figure(balance.drawn.included, 'covered_by_plan'),
    credit: {
      promotional: figure(balance.drawn.promotional, 'credit'),
      paid: figure(balance.drawn.paid, 'credit'),
    },
    overage: figure(balance.drawn.overage, 'billed'),
    absorbed: figure(balance.absorbed, 'not_billed'),
    refunded: figure(balance.refunded, 'refunded'),
    returned_to_plan: figure(balance.returnedToPlan, 'covered_by_plan'),
    reversed: figure(balance.reversed, 'not_billed'),
  }
}
