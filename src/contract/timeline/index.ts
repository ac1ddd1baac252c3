export * from './codes.ts'
export { explainEntry } from './entry.ts'
export {
  besideHappening,
  type Happening,
  happeningOf,
  type SingleFacts,
} from './happening.ts'
export { changeSentence, momentSentence } from './past.ts'
export { explainPeriod, Period } from './period.ts'
export { inEach, type Said } from './reader.ts'
export { itemOf, type TimelineItem } from './render.ts'
export { groups, RUN_ENTRIES } from './runs.ts'
