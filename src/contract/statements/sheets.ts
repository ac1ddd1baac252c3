import type {
  CorrectionLine,
  EntryRange,
  StatementDocument,
} from '../../core/ledger/statement/document.ts'
import { MONEY_SOURCES } from '../../core/ledger/statement/document.ts'
import { formatNanos, type Nanos, readNanos } from '../../core/money/index.ts'
import { fill } from '../explain/format.ts'
import { wordsOf } from '../explain/place.ts'
import type { Language } from '../explain/words.ts'
import { statementEn } from './en.ts'
import { statementJa } from './ja.ts'
import type { ColumnName, SectionName, StatementWords } from './words.ts'

/** How a column is shown: amounts as exact decimals, times as RFC 3339, both to be formatted by the reader. */
export type ColumnKind = 'text' | 'amount' | 'count' | 'time'

export interface SheetColumn {
  readonly title: string
  readonly kind: ColumnKind
}

/** A table of a statement, ready for paper or screen. */
export interface Sheet {
  readonly id: SectionName
  readonly title: string
  readonly notes: readonly string[]
  readonly columns: readonly SheetColumn[]
  readonly rows: readonly (readonly string[])[]
  /** The journal entry behind each row; `null`: there are several. Absent: of none of them. */
  readonly entries?: readonly (number | null)[]
}

const WORDS: Readonly<Record<Language, StatementWords>> = { en: statementEn, ja: statementJa }

export const statementWordsOf = (lang: Language): StatementWords => WORDS[lang]

const KINDS: Partial<Readonly<Record<ColumnName, ColumnKind>>> = {
  opening: 'amount',
  change: 'amount',
  closing: 'amount',
  amount: 'amount',
  used: 'amount',
  overshoot: 'amount',
  credit: 'amount',
  price: 'amount',
  tax: 'amount',
  paidBack: 'amount',
  net: 'amount',
  total: 'amount',
  charged: 'amount',
  reversed: 'amount',
  calls: 'count',
  runs: 'count',
  attempts: 'count',
  at: 'time',
  expires: 'time',
}

export const rangeText = ({ first_seq, last_seq }: Omit<EntryRange, 'entries'>): string =>
  first_seq === last_seq ? `${first_seq}` : `${first_seq}-${last_seq}`

/** Names the entry behind each row, where it is one. */
export const withEntries = (
  sheet: Sheet,
  lines: readonly ({ readonly seq: number | null } | Omit<EntryRange, 'entries'>)[],
): Sheet => ({
  ...sheet,
  entries: lines.map((line) => {
    if ('seq' in line) return line.seq
    return line.first_seq === line.last_seq ? line.first_seq : null
  }),
})

/** Every table of a statement that has a row, in the order of the page. */
export function statementSheets(own: StatementDocument, lang: Language): readonly Sheet[] {
  const pen = new Pen(lang)
  return [
    ...balanceSheets(own, pen),
    ...usageSheets(own, pen),
    ...moneySheets(own, pen),
    ...owedSheets(own, pen),
    ...otherSheets(own, pen),
    pen.sheet('check', [], [], checkNotes(own, pen)),
  ]
    .filter(({ rows, notes }) => rows.length + notes.length > 0)
    .map((sheet) => {
      const lined = LINED.find((id) => id === sheet.id)
      return lined === undefined ? sheet : withEntries(sheet, own[lined])
    })
}

/** Sheets with a row for each line of the statement's own member of that name. */
const LINED = [
  ...(['usage', 'corrections', 'purchases', 'grants', 'paid_back', 'fees'] as const),
  ...(['invoices', 'payments', 'absorbed', 'not_billed', 'refused'] as const),
] as const

/** Makes the tables of a document in the words of a language. */
export class Pen {
  readonly words: StatementWords
  readonly labels: ReturnType<typeof wordsOf>

  constructor(lang: Language) {
    this.words = WORDS[lang]
    this.labels = wordsOf(lang)
  }

  sheet(
    id: SectionName,
    columns: readonly ColumnName[],
    rows: readonly (readonly string[])[],
    notes: readonly string[] = [],
  ): Sheet {
    return {
      id,
      title: this.words.sections[id],
      notes: rows.length > 0 || id === 'check' ? notes : [],
      columns: columns.map((name) => ({
        title: this.words.columns[name],
        kind: KINDS[name] ?? 'text',
      })),
      rows,
    }
  }

  /** The reader's word for a code of ours; other codes stand for themselves. */
  label(table: Readonly<Record<string, string>>, code: string): string {
    return table[code] ?? code
  }
}

const difference = (closing: string, opening: string): string =>
  formatNanos((readNanos(closing) - readNanos(opening)) as Nanos)

function balanceSheets(own: StatementDocument, pen: Pen): Sheet[] {
  const { sources, movements, notes } = pen.words
  const shown = MONEY_SOURCES.filter((source) => {
    const { opening, closing, movements: moved } = own.balances[source]
    return source === 'prepaid' || opening !== '0' || closing !== '0' || moved.length > 0
  })
  const flows = shown.map((source) => ({ name: sources[source], ...own.balances[source] }))
  const owes = shown.includes('overage') || shown.includes('invoiced')
  return [
    pen.sheet(
      'balances',
      ['source', 'opening', 'change', 'closing'],
      flows.map((flow) => [
        flow.name,
        flow.opening,
        difference(flow.closing, flow.opening),
        flow.closing,
      ]),
      owes ? [notes.owed] : [],
    ),
    pen.sheet(
      'movements',
      ['source', 'what', 'entries', 'amount'],
      flows.flatMap((flow) =>
        flow.movements.map((own) => [flow.name, movements[own.what], rangeText(own), own.amount]),
      ),
    ),
  ]
}

