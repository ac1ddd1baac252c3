import type { PartyFacts } from '../../core/ledger/entry.ts'
import {
  type InvoiceView,
  invoiceItems,
  invoicesOf,
  invoiceViews,
  leftOf,
  overageNotInvoiced,
} from '../../core/ledger/index.ts'
import { formatNanos, sum } from '../../core/money/index.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { documentLabel } from '../../engine/billing/build.ts'
import {
  type BillingProfile,
  changeParty,
  owedEntries,
  readParty,
} from '../../store/billing/owed.ts'
import { readStatement } from '../../store/billing/statements.ts'
import { actorOf } from '../caller.ts'
import { decidePosting } from '../decide.ts'
import type { Services } from '../deps.ts'
import { inForm } from '../documents/form.ts'
import { invoicePdf } from '../documents/invoice-pdf.ts'
import { invoiceTable } from '../documents/invoice-table.ts'
import { enterPayment } from '../enter-payment.ts'
import { type Handlers, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { amountIn } from '../read-in.ts'

const labelled = (own: InvoiceView) => ({
  ...own,
  label: documentLabel('INV', own.account_id, own.number),
})

export const invoiceHandlers: Handlers<
  'listInvoices' | 'getInvoice' | 'voidInvoice' | 'payOverage'
> = {
  listInvoices: async ({ params }, services) => {
    const { state, at } = await needState(services, params.account_id)
    const entries = await owedEntries(services.pool, params.account_id)
    return ok({
      items: invoiceViews(entries, at).map(labelled),
      owed: {
        overage: formatNanos(overageNotInvoiced(state)),
        invoices: formatNanos(sum(invoicesOf(state).open.map(leftOf))),
      },
      as_of: formatInstant(at),
      seq: state.seq,
    })
  },

  getInvoice: async (inbound, services) => {
    const { params, query } = inbound
    const own = await invoiceNamed(services, params)
    const document = { ...own, items: await itemsOf(services, own) }
    return inForm(inbound, {
      name: own.label,
      json: () => ({ ...document, as_of: formatInstant(instant(services.nowMs())) }),
      csv: () => invoiceTable(document),
      pdf: () => invoicePdf(document, query.lang ?? 'en'),
    })
  },

  voidInvoice: async (inbound, { engine }) => {
    const { params, body } = inbound
    const { answer } = await decidePosting(engine, {
      kind: 'void_invoice',
      accountId: params.account_id,
      requestId: `${params.invoice_id}#void`,
      actor: actorOf(inbound.caller, inbound.from),
      invoiceId: params.invoice_id,
      reason: body.reason,
    })
    return answer
  },

  payOverage: async (inbound, services) => {
    const { params, body } = inbound
    const command = {
      kind: 'pay_overage',
      accountId: params.account_id,
      requestId: body.payment_id,
      actor: actorOf(inbound.caller, inbound.from),
      amount: amountIn(body.amount),
      invoiceId: body.invoice_id ?? null,
    } as const
    return enterPayment(services, command, 200)
  },
}

async function invoiceNamed(
  services: Services,
  named: { readonly account_id: string; readonly invoice_id: string },
) {
  const { at } = await needState(services, named.account_id)
  const entries = await owedEntries(services.pool, named.account_id)
  const own = invoiceViews(entries, at).find(({ invoice_id: id }) => id === named.invoice_id)
  if (!own) throw new ProblemError('invoice_unknown')
  return labelled(own)
}

async function itemsOf({ pool }: Services, own: InvoiceView) {
  const from = await readStatement(pool, own.account_id, own.statement)
  if (!from) throw new Error(`invoice ${own.invoice_id} has no statement ${own.statement}`)
  return invoiceItems(own, from)
}

export const billingPartyHandlers: Handlers<
  'getBillingProfile' | 'changeBillingProfile' | 'getIssuer' | 'changeIssuer'
> = {
  getBillingProfile: async ({ params }, services) => {
    await needState(services, params.account_id)
    return answered(services, await readParty(services.pool, `account:${params.account_id}`))
  },

  changeBillingProfile: async ({ params, body, caller }, services) => {
    // which tax an invoice bears is not for the one to say who pays it
    if (body.jurisdiction !== undefined && caller.type !== 'operator')
      throw new ProblemError('permission_denied', { field: 'jurisdiction' })
    await needState(services, params.account_id)
    return answered(services, await changed(services, `account:${params.account_id}`, body))
  },

  getIssuer: async (_inbound, services) =>
    answered(services, await readParty(services.pool, 'issuer')),

  changeIssuer: async ({ body }, services) =>
    answered(services, await changed(services, 'issuer', body)),
}

const changed = (
  { pool, nowMs }: Services,
  partyId: Parameters<typeof changeParty>[1],
  document: Partial<PartyFacts>,
) => changeParty(pool, partyId, { document, at: instant(nowMs()) })

const answered = ({ nowMs }: Services, party: BillingProfile | null) =>
  ok({ ...party, as_of: formatInstant(instant(nowMs())) })
