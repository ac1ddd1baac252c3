import type { InvoiceItem } from '../../core/ledger/invoice-view.ts'
import type {
  MoneySource,
  MovementKind,
  UsageSource,
} from '../../core/ledger/statement/document.ts'
import type { Template } from '../explain/words.ts'

/** Words of statements and invoices. A new code does not compile until both languages have words for it. */
export interface StatementWords {
  readonly statement: Template
  readonly invoice: Template
  /** Of a statement whose cycle goes on. */
  readonly preview: Template
  readonly headings: Readonly<Record<Heading, Template>>
  readonly sections: Readonly<Record<SectionName, Template>>
  readonly columns: Readonly<Record<ColumnName, Template>>
  readonly sources: Readonly<Record<MoneySource, Template>>
  readonly usedFrom: Readonly<Record<UsageSource, Template>>
  readonly movements: Readonly<Record<MovementKind, Template>>
  readonly notes: Readonly<Record<NoteName, Template>>
  readonly invoiceItems: Readonly<Record<InvoiceItem['what'], Template>>
  readonly page: Template
}

type Heading =
  | 'number'
  | 'account'
  | 'cycle'
  | 'plan'
  | 'currency'
  | 'closed'
  | 'asOf'
  | 'issued'
  | 'due'
  | 'statementNumber'
  | 'from'
  | 'to'
  | 'taxId'
  | 'reference'
  | 'total'
  | 'net'

export type SectionName =
  | 'balances'
  | 'movements'
  | 'usage'
  | 'corrections'
  | 'windows'
  | 'purchases'
  | 'grants'
  | 'paid_back'
  | 'fees'
  | 'tax'
  | 'invoices'
  | 'payments'
  | 'lots'
  | 'absorbed'
  | 'not_billed'
  | 'refused'
  | 'check'
  | 'lines'
  | 'sums'

export type ColumnName =
  | 'source'
  | 'opening'
  | 'change'
  | 'closing'
  | 'what'
  | 'amount'
  | 'entries'
  | 'model'
  | 'calls'
  | 'statement'
  | 'window'
  | 'runs'
  | 'used'
  | 'overshoot'
  | 'at'
  | 'payment'
  | 'credit'
  | 'price'
  | 'tax'
  | 'name'
  | 'origin'
  | 'expires'
  | 'paidBack'
  | 'plan'
  | 'net'
  | 'total'
  | 'rate'
  | 'charged'
  | 'reversed'
  | 'invoice'
  | 'why'
  | 'attempts'

type NoteName =
  | 'owed'
  | 'late'
  | 'creditNote'
  | 'windows'
  | 'taxPurchase'
  | 'checkEntries'
  | 'checkHash'
  | 'checkBefore'
  | 'carried'