function usageSheets(own: StatementDocument, pen: Pen): Sheet[] {
  const { usedFrom, movements, notes } = pen.words
  const late = own.late
    ? [fill(notes.late, { entries: own.late.entries, earliest: own.late.earliest })]
    : []
  const correction = (line: CorrectionLine): string[] => [
    line.model,
    usedFrom[line.source],
    line.reason === null ? movements[line.what] : `${movements[line.what]} (${line.reason})`,
    line.statement === null ? '' : `${line.statement}`,
    rangeText(line),
    line.amount,
  ]
  return [
    pen.sheet(
      'usage',
      ['model', 'source', 'calls', 'entries', 'amount'],
      own.usage.map((line) => [
        line.model,
        usedFrom[line.source],
        `${line.entries}`,
        rangeText(line),
        line.amount,
      ]),
      late,
    ),
    pen.sheet(
      'corrections',
      ['model', 'source', 'what', 'statement', 'entries', 'amount'],
      own.corrections.map(correction),
      own.corrections.some(({ statement }) => statement !== null) ? [notes.creditNote] : [],
    ),
    pen.sheet(
      'windows',
      ['window', 'runs', 'used', 'overshoot'],
      own.windows.map((line) => [line.window_id, `${line.runs}`, line.used, line.overshoot]),
      [notes.windows],
    ),
  ]
}

function moneySheets(own: StatementDocument, pen: Pen): Sheet[] {
  const { movements } = pen.words
  return [
    pen.sheet(
      'purchases',
      ['at', 'payment', 'name', 'credit', 'price', 'tax'],
      own.purchases.map((p) => [p.at, p.payment_id, p.name, p.face, p.price, p.tax]),
    ),
    pen.sheet(
      'grants',
      ['at', 'name', 'origin', 'expires', 'amount'],
      own.grants.map((g) => [
        g.at,
        g.name,
        pen.label(pen.labels.lotOrigins, g.origin),
        g.expires_at ?? '',
        g.amount,
      ]),
    ),
    pen.sheet(
      'paid_back',
      ['at', 'what', 'payment', 'credit', 'paidBack', 'tax'],
      own.paid_back.map((p) => [
        p.at,
        movements[p.what],
        p.payment_id,
        p.credit,
        p.paid_back,
        p.tax,
      ]),
    ),
  ]
}

function owedSheets(own: StatementDocument, pen: Pen): Sheet[] {
  const { movements, notes } = pen.words
  return [
    pen.sheet(
      'fees',
      ['at', 'plan', 'payment', 'net', 'tax'],
      own.fees.map((f) => [f.at, f.plan, f.payment_id ?? '', f.net, f.tax]),
    ),
    pen.sheet(
      'tax',
      ['rate', 'charged', 'reversed'],
      own.tax.map((t) => [
        t.rate === null ? notes.taxPurchase : `${t.rate} (${t.policy ?? ''})`,
        t.charged,
        t.reversed,
      ]),
    ),
    pen.sheet(
      'invoices',
      ['at', 'what', 'invoice', 'statement', 'net', 'tax', 'total'],
      own.invoices.map((i) => [
        i.at,
        movements[i.what],
        `${i.number}`,
        `${i.statement}`,
        i.net,
        i.tax,
        i.total,
      ]),
    ),
    pen.sheet(
      'payments',
      ['at', 'payment', 'invoice', 'amount'],
      own.payments.map((p) => [p.at, p.payment_id, p.invoice_id ?? '', p.amount]),
    ),
  ]
}

function otherSheets(own: StatementDocument, pen: Pen): Sheet[] {
  const { labels } = pen
  return [
    pen.sheet(
      'lots',
      ['name', 'source', 'expires', 'opening', 'change', 'closing'],
      own.lots.map((lot) => [
        lot.name,
        pen.label(labels.lotCategories, lot.category),
        lot.expires_at ?? '',
        lot.opening,
        difference(lot.closing, lot.opening),
        lot.closing,
      ]),
    ),
    pen.sheet(
      'absorbed',
      ['why', 'entries', 'attempts', 'amount'],
      own.absorbed.map((a) => [a.reason, rangeText(a), `${a.entries}`, a.amount]),
    ),
    pen.sheet(
      'not_billed',
      ['why', 'entries', 'attempts'],
      own.not_billed.map((n) => [pen.label(labels.outcomes, n.why), rangeText(n), `${n.entries}`]),
    ),
    pen.sheet(
      'refused',
      ['why', 'entries', 'attempts'],
      own.refused.map((n) => [n.why, rangeText(n), `${n.entries}`]),
    ),
  ]
}

function checkNotes(own: StatementDocument, { words }: Pen): string[] {
  const { first_seq: first, last_seq: last, count } = own.entries
  return [
    fill(words.notes.checkEntries, { first, last, count }),
    fill(words.notes.checkBefore, { hash: own.previous_hash }),
    fill(words.notes.checkHash, { hash: own.hash }),
  ]
}
