import { fill, type Language } from '../../contract/explain/index.ts'
import { statementSheets, statementWordsOf } from '../../contract/statements/index.ts'
import type { StatementDocument } from '../../core/ledger/index.ts'
import { paperTime } from './figures.ts'
import { drawFacts } from './heading.ts'
import { INK, Paper } from './paper.ts'
import { drawSheet } from './table.ts'

/** A statement on paper. A closed one has the same bytes whenever it is made. */
export async function statementPdf(
  own: StatementDocument & { readonly as_of: string },
  lang: Language,
): Promise<Buffer> {
  const words = statementWordsOf(lang)
  const { headings } = words
  const title = `${words.statement} ${own.label}`
  const paper = new Paper({
    title,
    lang,
    date: new Date(own.as_of),
    foot: (page, pages) => fill(words.page, { page, pages }),
  })
  paper.paragraph(title, { size: 17, font: 'bold' }, 'H1')
  paper.y += 4
  if (own.closed === null) paper.paragraph(words.preview, { size: 9, colour: INK.warn })
  drawFacts(paper, [
    [headings.account, `${own.account_name} (${own.account_id})`],
    [headings.cycle, `${paperTime(own.start)} - ${paperTime(own.end)} UTC`],
    [headings.plan, own.plan],
    [headings.currency, own.currency],
    own.closed === null
      ? [headings.asOf, `${paperTime(own.as_of)} UTC`]
      : [headings.closed, `${paperTime(own.closed.at)} UTC`],
  ])
  for (const sheet of statementSheets(own, lang)) drawSheet(paper, sheet, own.currency)
  return paper.finish()
}
