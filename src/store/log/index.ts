export { appendHeads } from './append.ts'
export * from './checkpoints.ts'
export * from './heads.ts'
export * from './proofs.ts'
