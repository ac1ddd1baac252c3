export { combineReports } from './bills/combine.ts'
export { readBill } from './bills/read.ts'
export type { BillForm, BillReport, ImportProblem, ReadBill, ReportRow } from './bills/types.ts'
export { KNOWN_FORMS } from './records/known-forms.ts'
export {
  type FieldMap,
  isMappable,
  mappedForm,
} from './records/mapped-form.ts'
export { RecordReader, readRecords } from './records/read.ts'
export type { BadRecord, ReadCharge, Records } from './records/types.ts'
