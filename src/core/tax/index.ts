export * from './policy.ts'
export * from './tax.ts'
