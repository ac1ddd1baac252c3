import { add, formatNanos, type Nanos, readNanos, subtract, sum, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Amount, EntryBody, InvoiceFacts, OwedPaymentFacts, Timestamp } from './entry.ts'
import { readInstant } from './facts.ts'
import type { EntryRange, StatementDocument } from './statement/index.ts'

export const INVOICE_STATUSES = ['open', 'overdue', 'paid', 'void'] as const
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number]

/** An invoice as it stands: what it was issued with, and what has become of it. */
export interface InvoiceView extends InvoiceFacts {
  readonly account_id: string
  readonly currency: string
  readonly issued_at: Timestamp
  /** The entry that issued it. */
  readonly seq: number
  readonly status: InvoiceStatus
  readonly paid: Amount
  readonly left: Amount
  readonly payments: readonly (OwedPaymentFacts & {
    readonly at: Timestamp
    readonly seq: number
  })[]
  readonly voided: { readonly at: Timestamp; readonly seq: number; readonly reason: string } | null
}

/** The invoices of an account from the entries that make, pay and take them back, oldest first. */
export function invoiceViews(entries: readonly EntryBody[], at: Instant): InvoiceView[] {
  return entries
    .filter(({ kind, refused }) => kind === 'issue_invoice' && !refused)
    .map((issued) => viewOf(issued, entries, at))
}

function viewOf(issued: EntryBody, entries: readonly EntryBody[], at: Instant): InvoiceView {
  const facts = issued.invoice!
  const payments = entries.flatMap((body) =>
    body.owed_payment?.invoice_id === facts.invoice_id
      ? [{ ...body.owed_payment, at: body.at, seq: body.seq }]
      : [],
  )
  const back = entries.find(
    (body) => body.kind === 'void_invoice' && body.ref_seq === issued.seq && !body.refused,
  )
  const paid = sum(payments.map(({ amount }) => readNanos(amount)))
  const left = back ? ZERO : subtract(readNanos(facts.total), paid)
  return {
    ...facts,
    account_id: issued.account_id,
    currency: issued.currency,
    issued_at: issued.at,
    seq: issued.seq,
    status: back ? 'void' : statusOf(left, readInstant(facts.due_at), at),
    paid: formatNanos(paid),
    left: formatNanos(left),
    payments,
    voided: back ? { at: back.at, seq: back.seq, reason: back.reason ?? '' } : null,
  }
}

function statusOf(left: Nanos, dueAt: Instant, at: Instant): InvoiceStatus {
  if (left === ZERO) return 'paid'
  return at > dueAt ? 'overdue' : 'open'
}

/** What an invoice is for, line by line: the lines add up to its net, exactly. */
export interface InvoiceItem {
  readonly what: 'fee' | 'usage' | 'credit_note' | 'carried'
  /** A plan or a model. */
  readonly name: string
  /** The statement that a credit note is for. */
  readonly statement: number | null
  /** The journal entry that charged a fee; `null`: it is made of several. */
  readonly seq: number | null
  readonly amount: Amount
}

/** The lines of an invoice, from the statement that it was made from. */
export function invoiceItems(facts: InvoiceFacts, from: StatementDocument): InvoiceItem[] {
  const fees = from.fees
    .filter(({ billing, net }) => billing === 'invoiced' && net !== '0')
    .map(
      ({ plan, seq, net }): InvoiceItem => ({
        what: 'fee',
        name: plan,
        statement: null,
        seq,
        amount: net,
      }),
    )
  const usage = from.usage
    .filter(({ source }) => source === 'overage')
    .map(
      (line): InvoiceItem => ({
        what: 'usage',
        name: line.model,
        statement: null,
        seq: onlyEntry(line),
        amount: line.amount,
      }),
    )
  const back = from.corrections
    .filter(({ source }) => source === 'overage')
    .map(
      (line): InvoiceItem => ({
        what: 'credit_note',
        name: line.model,
        statement: line.statement,
        seq: onlyEntry(line),
        amount: line.amount,
      }),
    )
  const items = [...fees, ...usage, ...back]
  const listed = items.reduce((total, { amount }) => add(total, readNanos(amount)), ZERO)
  const rest = subtract(readNanos(facts.net), listed)
  if (rest === ZERO) return items
  // less than a minor unit, and what earlier statements left over
  return [...items, { ...CARRIED, amount: formatNanos(rest) }]
}

const CARRIED = { what: 'carried', name: '', statement: null, seq: null } as const

const onlyEntry = ({ first_seq, last_seq }: EntryRange): number | null =>
  first_seq === last_seq ? first_seq : null
