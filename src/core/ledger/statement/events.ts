import { formatNanos, type Nanos, negate, readNanos, sum } from '../../money/index.ts'
import type { LedgerAccount } from '../accounts.ts'
import type { EntryBody } from '../entry.ts'
import type {
  FeeEntryLine,
  GrantLine,
  InvoiceLine,
  OwedPaymentLine,
  PaidBackLine,
  PurchaseLine,
} from './document.ts'
import { movementOf } from './movements.ts'

/** What an entry posted to one ledger account, signed. */
export const postedTo = (body: EntryBody, account: LedgerAccount): Nanos =>
  sum(body.postings.filter(([own]) => own === account).map(([, , amount]) => readNanos(amount)))

/** Entries that have a line of their own: what people and not calls do. */
export class Events {
  readonly purchases: PurchaseLine[] = []
  readonly grants: GrantLine[] = []
  readonly paidBack: PaidBackLine[] = []
  readonly fees: FeeEntryLine[] = []
  readonly invoices: InvoiceLine[] = []
  readonly payments: OwedPaymentLine[] = []

  add(body: EntryBody): void {
    const { seq, at } = body
    if (body.kind === 'top_up') this.purchases.push(purchaseLine(body))
    if (body.kind === 'grant') this.grants.push(grantLine(body))
    if (PAYING_BACK.includes(body.kind)) this.paidBack.push(paidBackLine(body))
    if (body.fee && body.fee.lines.length > 0) this.fees.push(feeLine(body))
    if (body.owed_payment) this.payments.push({ seq, at, ...body.owed_payment })
    if (body.invoice) this.invoices.push(invoiceLine(body, body.invoice))
  }
}

const PAYING_BACK: readonly EntryBody['kind'][] = [
  'refund_purchase',
  'undo_refund_purchase',
  'charge_back',
]

const purchaseLine = ({ seq, at, lot, payment }: EntryBody): PurchaseLine => ({
  seq,
  at,
  payment_id: payment!.payment_id,
  lot_id: lot!.id,
  name: lot!.name,
  face: lot!.face,
  price: payment!.price,
  tax: payment!.tax,
  tax_rate: payment!.tax_rate ?? null,
  policy: payment!.policy ?? null,
  auto_reload: payment!.reload !== undefined,
})

const grantLine = ({ seq, at, lot }: EntryBody): GrantLine => ({
  seq,
  at,
  lot_id: lot!.id,
  name: lot!.name,
  origin: lot!.origin,
  amount: lot!.face,
  expires_at: lot!.expires_at,
})

const paidBackLine = (body: EntryBody): PaidBackLine => ({
  seq: body.seq,
  at: body.at,
  what: movementOf(body),
  payment_id: body.purchase_refund?.payment_id ?? body.dispute?.payment_id ?? '',
  lot_id: body.lot_id ?? '',
  credit: formatNanos(negate(postedTo(body, 'customer:prepaid'))),
  paid_back: formatNanos(postedTo(body, 'house:processor_clearing')),
  tax: formatNanos(negate(postedTo(body, 'house:tax_payable'))),
})

const feeLine = (body: EntryBody): FeeEntryLine => ({
  seq: body.seq,
  at: body.at,
  what: body.transition!.type,
  plan: body.transition!.to_plan,
  ...body.fee!,
  payment_id: body.payment?.payment_id ?? null,
})

const invoiceLine = (
  { seq, at, kind }: EntryBody,
  own: NonNullable<EntryBody['invoice']>,
): InvoiceLine => ({
  seq,
  at,
  what: kind === 'void_invoice' ? 'invoice_void' : 'invoice',
  invoice_id: own.invoice_id,
  number: own.number,
  statement: own.statement,
  net: own.net,
  tax: own.tax,
  total: own.total,
})
