import { faultAt } from '../../contract/problem-words/faults.ts'
import { formatNanos, type Nanos, sum, ZERO } from '../../core/money/index.ts'
import {
  baseDateEnd,
  depositOf,
  JP_THRESHOLD,
  type JurisdictionPolicy,
  lastBaseDate,
  policyRef,
} from '../../core/tax/index.ts'
import {
  DAY_MS,
  formatInstant,
  type Instant,
  instant,
  parseInstant,
} from '../../core/time/index.ts'
import {
  afterAllPosted,
  breakageBetween,
  type LiabilityRow,
  liabilityAt,
  type UnusedRow,
  unusedAt,
} from '../../store/billing/reports.ts'
import { listTerms } from '../../store/control/terms.ts'
import type { Services } from '../deps.ts'
import { inForm } from '../documents/form.ts'
import type { Handlers } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'

const YEN = 'JPY'
const YEAR_MS = 365 * DAY_MS

const amountOf = (nanos: string): string => formatNanos(BigInt(nanos) as Nanos)
const timeOr = (text: string | undefined, other: number): Instant =>
  text === undefined ? instant(other) : parseInstant(text)!

export const reportHandlers: Handlers<'getLiability' | 'getBreakage' | 'getJapanReport'> = {
  getLiability: async (inbound, { pool, nowMs }) => {
    const at = timeOr(inbound.query.as_of, await afterAllPosted(pool, nowMs()))
    const rows = await liabilityAt(pool, at)
    const items = rows.map((row) => ({
      currency: row.currency,
      category: row.category,
      expires: row.month,
      lots: Number(row.lots),
      amount: amountOf(row.amount),
    }))
    return inForm(inbound, {
      name: `liability-${formatInstant(at).slice(0, 10)}`,
      json: () => ({ items, totals: totalsOf(rows), as_of: formatInstant(at) }),
      csv: () => ({
        columns: ['currency', 'category', 'expires', 'lots', 'amount'],
        rows: items.map((own) => [own.currency, own.category, own.expires, own.lots, own.amount]),
      }),
    })
  },

  getBreakage: async (inbound, { pool, nowMs }) => {
    const { query } = inbound
    // what was posted in this very moment is part of it
    const to = timeOr(query.to, (await afterAllPosted(pool, nowMs())) + 1)
    const from = timeOr(query.from, to - YEAR_MS)
    const rows = await breakageBetween(pool, { from, to })
    const items = rows.map((row) => ({
      ...row,
      lots: Number(row.lots),
      amount: amountOf(row.amount),
    }))
    return inForm(inbound, {
      name: `breakage-${formatInstant(to).slice(0, 10)}`,
      json: () => ({ items, as_of: formatInstant(to) }),
      csv: () => ({
        columns: ['month', 'currency', 'category', 'why', 'lots', 'amount'],
        rows: items.map((own) => [
          own.month,
          own.currency,
          own.category,
          own.why,
          own.lots,
          own.amount,
        ]),
      }),
    })
  },

  getJapanReport: async (inbound, services) => {
    const baseDate = inbound.query.base_date ?? lastBaseDate(instant(services.nowMs()))
    const report = await japanReport(services, baseDate)
    return inForm(inbound, {
      name: `japan-prepaid-${baseDate}`,
      json: () => report,
      csv: () => ({
        columns: ['base_date', 'currency', 'standing', 'lots', 'amount', 'paid'],
        rows: report.items.map((own) => [
          baseDate,
          own.currency,
          own.standing,
          own.lots,
          own.amount,
          own.paid,
        ]),
      }),
    })
  },
}

function totalsOf(rows: readonly LiabilityRow[]) {
  const currencies = [...new Set(rows.map(({ currency }) => currency))]
  const total = (currency: string, category: string): string =>
    formatNanos(
      sum(
        rows
          .filter((row) => row.currency === currency && row.category === category)
          .map(({ amount }) => BigInt(amount) as Nanos),
      ),
    )
  return currencies.map((currency) => ({
    currency,
    paid: total(currency, 'paid'),
    promotional: total(currency, 'promotional'),
  }))
}

async function japanReport({ pool, nowMs }: Services, baseDate: string) {
  const end = baseDateEnd(baseDate)
  if (end === null || end > nowMs())
    throw new ProblemError('invalid_request', {
      errors: [faultAt('query/base_date', 'base_date_open')],
    })
  const rowsOfLaw = await listTerms<JurisdictionPolicy>(pool, 'policy')
  const policies = rowsOfLaw
    .map(({ document }) => document)
    .filter((policy) => policy.prepaid_report === 'jp_base_dates')
    .map(policyRef)
  // the day's last moment belongs to it, the next day's first does not
  const rows = await unusedAt(pool, { at: instant(end - 1), policies, currency: YEN })
  const counted = rows.find((row) => row.currency === YEN && row.standing === 'counted')
  const unused = counted ? (BigInt(counted.amount) as Nanos) : ZERO
  const { exceeds, atLeast } = depositOf(unused)
  return {
    base_date: baseDate,
    threshold: formatNanos(JP_THRESHOLD),
    unused: formatNanos(unused),
    exceeds,
    deposit_at_least: atLeast,
    items: rows.map((row) => ({
      currency: row.currency,
      standing: standingOf(row),
      lots: Number(row.lots),
      amount: amountOf(row.amount),
      paid: amountOf(row.paid),
    })),
    says: SAYS,
    as_of: formatInstant(end),
  }
}

const standingOf = ({ standing, currency }: UnusedRow) =>
  standing === 'counted' && currency !== YEN ? ('other_currency' as const) : standing

/** What the law wants counted, as this report reads it. */
const SAYS = [
  'Counted: unused paid credit in yen, at face value, that was bought under a policy with the report of the Japanese base dates (or, credited by hand, in yen), and that lives for six months or more or does not end.',
  'Not counted: credit valid for less than six months, and credit that was given and not bought.',
  'Credit in other currencies that was bought under such a policy is listed and not converted: add it at the rate of the base date.',
  'Not legal advice: have the rows and the policy read by somebody who knows the law.',
]
