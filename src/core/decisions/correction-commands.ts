import type { Nanos } from '../money/index.ts'
import type { Common } from './commands.ts'

/**
 * Gives back (part of) what a call cost, to the sources it came from.
 * `requestId` is `<callId>#refund:<reason>`: a charge is refunded once for one reason.
 */
export interface Refund extends Common {
  readonly kind: 'refund'
  readonly callId: string
  /** A short code: `[a-z0-9_]`, at most 64. */
  readonly reason: string
  /** Absent = all that is left to refund. */
  readonly amount?: Nanos
  /** Only while the charge carries exactly this: what was reckoned with has not changed since. */
  readonly carried?: Nanos
  /**
   * The finding that this makes good. Then `amount` is what was charged too much: what was given back for
   * that charge without a finding counts towards it, and no more than what is left goes back. With `carried`,
   * that is reckoned already, and `amount` is what goes back.
   */
  readonly finding?: string
  /** A lot that has expired since lives on for this long. Default 30 days. */
  readonly extensionMs?: number
}

/**
 * Rates a charge anew by a corrected price book and gives back what it drew above that.
 * `requestId` is `<callId>#rerate:<reason>`.
 */
export interface Rerate extends Common {
  readonly kind: 'rerate'
  readonly callId: string
  /** Id of the book that is right. */
  readonly book: string
  /** A short code, as of a refund. */
  readonly reason: string
  /** Only while the charge carries exactly this. */
  readonly carried?: Nanos
}

/** Mirrors the postings of an entry that should not have been. `requestId` is `entry:<seq>#reverse`. */
export interface Reverse extends Common {
  readonly kind: 'reverse'
  readonly seq: number
  readonly reason: string
  /** The finding that asks for it: credit of a payment that was credited before has no money of its own. */
  readonly finding?: string
}
