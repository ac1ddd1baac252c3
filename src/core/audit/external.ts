import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Dialect } from '../usage/usage.ts'

/**
 * How a call ended, as whoever logged it knows. `unknown` where the log does not say: then the status
 * decides, and without a status nothing is concluded from it.
 */
export type CallEnding =
  | 'succeeded'
  | 'failed'
  | 'refused'
  /** The provider broke off, or reported an error in the stream. */
  | 'cut_by_upstream'
  /** The caller left. */
  | 'cut_by_client'
  | 'unknown'

/** A call as a log has it: what was asked, what was served, what the provider reported. */
export interface ExternalCall {
  readonly id: string
  readonly at: Instant
  readonly dialect: Dialect
  readonly ending: CallEnding
  /** HTTP status; `null`: not logged, or no answer came. */
  readonly status: number | null
  /** The served model, or the requested one where the answer did not say. */
  readonly model: string
  /** As served, in the provider's words. */
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly features: readonly string[]
  /** The last usage that the provider reported, in its own words; `null`: it reported none. */
  readonly usage: unknown
  /** Every usage that a stream reported, in order; empty where they were not logged. */
  readonly frames: readonly unknown[]
  /** Output tokens that reached the caller, where a stream was left; `null`: not known. */
  readonly deliveredTokens: number | null
  /** Fees of tools that the request declared, called or not: what a wrong bill may count. */
  readonly declaredFees: Readonly<Record<string, number>>
  /** The provider's id of the request or the message. */
  readonly upstreamId: string | null
  /** Hash of what was asked. */
  readonly fingerprint: string | null
  /** Above zero: the client says that this repeats a request of its own. */
  readonly retryCount: number
  /** The caller never got the answer, so that it may have asked again without saying so. */
  readonly answerLost?: boolean
}

/** One line of somebody's bill. */
export interface ExternalCharge {
  readonly id: string
  readonly at: Instant
  /** Signed; a credit note is below zero. */
  readonly amount: Nanos
  readonly currency: string
  /** The call that it is for; `null`: the line names none. */
  readonly callId: string | null
  readonly upstreamId: string | null
  /** Where it was read, for whoever looks it up: a file and a line. */
  readonly source: string
}

export interface AuditSettings {
  /** Equal requests this close together are one call that was sent again. */
  readonly retryWindowMs: number
  /** How long after its time a call may still be charged. */
  readonly lateAfterMs: number
  /** A hold that is still open this long after its end has leaked. */
  readonly holdGraceMs: number
  /** How long calls and counters are kept in mind; what lies further apart is not compared. */
  readonly rememberMs: number
  /** How many calls of an account are kept in mind at most, the latest. */
  readonly rememberCalls: number
  readonly burn: BurnSettings
}

/** What counts as unusual, against the account's own days before. */
export interface BurnSettings {
  /** An hour costs this many times the usual one. */
  readonly hourFactor: number
  /** And at least this much. */
  readonly hourMin: Nanos
  /** So many equal requests within an hour are a loop. */
  readonly equalCalls: number
  /** A prompt that used to be read from cache is written anew in this many calls of an hour. */
  readonly cacheMisses: number
}

export const AUDIT_SETTINGS: AuditSettings = {
  retryWindowMs: 60_000,
  lateAfterMs: 3_600_000,
  holdGraceMs: 300_000,
  rememberMs: 40 * 86_400_000,
  rememberCalls: 1_000_000,
  burn: {
    hourFactor: 10,
    hourMin: 5_000_000_000n as Nanos,
    equalCalls: 50,
    cacheMisses: 50,
  },
}
