const SPREAD_MS = 1_000
const STEP_MS = 137

/**
 * What is added to the wait that a refused caller is told, in milliseconds: another for each of those who are
 * refused one after the other, so that they do not all return at once.
 */
export const retrySpreadMs = (refused: number): number => (refused * STEP_MS) % SPREAD_MS
