export { explainBlock } from './block.ts'
export { cardName } from './card.ts'
export { feeFormulaText } from './fee-formula.ts'
export {
  fill,
  formatAllDigits,
  formatDate,
  formatDay,
  formatDayOfYear,
  formatDuration,
  formatExact,
  formatLongDay,
  formatMoment,
  formatMoney,
  formatSum,
  formatterOf,
} from './format.ts'
export { type NextCall, nextCall } from './next-call.ts'
export { type ExplainedParts, explainParts } from './parts.ts'
export { inUtc, type Reader, windowTitle, wordsOf } from './place.ts'
export { explainPlan, windowLength } from './plan.ts'
export { type ExplainOptions, explain } from './receipt.ts'
export { RULE_CODES, ruleSentence } from './rule-words.ts'
export { explainSubscription, explainSwitch, explainTransition } from './subscription.ts'
export { nextCallSentence } from './view.ts'
export * from './words.ts'
