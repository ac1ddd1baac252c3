import { receiptId } from '../../../contract/receipt/index.ts'
import { type ExportColumn, SUM_COLUMNS } from '../../../contract/usage/index.ts'
import type { Instant, Interval } from '../../../core/time/index.ts'
import type { ExportedFact } from '../../../store/facts/export-rows.ts'
import type { Sums } from '../../../store/facts/sums.ts'
import type { ExportRow, ExportValue } from './encoders.ts'

/** Columns that a fact has under another name, or not at all. */
const FROM_FACT: Readonly<Record<string, (fact: ExportedFact, currency: string) => ExportValue>> = {
  receipt_id: (fact) => receiptId(String(fact.call_id)),
  currency: (_fact, currency) => currency,
  covered_by_plan: (fact) => whole(fact.included),
  charged: (fact) => whole(fact.promotional)! + whole(fact.paid)! + whole(fact.overage)!,
  tags: (fact) => tagsText(fact.tags),
}

/** As they were sent, in one order. */
const tagsText = (tags: ExportedFact[string] | undefined): string | null =>
  tags === null || tags === undefined
    ? null
    : Object.entries(tags)
        .map(([key, value]) => `${key}:${value}`)
        .sort()
        .join(' ')

const whole = (value: ExportedFact[string] | undefined): bigint | null =>
  value === null || value === undefined ? null : BigInt(String(value))

/** A call as a row of an export. */
export const callRow = (
  fact: ExportedFact,
  columns: readonly ExportColumn[],
  currency: string,
): ExportRow =>
  columns.map(({ name, type }) => {
    const own = FROM_FACT[name]
    if (own) return own(fact, currency)
    const value = fact[name] ?? null
    if (value === null || value instanceof Date || typeof value === 'boolean') return value
    return type === 'amount' || type === 'count' ? whole(value) : String(value)
  })

export interface SummedGroup {
  readonly bucket: number | null
  readonly key: string | null
  readonly sums: Sums
}

interface SumsOf {
  readonly period: Interval
  /** `null`: the period is one piece. */
  readonly starts: readonly Instant[] | null
  readonly group: string
  readonly currency: string
}

/** The sums of a group as a row of an export. */
export function sumRow({ bucket, key, sums }: SummedGroup, of: SumsOf): ExportRow {
  const place = (bucket ?? 1) - 1
  const { promotional, paid, overage } = sums
  const known: Readonly<Record<string, ExportValue>> = {
    start: new Date(of.starts?.[place] ?? of.period.start),
    end: new Date(of.starts?.[place + 1] ?? of.period.end),
    group_by: of.group,
    key,
    currency: of.currency,
    ...sums,
    covered_by_plan: sums.included,
    charged:
      promotional === null || paid === null || overage === null
        ? null
        : promotional + paid + overage,
  }
  return SUM_COLUMNS.map(({ name }) => known[name] ?? null)
}
