import type { EntryRange, StatementDocument } from '../../core/ledger/statement/document.ts'
import { MONEY_SOURCES } from '../../core/ledger/statement/document.ts'
import type { CsvTable } from './csv.ts'

const COLUMNS = [
  'section',
  'item',
  'at',
  'reference',
  'name',
  'model',
  'source',
  'statement',
  'amount',
  'tax',
  'entries',
  'first_seq',
  'last_seq',
] as const
type Cells = Partial<Record<Exclude<(typeof COLUMNS)[number], 'section'>, string | number | null>>

const ofRange = ({ entries, first_seq, last_seq }: EntryRange): Cells => ({
  entries,
  first_seq,
  last_seq,
})
const ofEntry = ({ seq, at }: { readonly seq: number; readonly at: string }): Cells => ({
  at,
  entries: 1,
  first_seq: seq,
  last_seq: seq,
})

/** A statement as one flat table: a row for each figure, with the entries that it comes from. */
export function statementTable(own: StatementDocument): CsvTable {
  const rows = [
    ...headingRows(own),
    ...balanceRows(own),
    ...usageRows(own),
    ...moneyRows(own),
    ...owedRows(own),
  ].map(([section, cells]) =>
    COLUMNS.map((column) => (column === 'section' ? section : (cells[column] ?? null))),
  )
  return { columns: COLUMNS, rows }
}

type Row = readonly [section: string, cells: Cells]

function headingRows(own: StatementDocument): Row[] {
  const { first_seq, last_seq, count } = own.entries
  const head = (item: string, name: string): Row => ['statement', { item, name }]
  return [
    head('label', own.label),
    head('status', own.status),
    head('account_id', own.account_id),
    head('account_name', own.account_name),
    head('currency', own.currency),
    head('plan', own.plan),
    ['statement', { item: 'start', at: own.start }],
    ['statement', { item: 'end', at: own.end }],
    ['statement', { item: 'entries', entries: count, first_seq, last_seq }],
    head('previous_hash', own.previous_hash),
    head('hash', own.hash),
  ]
}

function balanceRows(own: StatementDocument): Row[] {
  const sources = MONEY_SOURCES.flatMap((source): Row[] => {
    const { opening, movements, closing } = own.balances[source]
    return [
      ['balance', { item: 'opening', source, amount: opening }],
      ...movements.map(
        (m): Row => ['balance', { item: m.what, source, amount: m.amount, ...ofRange(m) }],
      ),
      ['balance', { item: 'closing', source, amount: closing }],
    ]
  })
  const lots = own.lots.flatMap((lot): Row[] => {
    const of = { reference: lot.lot_id, name: lot.name, source: lot.category, at: lot.expires_at }
    return [
      ['lot', { ...of, item: 'opening', amount: lot.opening }],
      ...lot.movements.map(
        (m): Row => ['lot', { ...of, item: m.what, amount: m.amount, ...ofRange(m) }],
      ),
      ['lot', { ...of, item: 'closing', amount: lot.closing }],
    ]
  })
  return [...sources, ...lots]
}

function usageRows(own: StatementDocument): Row[] {
  return [
    ...own.usage.map(
      (line): Row => [
        'usage',
        {
          item: 'usage',
          model: line.model,
          source: line.source,
          amount: line.amount,
          ...ofRange(line),
        },
      ],
    ),
    ...own.corrections.map(
      (line): Row => [
        'correction',
        {
          item: line.what,
          name: line.reason,
          model: line.model,
          source: line.source,
          statement: line.statement,
          amount: line.amount,
          ...ofRange(line),
        },
      ],
    ),
    ...own.windows.flatMap((line): Row[] => [
      ['window', { item: 'used', reference: line.window_id, amount: line.used }],
      ['window', { item: 'overshoot', reference: line.window_id, amount: line.overshoot }],
    ]),
    ...own.absorbed.map(
      (line): Row => ['absorbed', { item: line.reason, amount: line.amount, ...ofRange(line) }],
    ),
    ...own.not_billed.map((line): Row => ['not_billed', { item: line.why, ...ofRange(line) }]),
    ...own.refused.map((line): Row => ['refused', { item: line.why, ...ofRange(line) }]),
    ...(own.late
      ? [['late', { item: 'late', at: own.late.earliest, ...ofRange(own.late) }] as const]
      : []),
  ]
}

function moneyRows(own: StatementDocument): Row[] {
  return [
    ...own.purchases.flatMap((p): Row[] => {
      const of = { ...ofEntry(p), reference: p.payment_id, name: p.name }
      return [
        ['purchase', { ...of, item: 'price', amount: p.price, tax: p.tax }],
        ['purchase', { ...of, item: 'credit', amount: p.face }],
      ]
    }),
    ...own.grants.map(
      (g): Row => [
        'grant',
        { ...ofEntry(g), item: g.origin, reference: g.lot_id, name: g.name, amount: g.amount },
      ],
    ),
    ...own.paid_back.map(
      (p): Row => [
        'paid_back',
        { ...ofEntry(p), item: p.what, reference: p.payment_id, amount: p.paid_back, tax: p.tax },
      ],
    ),
    ...own.fees.map(
      (f): Row => [
        'fee',
        {
          ...ofEntry(f),
          item: f.what,
          reference: f.payment_id,
          name: f.plan,
          amount: f.net,
          tax: f.tax,
        },
      ],
    ),
  ]
}

function owedRows(own: StatementDocument): Row[] {
  return [
    ...own.tax.flatMap((t): Row[] => [
      ['tax', { item: 'charged', reference: t.policy, name: t.rate, amount: t.charged }],
      ['tax', { item: 'reversed', reference: t.policy, name: t.rate, amount: t.reversed }],
    ]),
    ...own.invoices.map(
      (i): Row => [
        'invoice',
        {
          ...ofEntry(i),
          item: i.what,
          reference: i.invoice_id,
          statement: i.statement,
          amount: i.net,
          tax: i.tax,
        },
      ],
    ),
    ...own.payments.map(
      (p): Row => [
        'payment',
        {
          ...ofEntry(p),
          item: 'payment',
          reference: p.payment_id,
          name: p.invoice_id,
          amount: p.amount,
        },
      ],
    ),
    ['not_invoiced', { item: 'overage', amount: own.not_invoiced.overage }],
    ['not_invoiced', { item: 'fees', amount: own.not_invoiced.fees }],
  ]
}
