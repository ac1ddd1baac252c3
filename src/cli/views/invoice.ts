import type { Answer } from '../../client/index.ts'
import type { Language } from '../../contract/explain/index.ts'
import { invoiceSheets, statementWordsOf } from '../../contract/statements/index.ts'
import { type Clock, dateTimeZone, exactMoney, renderPairs } from '../render/index.ts'
import type { Style } from '../render/style.ts'
import { sanitize } from '../render/text.ts'
import { sheetLines } from './statement.ts'

interface Place {
  readonly style: Style
  readonly clock: Clock
  readonly lang: Language
}

/** An invoice as on paper, and what has become of it. */
export function invoiceLines(own: Answer<'getInvoice'>, place: Place): string[] {
  const { style, clock, lang } = place
  const { headings, invoice } = statementWordsOf(lang)
  const at = (time: string): string => dateTimeZone(Date.parse(time), clock)
  return [
    style.paint('strong', sanitize(`${invoice} ${own.label}`)),
    ...renderPairs(style, [
      [headings.to, own.bill_to.name],
      [headings.issued, at(own.issued_at)],
      [headings.due, at(own.due_at)],
      [headings.statementNumber, `${own.statement}`],
    ]),
    ...invoiceSheets(own, lang).flatMap((sheet) =>
      sheetLines(sheet, { style, clock, currency: own.currency }),
    ),
    '',
    `${own.status}: ${exactMoney(own.left, own.currency)} left of ${exactMoney(own.total, own.currency)}.`,
  ]
}
