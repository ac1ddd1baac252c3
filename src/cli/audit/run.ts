import {
  auditCharges,
  type DatedBook,
  type ExternalCall,
  type Finding,
} from '../../core/audit/index.ts'
import { add, type Nanos, ZERO } from '../../core/money/index.ts'
import type { PriceBook } from '../../core/pricing/index.ts'
import {
  LATE_MS,
  magnitude,
  OwnSide,
  type Reconciled,
  reconcileBill,
} from '../../core/reconciliation/index.ts'
import { normalise } from '../../core/usage/index.ts'
import { type BillReport, combineReports, type ReadCharge } from '../../imports/index.ts'
import type { AuditInput } from './files.ts'

export interface CurrencyTotals {
  readonly charges: number
  /** Sum of the bill. */
  readonly charged: Nanos
  /** Charged too much, by findings that are certain. */
  readonly claimed: Nanos
  /** Charged too much, by findings that somebody has to look at. */
  readonly doubtful: Nanos
  /** Charged too little. */
  readonly under: Nanos
}

export interface ProviderAudit {
  readonly provider: BillReport['provider']
  readonly reconciled: Reconciled
}

export interface AuditResult {
  readonly findings: readonly Finding[]
  /** Differences that the rounding of the bill explains: no findings. */
  readonly rounded: number
  readonly totals: ReadonlyMap<string, CurrencyTotals>
  readonly providers: readonly ProviderAudit[]
}

/** Audits what was read, with nothing but arithmetic. */
export function auditInput(input: AuditInput, books: readonly PriceBook[]): AuditResult {
  const dated: DatedBook[] = books.map(({ document }) => ({ document, publishedAt: null }))
  const all = auditCharges({ charges: input.charges, calls: input.calls, books: dated })
  const steps = stepsOf(input.charges)
  const findings = all.filter((own) => !isRounding(own, steps)).sort(byDifference)
  return {
    findings,
    rounded: all.length - findings.length,
    totals: totalsOf(input.charges, findings),
    providers: providersOf(input, books),
  }
}

/** The largest first; equal ones as they were found. */
function byDifference({ difference: one }: Finding, { difference: other }: Finding): number {
  if (one === other) return 0
  return one < other ? 1 : -1
}

export const isClaim = ({ difference, confidence }: Finding): boolean =>
  difference > ZERO && confidence === 'certain'

/**
 * How finely a bill is written: by its finest amount, since 0.01 on a bill that also says 0.0478 is no
 * rounded cent.
 */
function stepsOf(charges: readonly ReadCharge[]): Map<string, Nanos> {
  const steps = new Map<string, Nanos>()
  for (const { source, step } of charges) {
    const bill = billOf(source)
    const known = steps.get(bill)
    if (known === undefined || step < known) steps.set(bill, step)
  }
  return steps
}

const billOf = (source: string): string => source.slice(0, source.lastIndexOf(':'))

/** Whichever way an amount was rounded, it is less than one step off; the right one is floored itself. */
function isRounding({ difference, evidence }: Finding, steps: ReadonlyMap<string, Nanos>): boolean {
  const step = steps.get(billOf(String(evidence.source))) ?? 1n
  const off = magnitude(difference)
  return off !== 0n && (off < step || off === 1n)
}

function totalsOf(
  charges: readonly ReadCharge[],
  findings: readonly Finding[],
): Map<string, CurrencyTotals> {
  const none: CurrencyTotals = {
    charges: 0,
    charged: ZERO,
    claimed: ZERO,
    doubtful: ZERO,
    under: ZERO,
  }
  const totals = new Map<string, CurrencyTotals>()
  for (const { currency, amount } of charges) {
    const own = totals.get(currency) ?? none
    totals.set(currency, { ...own, charges: own.charges + 1, charged: add(own.charged, amount) })
  }
  for (const finding of findings) {
    const own = totals.get(finding.currency) ?? none
    const kind = finding.difference < ZERO ? 'under' : isClaim(finding) ? 'claimed' : 'doubtful'
    totals.set(finding.currency, { ...own, [kind]: add(own[kind], finding.difference) })
  }
  return totals
}

function providersOf(input: AuditInput, books: readonly PriceBook[]): ProviderAudit[] {
  const providers = [...new Set(input.reports.map(({ provider }) => provider))]
  return providers.map((provider) => {
    const own = new OwnSide(books, LATE_MS)
    for (const call of input.calls) {
      const counted = ownCallOf(call)
      if (counted && servedBy(call) === provider) own.add(counted)
    }
    const bill = combineReports(input.reports.filter((report) => report.provider === provider))
    const settings = { provider, ownKeys: null, lateMs: LATE_MS, discounts: [] }
    return { provider, reconciled: reconcileBill(bill, own, { books, settings }) }
  })
}

const servedBy = ({ dialect }: ExternalCall): BillReport['provider'] =>
  dialect === 'anthropic' ? 'anthropic' : 'openai'

function ownCallOf(call: ExternalCall) {
  const { usage, tier, speed, region } = normalise(call.dialect, call.usage)
  if (!usage || call.ending === 'failed') return null
  return {
    at: call.at,
    model: call.model,
    tier: call.tier ?? tier,
    speed: call.speed ?? speed,
    region: call.region ?? region,
    tokens: usage.tokens,
    fees: usage.fees,
    open: null,
  }
}
