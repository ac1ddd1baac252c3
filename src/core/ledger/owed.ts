import { add, formatNanos, type Nanos, readNanos, subtract, sum, ZERO } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { EntryBody } from './entry.ts'
import { readInstant } from './facts.ts'
import type { AccountState } from './state.ts'
import type { InvoiceFacts } from './statement-facts.ts'

/** What of an invoice is still to be paid. */
export interface OpenInvoice {
  readonly id: string
  readonly number: number
  readonly overage: Nanos
  /** Fees and tax. */
  readonly invoiced: Nanos
  readonly dueAt: Instant
}

/** Invoices of an account: how many there were, and those that are open. */
export interface Invoices {
  readonly issued: number
  /** The last statement that was looked at for an invoice. */
  readonly statement: number
  readonly open: readonly OpenInvoice[]
}

const NONE: Invoices = { issued: 0, statement: 0, open: [] }

export const invoicesOf = (state: Pick<AccountState, 'invoices'>): Invoices =>
  state.invoices ?? NONE

export const leftOf = (own: OpenInvoice): Nanos => add(own.overage, own.invoiced)

/** Overage that is owed and on no open invoice. Negative where more was given back than is owed. */
export const overageNotInvoiced = (state: Pick<AccountState, 'invoices' | 'overage'>): Nanos =>
  subtract(state.overage.used, sum(invoicesOf(state).open.map(({ overage }) => overage)))

/** What an entry means for what is owed: overage that is paid makes room in the credit line. */
export function foldOwed(state: AccountState, body: EntryBody): AccountState {
  const moved = sum(
    body.postings
      .filter(([account]) => account === 'customer:overage_receivable')
      .map(([, , amount]) => readNanos(amount)),
  )
  return {
    ...state,
    overage: { ...state.overage, used: subtract(state.overage.used, moved) },
    invoices: foldInvoices(invoicesOf(state), body),
  }
}

function foldInvoices(own: Invoices, body: EntryBody): Invoices {
  if (body.kind === 'issue_invoice') return issued(own, body.invoice!)
  if (body.kind === 'void_invoice')
    return { ...own, open: own.open.filter(({ id }) => id !== body.invoice!.invoice_id) }
  const paid = body.owed_payment!
  return {
    ...own,
    open: own.open
      .map((invoice) =>
        invoice.id === paid.invoice_id
          ? {
              ...invoice,
              overage: subtract(invoice.overage, readNanos(paid.overage)),
              invoiced: subtract(invoice.invoiced, readNanos(paid.invoiced)),
            }
          : invoice,
      )
      .filter((invoice) => leftOf(invoice) > ZERO),
  }
}

const issued = (own: Invoices, facts: InvoiceFacts): Invoices => ({
  issued: facts.number,
  statement: facts.statement,
  open: [
    ...own.open,
    {
      id: facts.invoice_id,
      number: facts.number,
      overage: readNanos(facts.overage),
      invoiced: subtract(readNanos(facts.total), readNanos(facts.overage)),
      dueAt: readInstant(facts.due_at),
    },
  ],
})

export interface InvoicesJson {
  issued: number
  statement: number
  open: [id: string, number: number, overage: string, invoiced: string, dueAt: number][]
}

export const encodeInvoices = (own: Invoices): InvoicesJson => ({
  issued: own.issued,
  statement: own.statement,
  open: own.open.map((invoice) => [
    invoice.id,
    invoice.number,
    formatNanos(invoice.overage),
    formatNanos(invoice.invoiced),
    invoice.dueAt,
  ]),
})

export const decodeInvoices = (json: InvoicesJson): Invoices => ({
  issued: json.issued,
  statement: json.statement,
  open: json.open.map(([id, number, overage, invoiced, dueAt]) => ({
    id,
    number,
    overage: readNanos(overage),
    invoiced: readNanos(invoiced),
    dueAt: dueAt as Instant,
  })),
})
