export { readBill } from './bills/read.ts'
export type { BillForm, BillReport, ImportProblem, ReadBill, ReportRow } from './bills/types.ts'
