import type { AccountState, EntryBody, FeeFacts } from '../../core/ledger/index.ts'
import { formatNanos, readNanos, sum, ZERO } from '../../core/money/index.ts'

/** The kinds that change plan, seats or period: no lot may move with them. */
const TRANSITIONS: readonly EntryBody['kind'][] = [
  'change_plan',
  'change_subscription',
  'cancel_subscription',
  'renew_subscription',
  'lapse_subscription',
  'fee_unpaid',
]

/** Ledger accounts that nothing but a fee posts to; what is invoiced is moved by invoices, too. */
const OF_FEES: readonly string[] = ['customer:plan_credit', 'customer:invoice_receivable']
const INVOICED = 'customer:invoice_receivable'
const INVOICING: readonly EntryBody['kind'][] = ['issue_invoice', 'void_invoice', 'pay_overage']

const posted = (body: EntryBody, account: string): bigint =>
  body.postings.reduce(
    (total, [own, , amount]) => (own === account ? total + readNanos(amount) : total),
    0n,
  )

/**
 * 15 for plans: the lines of a fee add up to it; credit and payment pay it, to the nano; and that is what
 * was posted, on every account and on no other.
 */
export function checkFee(body: EntryBody): string | null {
  const { fee } = body
  if (!fee) {
    const stray = OF_FEES.find(
      (account) =>
        posted(body, account) !== 0n && !(account === INVOICED && INVOICING.includes(body.kind)),
    )
    return stray === undefined ? null : `${stray} is posted to without a fee`
  }
  return feeSums(fee, body) ?? feePostings(fee, body)
}

function feeSums(fee: FeeFacts, { payment }: EntryBody): string | null {
  const lines = sum(fee.lines.map(({ amount }) => readNanos(amount)))
  if (lines !== readNanos(fee.net))
    return `the lines of the fee add up to ${formatNanos(lines)}, the fee is ${fee.net}`
  const fromOutside = readNanos(fee.net) - creditMoved(fee)
  const paid = payment ? readNanos(payment.price) : 0n
  if (!payment && fee.billing === 'prepaid' && fee.due !== '0')
    return `a fee of ${fee.due} is due and nothing paid it`
  if (fee.billing === 'prepaid' && fromOutside !== paid)
    return `the fee takes ${fromOutside} besides credit, the payment is ${paid}`
  if (readNanos(fee.tax) !== (payment ? readNanos(payment.tax) : 0n))
    return `the tax of the fee is ${fee.tax}, of its payment ${payment?.tax ?? '0'}`
  return null
}

/** What left the account's credit for fees; negative: what came to it. */
const creditMoved = (fee: FeeFacts): bigint =>
  readNanos(fee.credit_used) - readNanos(fee.credit_added)

function feePostings(fee: FeeFacts, body: EntryBody): string | null {
  const paid = readNanos(fee.net) - creditMoved(fee) + readNanos(fee.tax)
  const source = fee.billing === 'invoiced' ? INVOICED : 'house:processor_clearing'
  const right = new Map<string, bigint>([
    ['customer:plan_credit', -creditMoved(fee)],
    ['house:revenue', readNanos(fee.net)],
    ['house:tax_payable', readNanos(fee.tax)],
    [source, -paid],
  ])
  for (const account of new Set([...right.keys(), ...body.postings.map(([own]) => own)])) {
    const amount = posted(body, account)
    if (amount !== (right.get(account) ?? 0n))
      return `${account} is posted ${amount} for the fee, not ${right.get(account) ?? 0n}`
  }
  return null
}

/** What the journal has posted to the account's credit for fees so far. */
export class PlanCredit {
  #posted = 0n

  /** 2: the credit for fees that an entry leaves is what has been posted to it. */
  check(body: EntryBody, after: AccountState): string | null {
    this.#posted += posted(body, 'customer:plan_credit')
    const credit = after.subscription?.credit ?? ZERO
    return credit === this.#posted
      ? null
      : `credit for plan fees is ${credit}, ${this.#posted} was posted to it`
  }
}

/** 14: a transition posts to no lot, draws from none, and keeps exactly those that it says it keeps. */
export function checkLotsKept(body: EntryBody, before: AccountState | null): string | null {
  if (!TRANSITIONS.includes(body.kind) || body.refused) return null
  const touched = body.postings.find(([, , , lot]) => lot !== undefined)?.[3]
  if (touched !== undefined) return `${body.kind} posts to the lot ${touched}`
  if (body.lot || body.restored_lots || body.funding) return `${body.kind} moves lots`
  if (!body.transition) return null
  const kept = lotTexts(body.transition.lots_kept)
  const there = lotTexts(
    (before?.lots ?? [])
      .filter(({ remaining }) => remaining > ZERO)
      .map(({ id, remaining }) => ({ id, remaining: formatNanos(remaining) })),
  )
  return kept === there ? null : `${body.kind} keeps the lots ${kept}; there are ${there}`
}

const lotTexts = (lots: readonly { readonly id: string; readonly remaining: string }[]): string =>
  lots
    .map(({ id, remaining }) => `${id} ${remaining}`)
    .sort()
    .join(', ') || 'none'

/** 2: a banked reset is given once, and used once of those that were given. It posts nothing. */
export function checkResets(body: EntryBody, before: AccountState | null): string | null {
  if (body.refused || (!body.reset && body.reset_id === undefined)) return null
  if (body.postings.length > 0) return 'a banked reset posts something'
  const known = (id: string) => before?.resets.find((own) => own.id === id)
  if (body.reset && known(body.reset.id)) return `the reset ${body.reset.id} is given twice`
  if (body.reset_id === undefined) return null
  const used = known(body.reset_id)
  if (!used) return `the reset ${body.reset_id} is used, but is not there`
  return used.expiresAt > Date.parse(body.at) ? null : `the reset ${used.id} is used after its end`
}
