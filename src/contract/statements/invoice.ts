import type { InvoiceFacts, InvoiceItem } from '../../core/ledger/index.ts'
import type { Language } from '../explain/words.ts'
import { Pen, type Sheet, withEntries } from './sheets.ts'

type Invoice = InvoiceFacts & { readonly items: readonly InvoiceItem[] }

/** The tables of an invoice: what it is for, and its sums. */
export function invoiceSheets(own: Invoice, lang: Language): readonly Sheet[] {
  const pen = new Pen(lang)
  const { invoiceItems, headings, notes } = pen.words
  const carried = own.items.some(({ what }) => what === 'carried')
  return [
    withEntries(
      pen.sheet(
        'lines',
        ['what', 'name', 'statement', 'amount'],
        own.items.map((item) => [
          invoiceItems[item.what],
          item.name,
          item.statement === null ? '' : `${item.statement}`,
          item.amount,
        ]),
        carried ? [notes.carried] : [],
      ),
      own.items,
    ),
    pen.sheet(
      'sums',
      ['what', 'rate', 'amount'],
      [
        [headings.net, '', own.net],
        [own.tax_name, own.tax_rate, own.tax],
        [headings.total, '', own.total],
      ],
    ),
  ]
}
