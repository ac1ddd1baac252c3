import type { Answer, EntryAnswer } from '../../client/index.ts'
import type { Context } from '../context.ts'
import {
  type Cell,
  count,
  exactMoney,
  renderPairs,
  renderTable,
  sanitize,
  timeOfDay,
} from '../render/index.ts'
import { wrap } from '../render/text.ts'
import { words } from './receipt-parts.ts'

/** A journal entry: what it did in sentences, where it stands, and its postings. */
function entryLines(entry: EntryAnswer, sentences: readonly string[], context: Context): string[] {
  const { style, clock } = context
  const pairs: [string, Cell][] = [
    ['account', entry.account_id],
    [
      'entry',
      `${words(entry.kind)} - seq ${count(entry.seq)} - ${timeOfDay(Date.parse(entry.at), clock)}`,
    ],
    ...(entry.lot ? [['lot', entry.lot.id] satisfies [string, Cell]] : []),
    ['request', entry.request_id],
    ['hash', entry.hash],
  ]
  const postings = entry.postings.map(
    ([ledger = '', asset = '', value = '0', lot = '']): Cell[] => [
      ledger,
      asset,
      exactMoney(value, asset.replace(/\.included$/, '')),
      lot,
    ],
  )
  return [
    ...sentences,
    ...renderPairs(style, pairs),
    ...(postings.length === 0
      ? []
      : [
          '',
          ...renderTable(style, {
            columns: [
              { title: 'ledger account', min: 16 },
              { title: 'asset' },
              { title: 'amount', align: 'right' },
              { title: 'lot', drop: 1 },
            ],
            rows: postings,
          }),
        ]),
  ]
}

/** An entry that was read, with all that is to be said of it. */
export const explainedEntryLines = (own: Answer<'getEntry'>, context: Context): string[] => {
  const said = own.sentences.flatMap((one) => wrap(sanitize(one), context.style.columns))
  return entryLines(own.entry, [...said, ''], context)
}

/** Prints the entry that a command has just written, as asked for. */
export function printEntry(context: Context, entry: EntryAnswer, sentence: string): void {
  if (context.json) context.printJson(entry)
  else context.print(entryLines(entry, [context.style.paint('ok', sanitize(sentence))], context))
}
