import { formatNanos, type Nanos, readNanos } from '../money/index.ts'
import { readInstant } from './facts.ts'
import type { FeeLineFacts } from './subscription-facts.ts'

/**
 * How a line of a fee came about: `amount = count × each × part ÷ whole`, rounded once to a nano. The
 * amount of unused time is what this gives with its sign turned.
 */
export interface FeeFormula {
  /** Seats; 1 for what is not charged by the seat. */
  readonly count: number
  readonly each: string
  /** Of the period, from the line's `from` to its end. */
  readonly partMs: number
  readonly wholeMs: number
  /** Never in the platform's favour: what is given back is rounded up. */
  readonly rounds: 'down' | 'up' | 'nothing'
}

/** `null`: waived, which is no part of a period, or of an entry that does not say when the period began. */
export function feeFormula(line: FeeLineFacts): FeeFormula | null {
  if (line.type === 'waived' || line.period_start === undefined) return null
  const [start, from, end] = [line.period_start, line.from, line.to].map(readInstant)
  const count = line.type === 'seats' ? line.seats : 1
  const full = readNanos(line.full)
  const partMs = end! - Math.max(from!, start!)
  const wholeMs = end! - start!
  const rest = (full * BigInt(partMs)) % BigInt(wholeMs)
  const direction = line.type === 'unused_time' ? 'up' : 'down'
  return {
    count,
    each: formatNanos((full / BigInt(count)) as Nanos),
    partMs,
    wholeMs,
    rounds: rest === 0n ? 'nothing' : direction,
  }
}
