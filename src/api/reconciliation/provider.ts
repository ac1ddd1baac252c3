import type { ActorFacts } from '../../core/ledger/entry.ts'
import { formatNanos, type Nanos } from '../../core/money/index.ts'
import type { PriceBook } from '../../core/pricing/index.ts'
import {
  type Bill,
  type BillingProvider,
  type Comparison,
  type ComparisonSettings,
  LATE_MS,
  magnitude,
  OwnSide,
  ownCallOf,
  reconcileBill,
  totalsOf,
} from '../../core/reconciliation/index.ts'
import { formatInstant, type Instant, type Interval, instant } from '../../core/time/index.ts'
import { type BillReport, combineReports, readBill } from '../../imports/index.ts'
import { attemptsBetween } from '../../store/reconciliation/attempts.ts'
import { billContents } from '../../store/reconciliation/imports.ts'
import { keepRun, type NewDifference } from '../../store/reconciliation/runs.ts'
import type { Services } from '../deps.ts'

export interface ProviderOrder {
  readonly runId: string
  readonly provider: BillingProvider
  readonly from: Instant
  /** Not part of it. */
  readonly until: Instant
  readonly books: readonly PriceBook[]
  readonly ownKeys: readonly string[] | null
  readonly discounts: ComparisonSettings['discounts']
  /** Unexplained differences up to this open no case. */
  readonly threshold: Nanos
  readonly by: ActorFacts
}

/**
 * Holds the imported bill of a provider against the attempts in the journal, and keeps the outcome.
 * `false`: no report covers a whole day of the time.
 */
export async function runProvider(services: Services, order: ProviderOrder): Promise<boolean> {
  const { bill, unreadable } = await billOf(services, order)
  const own = await ownSideOf(services, order)
  const settings = {
    provider: order.provider,
    ownKeys: order.ownKeys && new Set(order.ownKeys),
    lateMs: LATE_MS,
    discounts: order.discounts,
  }
  const found = reconcileBill(bill, own.side, { books: order.books, settings })
  if (found.days.length === 0) return false
  const currency = currencyOf(bill, order.books)
  const differing = found.comparisons.filter(({ variance }) => variance.total !== 0n)
  await keepRun(services.pool, {
    runId: order.runId,
    kind: 'provider',
    asked: askedOf(order),
    summary: {
      currency,
      days: found.days.map(dayText),
      part_days: found.partDays.map(dayText),
      unreadable_imports: unreadable,
      ...own.counts,
      positions: found.comparisons.length,
      ...sumsOf(found.comparisons),
    },
    madeAt: instant(services.nowMs()),
    by: order.by,
    differences: differing.map((each) => differenceOf(each, order, currency)),
  })
  return true
}

const dayText = (day: Instant): string => formatInstant(day).slice(0, 10)

interface ImportedBill {
  readonly bill: Bill
  /** Imports that an earlier version could read and this one cannot: they are left out, and named. */
  readonly unreadable: readonly string[]
}

async function billOf({ pool }: Services, order: ProviderOrder): Promise<ImportedBill> {
  const reports: BillReport[] = []
  const unreadable: string[] = []
  for (const { importId, content } of await billContents(pool, order)) {
    const read = readBill(content)
    if (read.ok) reports.push(read.report)
    else unreadable.push(importId)
  }
  const { rows, covered } = combineReports(reports)
  const inside = ({ start, end }: Interval): boolean => start >= order.from && end <= order.until
  const clipped = (buckets: readonly Interval[]): readonly Interval[] =>
    buckets
      .map(({ start, end }) => ({
        start: instant(Math.max(start, order.from)),
        end: instant(Math.min(end, order.until)),
      }))
      .filter(({ start, end }) => start < end)
  return {
    bill: {
      rows: rows.filter(({ bucket }) => inside(bucket)),
      covered: { usage: clipped(covered.usage), cost: clipped(covered.cost) },
    },
    unreadable,
  }
}

async function ownSideOf({ pool }: Services, order: ProviderOrder) {
  const side = new OwnSide(order.books, LATE_MS)
  const wide = { from: instant(order.from - LATE_MS), until: instant(order.until + LATE_MS) }
  const counts = { attempts: 0, without_dialect: 0 }
  for await (const body of attemptsBetween(pool, wide)) {
    // whoever recorded the call did not say in whose words
    if (body.call?.dialect === null) counts.without_dialect += 1
    const own = ownCallOf(body)
    if (own?.provider !== order.provider) continue
    counts.attempts += 1
    side.add(own.call)
  }
  return { side, counts }
}

const currencyOf = (bill: Bill, books: readonly PriceBook[]): string =>
  bill.rows.find(({ currency }) => currency !== null)?.currency ?? books[0]?.currency ?? 'USD'

const askedOf = (order: ProviderOrder) => ({
  provider: order.provider,
  from: formatInstant(order.from),
  until: formatInstant(order.until),
  books: order.books.map(({ id }) => id),
  own_keys: order.ownKeys,
  discounts: order.discounts.length,
  threshold: formatNanos(order.threshold),
})

function sumsOf(comparisons: readonly Comparison[]) {
  const sums = totalsOf(comparisons)
  return {
    billed: formatNanos(sums.billed),
    own: formatNanos(sums.own),
    variance: {
      total: formatNanos(sums.total),
      quantity: formatNanos(sums.quantity),
      price: formatNanos(sums.price),
      unsplit: formatNanos(sums.unsplit),
    },
    causes: Object.fromEntries(
      [...sums.causes].map(([cause, amount]) => [cause, formatNanos(amount)]),
    ),
    unexplained: formatNanos(sums.unexplained),
  }
}

function differenceOf(own: Comparison, order: ProviderOrder, currency: string): NewDifference {
  const { position, variance } = own
  const place = [position.tier, position.speed, position.region].map((word) => word ?? '').join('/')
  const day = dayText(position.day)
  return {
    key: ['provider', order.provider, day, position.model, position.kind, place].join(':'),
    facts: {
      provider: order.provider,
      day,
      model: position.model,
      kind: position.kind,
      tier: position.tier,
      billed: textsOf(own.billed),
      own: textsOf(own.own),
      variance: {
        total: formatNanos(variance.total),
        quantity: formatNanos(variance.quantity),
        price: formatNanos(variance.price),
        unsplit: formatNanos(variance.unsplit),
      },
      causes: own.causes.map(({ cause, quantity, amount }) => ({
        cause,
        quantity: quantity?.toString() ?? null,
        amount: formatNanos(amount),
      })),
    },
    unexplained: own.unexplained,
    currency,
    accountId: null,
    matters: magnitude(own.unexplained) > order.threshold,
  }
}

const textsOf = (side: { readonly quantity: bigint | null; readonly cost: Nanos | null }) => ({
  quantity: side.quantity?.toString() ?? null,
  cost: side.cost === null ? null : formatNanos(side.cost),
})
