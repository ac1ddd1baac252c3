export * from './japan.ts'
export * from './policy.ts'
export * from './tax.ts'
