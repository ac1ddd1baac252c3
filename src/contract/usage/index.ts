export * from './dimensions.ts'
export * from './export-columns.ts'
export * from './filters.ts'
