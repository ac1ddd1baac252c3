import type { Amount, FeeLineFacts, InvoiceFacts, OwedPaymentFacts, Timestamp } from '../entry.ts'

/** Where an account's money stands. */
export const MONEY_SOURCES = [
  'prepaid',
  'promotional',
  'overage',
  'invoiced',
  'plan_credit',
] as const
export type MoneySource = (typeof MONEY_SOURCES)[number]

/** Why an amount moved. */
export const MOVEMENTS = [
  'purchase',
  'grant',
  'usage',
  'usage_refund',
  'usage_reversal',
  'moved_to_plan',
  'expiry',
  'void',
  'purchase_refund',
  'purchase_refund_undone',
  'purchase_reversal',
  'grant_reversal',
  'charge_back',
  'fee',
  'invoice',
  'invoice_void',
  'payment',
] as const
export type MovementKind = (typeof MOVEMENTS)[number]

/** What a usage line was drawn from. */
export const USAGE_SOURCES = ['included', 'promotional', 'paid', 'overage'] as const
export type UsageSource = (typeof USAGE_SOURCES)[number]

/** The entries that a line comes from: how many, and the first and the last of them. */
export interface EntryRange {
  readonly entries: number
  readonly first_seq: number
  readonly last_seq: number
}

export interface Movement extends EntryRange {
  readonly what: MovementKind
  /** Signed, as it changes the balance of its source. */
  readonly amount: Amount
}

/** `opening + movements = closing`, exactly. */
export interface Flow {
  readonly opening: Amount
  readonly movements: readonly Movement[]
  readonly closing: Amount
}

/** A lot that had something at either end or moved in between. */
export interface LotLine extends Flow {
  readonly lot_id: string
  readonly name: string
  readonly category: 'paid' | 'promotional'
  readonly origin: string
  readonly face: Amount
  readonly price_paid: Amount
  readonly expires_at: Timestamp | null
  readonly created_at: Timestamp
}

export interface PurchaseLine {
  readonly seq: number
  readonly at: Timestamp
  readonly payment_id: string
  readonly lot_id: string
  readonly name: string
  readonly face: Amount
  readonly price: Amount
  readonly tax: Amount
  readonly tax_rate: string | null
  readonly policy: string | null
  readonly auto_reload: boolean
}

export interface GrantLine {
  readonly seq: number
  readonly at: Timestamp
  readonly lot_id: string
  readonly name: string
  readonly origin: string
  readonly amount: Amount
  readonly expires_at: Timestamp | null
}

/** Money paid back for a purchase, or taken back by a bank; negative where a refund was undone. */
export interface PaidBackLine {
  readonly seq: number
  readonly at: Timestamp
  readonly what: MovementKind
  readonly payment_id: string
  readonly lot_id: string
  readonly credit: Amount
  /** Tax included. */
  readonly paid_back: Amount
  readonly tax: Amount
}

/** What calls of one model drew from one source. */
export interface UsageLine extends EntryRange {
  readonly model: string
  readonly source: UsageSource
  readonly amount: Amount
}

/** What went back of earlier charges. Of an earlier statement's charges: a credit note to it. */
export interface CorrectionLine extends EntryRange {
  readonly what: MovementKind
  readonly reason: string | null
  readonly model: string
  readonly source: UsageSource
  /** Negative: given back. */
  readonly amount: Amount
  /** The statement that the charge is on; `null`: this one. */
  readonly statement: number | null
}

export interface WindowLine {
  readonly window_id: string
  readonly runs: number
  /** At list price; a refund gives back. */
  readonly used: Amount
  /** Beyond its capacity, by calls that were let finish. */
  readonly overshoot: Amount
}

export interface FeeEntryLine {
  readonly seq: number
  readonly at: Timestamp
  readonly what: string
  readonly plan: string
  readonly lines: readonly FeeLineFacts[]
  readonly net: Amount
  readonly credit_used: Amount
  readonly credit_added: Amount
  readonly due: Amount
  readonly tax: Amount
  readonly billing: 'prepaid' | 'invoiced'
  readonly payment_id: string | null
}

export interface TaxLine {
  /** `null`: reversed at the rate of the purchase it belongs to. */
  readonly policy: string | null
  readonly rate: string | null
  readonly charged: Amount
  readonly reversed: Amount
}

export interface AbsorbedLine extends EntryRange {
  readonly reason: string
  readonly amount: Amount
}

/** Attempts that cost nothing, and why. */
export interface NotBilledLine extends EntryRange {
  readonly why: string
}

export interface InvoiceLine
  extends Pick<InvoiceFacts, 'invoice_id' | 'number' | 'statement' | 'net' | 'tax' | 'total'> {
  readonly seq: number
  readonly at: Timestamp
  readonly what: 'invoice' | 'invoice_void'
}

export interface OwedPaymentLine extends OwedPaymentFacts {
  readonly seq: number
  readonly at: Timestamp
}

/** What is owed and on no invoice yet. */
export interface NotInvoiced {
  readonly overage: Amount
  readonly fees: Amount
}

/** A statement as it is stored and shown. A closed one never changes. */
export interface StatementDocument extends StatementContent {
  /** What people call it: unique in the account, without a gap. */
  readonly label: string
  readonly account_id: string
  readonly account_name: string
  readonly currency: string
  readonly number: number
  readonly status: 'open' | 'closed'
  readonly start: Timestamp
  /** Not part of the cycle. */
  readonly end: Timestamp
  /** Of the last entry before the cycle, hex. */
  readonly previous_hash: string
  /** Of the last entry of the cycle, hex: the journal up to here can be checked against it. */
  readonly hash: string
  /** The entry that closed it; `null`: it is open. */
  readonly closed: { readonly seq: number; readonly at: Timestamp } | null
}

/** All that a journal says of one cycle. Amounts of `overage` and `invoiced` are what is owed. */
export interface StatementContent {
  /** At the end of the cycle. */
  readonly plan: string
  readonly entries: {
    readonly count: number
    /** One more than the last entry of the cycle before. */
    readonly first_seq: number
    /** Less than `first_seq` where nothing happened. */
    readonly last_seq: number
  }
  readonly balances: Readonly<Record<MoneySource, Flow>>
  readonly not_invoiced: NotInvoiced
  readonly lots: readonly LotLine[]
  readonly purchases: readonly PurchaseLine[]
  readonly grants: readonly GrantLine[]
  readonly paid_back: readonly PaidBackLine[]
  readonly usage: readonly UsageLine[]
  readonly corrections: readonly CorrectionLine[]
  readonly windows: readonly WindowLine[]
  readonly fees: readonly FeeEntryLine[]
  readonly tax: readonly TaxLine[]
  readonly invoices: readonly InvoiceLine[]
  readonly payments: readonly OwedPaymentLine[]
  readonly absorbed: readonly AbsorbedLine[]
  readonly not_billed: readonly NotBilledLine[]
  readonly refused: readonly NotBilledLine[]
  /** Posted in this cycle although it happened before it; `null`: nothing was. */
  readonly late: (EntryRange & { readonly earliest: Timestamp }) | null
}
