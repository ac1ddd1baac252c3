import {
  type AccountState,
  closedCycleFacts,
  cycleOf,
  invoicesOf,
  leftOf,
  nextCycleEnd,
  overageNotInvoiced,
  type PostingTuple,
} from '../ledger/index.ts'
import {
  add,
  formatNanos,
  min,
  type Nanos,
  negate,
  readNanos,
  subtract,
  ZERO,
} from '../money/index.ts'
import { formatInstant } from '../time/index.ts'
import { head, posted, timeOf } from './body.ts'
import type { CloseStatement, IssueInvoice, PayOverage, VoidInvoice } from './commands.ts'
import type { Context, Decision } from './decision.ts'
import { refuse, replay } from './replay.ts'

/**
 * Closes the open cycle, from its end on. No entry after this one can be of the cycle: an account's time
 * never runs backwards.
 */
export function closeStatement(
  state: AccountState,
  command: CloseStatement,
  context: Context,
): Decision {
  const content = { number: command.number }
  const repeated = replay(context, 'close_statement', command.requestId, content)
  if (repeated) return repeated
  const cycle = cycleOf(state)
  if (command.number !== cycle.number || timeOf(state, context) < cycle.end)
    return refuse({ code: 'statement_not_due' })
  return posted(state, {
    ...head(state, command, context, content, cycle.end),
    postings: [],
    plan: state.plan,
    cycle: closedCycleFacts(cycle, nextCycleEnd(state)),
  })
}

/** Posts the tax of an invoice and makes it due. Overage that was given back is taken off the fees. */
export function issueInvoice(
  state: AccountState,
  command: IssueInvoice,
  context: Context,
): Decision {
  const { overage, fees, credit, tax, statement, terms } = command
  const content = {
    statement,
    overage: formatNanos(overage),
    fees: formatNanos(fees),
    credit: formatNanos(credit),
    tax: formatNanos(tax),
  }
  const repeated = replay(context, 'issue_invoice', command.requestId, content)
  if (repeated) return repeated
  const own = invoicesOf(state)
  // it must be in the cycle right after its statement, or the next statement would count it again
  const cycle = cycleOf(state)
  const isNext = statement === cycle.number - 1 && timeOf(state, context) < cycle.end
  if (statement <= own.statement || !isNext) return refuse({ code: 'statement_not_due' })
  const net = subtract(add(overage, fees), credit)
  if (overage < ZERO || credit < ZERO || credit > fees || tax < ZERO || net <= ZERO)
    return refuse({ code: 'amount_invalid', field: 'amount' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: issuePostings(state.currency, { credit, tax }),
    invoice: {
      invoice_id: command.requestId,
      number: own.issued + 1,
      ...content,
      net: formatNanos(net),
      total: formatNanos(add(net, tax)),
      tax_name: terms.taxName,
      tax_rate: terms.taxRate,
      policy: terms.policy,
      due_at: formatInstant(terms.dueAt),
      issuer: terms.issuer,
      bill_to: terms.billTo,
    },
  })
}

const leg = (account: PostingTuple[0], currency: string, amount: Nanos): PostingTuple[] =>
  amount === ZERO ? [] : [[account, currency, formatNanos(amount)]]

const issuePostings = (
  currency: string,
  { credit, tax }: { readonly credit: Nanos; readonly tax: Nanos },
): PostingTuple[] => [
  ...leg('customer:overage_receivable', currency, negate(credit)),
  ...leg('customer:invoice_receivable', currency, subtract(credit, tax)),
  ...leg('house:tax_payable', currency, tax),
]

/**
 * Records a payment that was received: never more than is owed. Of an invoice, fees and tax are paid first.
 * What is paid of overage is free in the credit line again.
 */
export function payOverage(state: AccountState, command: PayOverage, context: Context): Decision {
  const { amount, invoiceId } = command
  const content = { amount: formatNanos(amount), invoice_id: invoiceId }
  const repeated = replay(context, 'pay_overage', command.requestId, content)
  if (repeated) return repeated
  // a payment buys credit or pays what is owed: never both
  if (context.prior.some(({ body }) => body.kind === 'top_up' && !body.refused))
    return refuse({ code: 'payment_used' })
  if (amount <= ZERO) return refuse({ code: 'amount_invalid', field: 'amount' })
  const invoice = invoicesOf(state).open.find(({ id }) => id === invoiceId)
  if (invoiceId !== null && !invoice) return refuse({ code: 'invoice_unknown' })
  const owed = invoice ? leftOf(invoice) : overageNotInvoiced(state)
  if (amount > owed)
    return refuse({
      code: 'payment_exceeds_owed',
      needed: formatNanos(amount),
      limit: { type: 'funds', id: invoiceId ?? 'overage', amount: formatNanos(owed) },
    })
  const invoiced = invoice ? min(amount, invoice.invoiced) : ZERO
  const overage = subtract(amount, invoiced)
  return posted(state, {
    ...head(state, command, context, content),
    postings: [
      ...leg('customer:overage_receivable', state.currency, overage),
      ...leg('customer:invoice_receivable', state.currency, invoiced),
      ...leg('house:processor_clearing', state.currency, negate(amount)),
    ],
    owed_payment: {
      payment_id: command.requestId,
      invoice_id: invoiceId,
      amount: formatNanos(amount),
      overage: formatNanos(overage),
      invoiced: formatNanos(invoiced),
    },
  })
}

/** Takes an invoice back: its tax is undone, and what it was for is on no invoice again. */
export function voidInvoice(state: AccountState, command: VoidInvoice, context: Context): Decision {
  const content = { reason: command.reason }
  const repeated = replay(context, 'void_invoice', command.requestId, content)
  if (repeated) return repeated
  const issued = context.prior.find(
    ({ body }) => body.kind === 'issue_invoice' && body.invoice?.invoice_id === command.invoiceId,
  )?.body
  if (!issued) return refuse({ code: 'invoice_unknown' })
  const open = invoicesOf(state).open.find(({ id }) => id === command.invoiceId)
  const total = readNanos(issued.invoice!.total)
  if (!open || leftOf(open) !== total) return refuse({ code: 'invoice_closed' })
  return posted(state, {
    ...head(state, command, context, content),
    postings: issued.postings.map(([account, asset, amount]) => [
      account,
      asset,
      formatNanos(negate(readNanos(amount))),
    ]),
    ref_seq: issued.seq,
    invoice: issued.invoice!,
    reason: command.reason,
  })
}
