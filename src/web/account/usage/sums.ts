import { formatNanos, readNanos, sum } from '../../../core/money/index.ts'

/** The exact sum of decimal texts. */
export const addNanos = (parts: readonly string[]): string =>
  formatNanos(sum(parts.map((part) => readNanos(part))))
