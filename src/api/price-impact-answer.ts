import { receiptId } from '../contract/receipt/index.ts'
import { formatNanos } from '../core/money/index.ts'
import type { CallImpact, ImpactSum, NamedSum, PriceBook } from '../core/pricing/index.ts'
import { formatInstant, type Instant } from '../core/time/index.ts'
import type { impactOfBook } from '../engine/prices/impact.ts'

interface Found {
  readonly impact: Awaited<ReturnType<typeof impactOfBook>>
  readonly book: PriceBook
  readonly from: Instant
  readonly until: Instant
  readonly at: Instant
}

export const impactJson = ({ impact, book, from, until, at }: Found) => ({
  price_book_id: book.id,
  currency: book.currency,
  from: formatInstant(from),
  to: formatInstant(until),
  looked_at: { accounts: impact.lookedAt.accounts, calls: impact.lookedAt.calls },
  partial: impact.lookedAt.partial,
  totals: {
    calls: impact.totals.calls,
    dearer: impact.totals.dearer,
    cheaper: impact.totals.cheaper,
    same: impact.totals.same,
    ...changeJson(impact.totals),
  },
  by_model: impact.byModel.map(sumJson),
  by_plan: impact.byPlan.map(sumJson),
  accounts: impact.accounts.map(sumJson),
  calls: impact.calls.map((call) => ({ ...placeJson(call), ...changeJson(call) })),
  become_unpriced: {
    calls: impact.becomeUnpriced.calls,
    before: formatNanos(impact.becomeUnpriced.before),
    missing: impact.becomeUnpriced.missing,
    sample: impact.becomeUnpriced.sample.map(placeJson),
  },
  become_priced: impact.becomePriced,
  still_unpriced: impact.stillUnpriced,
  as_of: formatInstant(at),
})

const changeJson = (sum: Pick<ImpactSum, 'before' | 'after' | 'difference'>) => ({
  before: formatNanos(sum.before),
  after: formatNanos(sum.after),
  difference: formatNanos(sum.difference),
})

const sumJson = (sum: NamedSum) => ({ id: sum.id, calls: sum.calls, ...changeJson(sum) })

const placeJson = (call: Pick<CallImpact, 'accountId' | 'callId' | 'model' | 'plan'>) => ({
  account_id: call.accountId,
  call_id: call.callId,
  receipt_id: receiptId(call.callId),
  model: call.model,
  plan: call.plan,
})
