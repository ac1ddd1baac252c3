import { nanos, readNanos } from '../../../src/core/money/index.ts'
import type { PriceBook } from '../../../src/core/pricing/index.ts'
import {
  type Bill,
  type BillKind,
  type BillRow,
  type ComparisonSettings,
  LATE_MS,
  type OwnCall,
  OwnSide,
  reconcileBill,
} from '../../../src/core/reconciliation/index.ts'
import { DAY_MS, type Instant, instant } from '../../../src/core/time/index.ts'
import { at, bookOf } from '../pricing/fixtures.ts'

export const DAY = at('2026-11-10T00:00:00Z')
export const NEXT = instant(DAY + DAY_MS)
export const hour = (hours: number, day = DAY): Instant => instant(day + hours * 3_600_000)

/** Dollars per million that make every amount easy to check by hand. */
export const BOOK: PriceBook = bookOf({
  rows: [
    { model: 'm', kind: 'input', per_mtok: '2' },
    { model: 'm', kind: 'input', per_mtok: '4', when: { prompt_tokens_above: 100_000 } },
    { model: 'm', kind: 'cache_read', per_mtok: '0.2' },
    { model: 'm', kind: 'cache_write_5m', per_mtok: '2.5' },
    { model: 'm', kind: 'cache_write_1h', per_mtok: '4' },
    { model: 'm', kind: 'output', per_mtok: '10' },
    { model: 'm', kind: 'input', per_mtok: '1', when: { tier: 'batch' } },
    { model: 'm', kind: 'output', per_mtok: '5', when: { tier: 'batch' } },
    { model: 'm', kind: 'input', per_mtok: '3', when: { tier: 'priority' } },
    { model: 'm', kind: 'output', per_mtok: '15', when: { tier: 'priority' } },
  ],
  fees: [{ model: '*', fee: 'web_search', each: '0.01' }],
  aliases: [{ pattern: '-20\\d{6}$', rule: 'snapshot suffix' }],
})

export const OLD_BOOK: PriceBook = bookOf({
  id: 'old',
  effective_from: '2025-01-01T00:00:00Z',
  rows: [{ model: 'm', kind: 'output', per_mtok: '12' }],
})

export const call = (own: Partial<OwnCall> = {}): OwnCall => ({
  at: hour(12),
  model: 'm',
  tier: null,
  speed: null,
  region: null,
  tokens: {},
  fees: {},
  open: null,
  ...own,
})

const row = (own: Partial<BillRow> & Pick<BillRow, 'kind' | 'report'>, day: Instant): BillRow => ({
  bucket: { start: day, end: instant(day + DAY_MS) },
  model: own.kind.startsWith('fee:') ? null : 'm',
  tier: '',
  speed: null,
  region: null,
  key: null,
  workspace: null,
  quantity: null,
  cost: null,
  step: nanos(0n),
  currency: null,
  ...own,
})

export const used = (
  kind: BillKind,
  quantity: number,
  { day = DAY, ...own }: Partial<BillRow> & { day?: Instant } = {},
): BillRow => row({ report: 'usage', kind, quantity: BigInt(quantity), ...own }, day)

export const cost = (
  kind: BillKind,
  amount: string,
  { day = DAY, ...own }: Partial<BillRow> & { day?: Instant } = {},
): BillRow => row({ report: 'cost', kind, cost: readNanos(amount), currency: 'USD', ...own }, day)

export const SETTINGS: ComparisonSettings = {
  provider: 'anthropic',
  ownKeys: null,
  lateMs: LATE_MS,
  discounts: [],
}

export interface Case {
  readonly calls: readonly OwnCall[]
  readonly rows: readonly BillRow[]
  readonly days?: readonly Instant[]
  readonly settings?: Partial<ComparisonSettings>
  readonly books?: readonly PriceBook[]
}

/** A bill of whole days: of each report there is, unless told, every day of `days`. */
export function compared({ calls, rows, days = [DAY], settings = {}, books = [BOOK] }: Case) {
  const all = { ...SETTINGS, ...settings }
  const own = new OwnSide(books, all.lateMs)
  for (const each of calls) own.add(each)
  const buckets = days.map((day) => ({ start: day, end: instant(day + DAY_MS) }))
  const has = (report: BillRow['report']) => rows.some((each) => each.report === report)
  const bill: Bill = {
    rows,
    covered: { usage: has('usage') ? buckets : [], cost: has('cost') ? buckets : [] },
  }
  return reconcileBill(bill, own, { books, settings: all })
}
