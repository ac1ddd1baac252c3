import { formatNanos, readNanos, sum } from '../../core/money/index.ts'

const HUNDRED = 100n
const clamp = (value: bigint): number => Number(value < 0n ? 0n : value > HUNDRED ? HUNDRED : value)

export interface Shares {
  /** Used and held together, in whole percent: rounded up unless full, so that 0 is 0 and 100 is full. */
  readonly used: number
  readonly left: number
  readonly usedOnly: number
  readonly held: number
}

/** Whole percents of a meter; what is used at all never shows as 0, what is left never as 0 either. */
export function percentOf(used: string, held: string, total: string): Shares {
  const [own, reserved, all]: [bigint, bigint, bigint] = [
    readNanos(used),
    readNanos(held),
    readNanos(total),
  ]
  const both = own + reserved
  if (all <= 0n) return { used: 100, left: 0, usedOnly: both > 0n ? 100 : 0, held: 0 }
  const whole = clamp((both * HUNDRED) / all)
  const shown = whole === 0 && both > 0n ? 1 : whole
  // Nothing held: all that shows is used, also where it was rounded up.
  const usedOnly = reserved > 0n ? clamp((own * HUNDRED) / all) : shown
  return { used: shown, left: 100 - shown, usedOnly, held: Math.max(0, shown - usedOnly) }
}

/** Whether shown parts add up to the shown total, exactly: what does not close is not shown. */
export const closes = (parts: readonly string[], total: string): boolean =>
  sum(parts.map((part) => readNanos(part))) === readNanos(total)

/** Exact sum of decimal texts. */
export const sumText = (parts: readonly string[]): string =>
  formatNanos(sum(parts.map((part) => readNanos(part))))
