export * from './document.ts'
export { type InvoiceAmounts, invoiceAmounts } from './owed-tally.ts'
export * from './statement.ts'
