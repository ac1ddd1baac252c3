import type { CsvTable } from '../../contract/statements/index.ts'
import type { InvoiceItem, InvoiceView } from '../../core/ledger/index.ts'

type Invoice = InvoiceView & { readonly label: string; readonly items: readonly InvoiceItem[] }

/** An invoice as one flat table: its lines, then its sums. */
export function invoiceTable(own: Invoice): CsvTable {
  const head = [own.label, own.issued_at, own.due_at, own.currency]
  const line = (item: string, name: string, statement: number | null, amount: string) => [
    ...head,
    item,
    name,
    statement,
    amount,
  ]
  return {
    columns: ['invoice', 'issued_at', 'due_at', 'currency', 'item', 'name', 'statement', 'amount'],
    rows: [
      ...own.items.map((item) => line(item.what, item.name, item.statement, item.amount)),
      line('net', '', own.statement, own.net),
      line('tax', `${own.tax_name} ${own.tax_rate}`, own.statement, own.tax),
      line('total', '', own.statement, own.total),
      ...own.payments.map((paid) => line('payment', paid.payment_id, null, paid.amount)),
      line('left', own.status, own.statement, own.left),
    ],
  }
}
