import { type Nanos, parseNanos, ZERO } from '../money/index.ts'
import { type Instant, parseInstant } from '../time/index.ts'

/** An amount of the journal. One that is none is for `verify` to find, not for the audit. */
export const amountOf = (text: string | null | undefined): Nanos => parseNanos(text ?? '0') ?? ZERO

export const instantOf = (text: string): Instant => parseInstant(text) ?? (0 as Instant)
