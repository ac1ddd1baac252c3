import { BILL_FAULTS, type BillFaultCode } from '../../contract/problem-words/bill-faults.ts'
import { fillWords, type Told, type ValuesFor } from '../../core/faults/index.ts'
import type { BillingProvider, BillRow } from '../../core/reconciliation/index.ts'
import type { Interval } from '../../core/time/index.ts'

/** A report as it was read, whole: nothing of a file with a problem is used. */
export interface BillReport {
  readonly provider: BillingProvider
  /** The form that was recognised. */
  readonly form: BillForm
  readonly report: BillRow['report']
  /** What the rows tell apart, so that a report of another grouping replaces this one. */
  readonly grouping: readonly string[]
  readonly covered: readonly Interval[]
  readonly rows: readonly ReportRow[]
}

export interface ReportRow extends BillRow {
  /** All that the row is told apart by: of one report, it comes once. */
  readonly id: string
}

export const BILL_FORMS = [
  'anthropic_usage_report',
  'anthropic_cost_report',
  'anthropic_analytics_usage',
  'anthropic_analytics_cost',
  'openai_usage_completions',
  'openai_costs',
] as const
export type BillForm = (typeof BILL_FORMS)[number]

export interface ImportProblem {
  /** `line 12`, `data[0].results[3].amount`. */
  readonly location: string
  readonly message: string
  /** The same for whoever says it in another language. */
  readonly told: Told<BillFaultCode>
}

export type ReadBill =
  | { readonly ok: true; readonly report: BillReport }
  | { readonly ok: false; readonly problems: readonly ImportProblem[] }

export class Problems {
  readonly list: ImportProblem[] = []
  add<Code extends BillFaultCode>(
    location: string,
    code: Code,
    ...values: ValuesFor<(typeof BILL_FAULTS)[Code]>
  ): void {
    if (this.list.length < PROBLEMS_MAX) this.list.push(problemAt(location, code, ...values))
  }
}

export function problemAt<Code extends BillFaultCode>(
  location: string,
  code: Code,
  ...given: ValuesFor<(typeof BILL_FAULTS)[Code]>
): ImportProblem {
  const values = given[0] ?? {}
  return { location, message: fillWords(BILL_FAULTS[code], values), told: { code, values } }
}

const PROBLEMS_MAX = 50
