import { formatNanos, type Nanos } from '../../core/money/index.ts'
import { type Comparison, totalsOf } from '../../core/reconciliation/index.ts'
import { formatInstant } from '../../core/time/index.ts'
import type { AuditInput } from './files.ts'
import type { AuditResult } from './run.ts'

const amount = (own: Nanos | null): string | null => (own === null ? null : formatNanos(own))

/** The stable shape of `audit --json`. */
export function auditJson({ bad, calls }: AuditInput, result: AuditResult): object {
  return {
    calls: calls.length,
    findings: result.findings.map((own) => ({
      rule: own.rule,
      key: own.key,
      calls: own.calls,
      at: formatInstant(own.at),
      currency: own.currency,
      charged: amount(own.posted),
      right: amount(own.expected),
      difference: amount(own.difference),
      confidence: own.confidence,
      evidence: own.evidence,
    })),
    rounded: result.rounded,
    totals: [...result.totals].map(([currency, own]) => ({
      currency,
      charges: own.charges,
      charged: amount(own.charged),
      claimed: amount(own.claimed),
      doubtful: amount(own.doubtful),
      under: amount(own.under),
    })),
    reports: result.providers.map(({ provider, reconciled }) => ({
      provider,
      ...reconciledJson(reconciled.comparisons),
      days: reconciled.days.map((day) => formatInstant(day).slice(0, 10)),
      part_days: reconciled.partDays.map((day) => formatInstant(day).slice(0, 10)),
    })),
    unreadable: bad,
  }
}

function reconciledJson(comparisons: readonly Comparison[]) {
  const sums = totalsOf(comparisons)
  return {
    billed: amount(sums.billed),
    own: amount(sums.own),
    variance: {
      total: amount(sums.total),
      quantity: amount(sums.quantity),
      price: amount(sums.price),
      unsplit: amount(sums.unsplit),
    },
    causes: [...sums.causes].map(([cause, own]) => ({ cause, amount: amount(own) })),
    unexplained: amount(sums.unexplained),
    differences: comparisons
      .filter(({ variance }) => variance.total !== 0n)
      .map((own) => ({
        day: formatInstant(own.position.day).slice(0, 10),
        model: own.position.model,
        kind: own.position.kind,
        tier: own.position.tier,
        billed: {
          quantity: own.billed.quantity?.toString() ?? null,
          cost: amount(own.billed.cost),
        },
        own: { quantity: own.own.quantity.toString(), cost: amount(own.own.cost) },
        total: amount(own.variance.total),
        unexplained: amount(own.unexplained),
      })),
  }
}
