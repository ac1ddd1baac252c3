export * from './dimensions.ts'
export * from './filters.ts'
