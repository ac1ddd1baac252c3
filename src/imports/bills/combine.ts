import type { Bill, BillRow } from '../../core/reconciliation/index.ts'
import type { Interval } from '../../core/time/index.ts'
import type { BillReport, ReportRow } from './types.ts'

/**
 * The bill that several reports make together, given in the order in which they were read. The same page
 * twice changes nothing; a later report of the same grouping replaces figures one by one, one of another
 * grouping all of the time that it covers: what was asked for by model and by key is not added up.
 */
export function combineReports(reports: readonly BillReport[]): Bill {
  return {
    rows: [...rowsOf(reports, 'usage'), ...rowsOf(reports, 'cost')],
    covered: { usage: coveredBy(reports, 'usage'), cost: coveredBy(reports, 'cost') },
  }
}

const coveredBy = (reports: readonly BillReport[], of: BillRow['report']): readonly Interval[] =>
  reports.filter(({ report }) => report === of).flatMap(({ covered }) => covered)

function rowsOf(reports: readonly BillReport[], of: BillRow['report']): readonly ReportRow[] {
  const rows = new Map<string, { row: ReportRow; shape: string }>()
  for (const report of reports) {
    if (report.report !== of) continue
    const shape = JSON.stringify([report.form, report.grouping])
    for (const [key, known] of rows)
      if (known.shape !== shape && overlaps(known.row.bucket, report.covered)) rows.delete(key)
    for (const row of report.rows) rows.set(`${shape} ${row.id}`, { row, shape })
  }
  return [...rows.values()].map(({ row }) => row)
}

const overlaps = (bucket: Interval, covered: readonly Interval[]): boolean =>
  covered.some(({ start, end }) => start < bucket.end && bucket.start < end)
