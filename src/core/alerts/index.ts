export * from './crossings.ts'
export * from './settings.ts'
export { cycleHoursFrom, NO_SPEND, type Spend, USUAL_OVER_MS } from './spend.ts'
export * from './types.ts'
