export { type CsvTable, csvText } from './csv.ts'
export { statementTable } from './flat.ts'
export { invoiceSheets } from './invoice.ts'
export { type Sheet, type SheetColumn, statementSheets, statementWordsOf } from './sheets.ts'
