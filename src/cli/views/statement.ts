import type { Answer } from '../../client/index.ts'
import { fill, type Language } from '../../contract/explain/index.ts'
import { type Sheet, statementSheets, statementWordsOf } from '../../contract/statements/index.ts'
import type { StatementDocument } from '../../core/ledger/statement/document.ts'
import { type Clock, exactMoney, renderPairs, renderTable, timestamp } from '../render/index.ts'
import type { Style } from '../render/style.ts'
import { sanitize, wrap } from '../render/text.ts'

type Statement = Answer<'getStatement'>
type Listed = Answer<'listStatements'>['items'][number]
interface Place {
  readonly style: Style
  readonly clock: Clock
}

const at = (time: string, clock: Clock): string =>
  time === '' ? '' : timestamp(Date.parse(time), clock).slice(0, 16)

/** Closed statements, one a line. */
export function statementListLines(items: readonly Listed[], { style, clock }: Place): string[] {
  if (items.length === 0)
    return ['No cycle has been closed yet. The one that runs: "everycent statements show".']
  return renderTable(style, {
    columns: [
      { title: 'number', align: 'right' },
      { title: 'label', min: 10 },
      { title: 'from' },
      { title: 'until' },
      { title: 'entries', align: 'right', drop: 1 },
      { title: 'paid credit', align: 'right' },
      { title: 'promotional', align: 'right', drop: 2 },
      { title: 'owed', align: 'right' },
    ],
    rows: items.map((own) => [
      `${own.number}`,
      own.label,
      at(own.start, clock),
      at(own.end, clock),
      `${own.entries.count}`,
      exactMoney(own.balances.prepaid, own.currency),
      exactMoney(own.balances.promotional, own.currency),
      exactMoney(own.balances.overage, own.currency),
    ]),
  })
}

/** A statement as on paper: the same tables, in the same words. */
export function statementLines(
  own: Statement,
  { style, clock, lang }: Place & { readonly lang: Language },
): string[] {
  const words = statementWordsOf(lang)
  const { headings } = words
  const title = `${words.statement} ${own.label}`
  return [
    style.paint('strong', sanitize(title)),
    ...(own.closed === null ? wrap(words.preview, style.columns) : []),
    ...renderPairs(style, [
      [headings.account, `${own.account_name} (${own.account_id})`],
      [headings.cycle, `${at(own.start, clock)} - ${at(own.end, clock)} (${clock.timeZone})`],
      [headings.plan, own.plan],
      own.closed === null
        ? [headings.asOf, at(own.as_of, clock)]
        : [headings.closed, at(own.closed.at, clock)],
    ]),
    ...statementSheets(own as StatementDocument, lang).flatMap((sheet) =>
      sheetLines(sheet, { style, clock, currency: own.currency }),
    ),
    '',
    fill('{as_of} - seq {seq}', { as_of: own.as_of, seq: own.seq }),
  ]
}

export function sheetLines(
  sheet: Sheet,
  { style, clock, currency }: Place & { readonly currency: string },
): string[] {
  const cell = (text: string, index: number): string => {
    const { kind } = sheet.columns[index]!
    if (kind === 'amount') return exactMoney(text, currency)
    return kind === 'time' ? at(text, clock) : text
  }
  return [
    '',
    style.paint('strong', sheet.title),
    ...(sheet.rows.length === 0
      ? []
      : renderTable(style, {
          columns: sheet.columns.map(({ title, kind }) =>
            kind === 'amount' || kind === 'count'
              ? { title, align: 'right' as const }
              : { title, ...(kind === 'text' && { min: 8 }) },
          ),
          rows: sheet.rows.map((row) => row.map(cell)),
        })),
    ...sheet.notes.flatMap((note) => wrap(sanitize(note), style.columns)),
  ]
}
