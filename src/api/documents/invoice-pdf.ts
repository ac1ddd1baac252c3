import { fill, type Language } from '../../contract/explain/index.ts'
import { invoiceSheets, statementWordsOf } from '../../contract/statements/index.ts'
import type { InvoiceItem, InvoiceView, PartyFacts } from '../../core/ledger/index.ts'
import { figureText, paperTime } from './figures.ts'
import { drawFacts } from './heading.ts'
import { Paper } from './paper.ts'
import { drawSheet } from './table.ts'

/** An invoice on paper, as it was issued: what was paid since is not on it, so its bytes never change. */
export async function invoicePdf(
  own: InvoiceView & { readonly label: string; readonly items: readonly InvoiceItem[] },
  lang: Language,
): Promise<Buffer> {
  const words = statementWordsOf(lang)
  const { headings } = words
  const title = `${words.invoice} ${own.label}`
  const paper = new Paper({
    title,
    lang,
    date: new Date(own.issued_at),
    foot: (page, pages) => fill(words.page, { page, pages }),
  })
  const party = (heading: string, { name, address, tax_id, reference }: PartyFacts) =>
    [
      [heading, name],
      ...(address ?? []).map((line) => ['', line] as const),
      ...(tax_id === undefined ? [] : [[headings.taxId, tax_id] as const]),
      ...(reference === undefined ? [] : [[headings.reference, reference] as const]),
    ] as (readonly [string, string])[]
  const sum = (amount: string) => `${own.currency} ${figureText(amount, own.currency)}`
  paper.paragraph(title, { size: 17, font: 'bold' }, 'H1')
  paper.y += 4
  drawFacts(paper, party(headings.from, own.issuer))
  drawFacts(paper, party(headings.to, own.bill_to))
  drawFacts(paper, [
    [headings.issued, `${paperTime(own.issued_at)} UTC`],
    [headings.due, `${paperTime(own.due_at)} UTC`],
    [headings.statementNumber, `${own.statement}`],
    [headings.total, sum(own.total)],
  ])
  for (const sheet of invoiceSheets(own, lang)) drawSheet(paper, sheet, own.currency)
  return paper.finish()
}
