export { explainBlock } from './block.ts'
export {
  fill,
  formatCount,
  formatDate,
  formatDuration,
  formatExact,
  formatMoney,
  formatReset,
} from './format.ts'
export { wordsOf } from './place.ts'
export { type ExplainOptions, explain, LENGTHS, type Length } from './receipt.ts'
export {
  type AccountView,
  type CapView,
  type LotView,
  nextCallSentence,
  type WindowView,
} from './view.ts'
export * from './words.ts'
