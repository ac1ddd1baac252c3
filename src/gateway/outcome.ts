import type { OutcomeCode } from '../core/decisions/commands.ts'
import {
  deliveredUsage,
  type NormalisedCall,
  outputTokens,
  type StreamSnapshot,
} from '../core/usage/index.ts'

/** What was seen of one attempt by the time it ended. */
export interface Seen {
  /** The provider's HTTP status; `null` when it never answered. */
  readonly status: number | null
  /** What the answer said, all of it read (drained after an abort); `null` when it could not be read. */
  readonly answer: StreamSnapshot | null
  /** The answer was whole, but too large to be held back and read. */
  readonly oversized: boolean
  /**
   * The same when the client left: what had been delivered by then; `null` when it stayed, or when it
   * left with the whole answer in its hands.
   */
  readonly atAbort: StreamSnapshot | null
  /** Bytes of an answer that could not be read, which the client got as they were. */
  readonly unreadBytes: number
  /** Our own count of the prompt, for a provider that was cut before it reported one. */
  readonly promptTokensEstimate: number
  /** All that the provider was allowed to write, or its model can write where it was given no limit. */
  readonly outputTokensMax: number
}

export interface Ending {
  /** A release leaves the call open for another attempt; a settlement ends it. */
  readonly action: 'settle' | 'release'
  readonly outcome: OutcomeCode
  /** What is to be billed if the outcome is. */
  readonly usage: NormalisedCall | null
}

const released = (outcome: OutcomeCode): Ending => ({ action: 'release', outcome, usage: null })
const settled = (outcome: OutcomeCode, usage: NormalisedCall | null): Ending => ({
  action: 'settle',
  outcome,
  usage,
})

const isSuccess = (status: number | null): boolean =>
  status !== null && status >= 200 && status < 300

/** Who is at fault and what was delivered: the one place that names an attempt's outcome. */
export function conclude(seen: Seen): Ending {
  const ending = endingOf(seen)
  return { ...ending, usage: ending.usage && withinLimit(ending.usage, seen.outputTokensMax) }
}

/**
 * Output beyond the limit is a count that went wrong, or work of the provider's tools that it adds up.
 * Which of them cannot be seen from here, so that it is neither charged nor cut.
 */
function withinLimit(call: NormalisedCall, outputTokensMax: number): NormalisedCall {
  const { usage } = call
  if (!usage || usage.estimated.includes('output') || outputTokens(usage) <= outputTokensMax)
    return call
  return { ...call, usage: { ...usage, flags: [...usage.flags, 'output_beyond_limit'] } }
}

function endingOf(seen: Seen): Ending {
  if (seen.atAbort) return aborted(seen, seen.atAbort)
  if (!isSuccess(seen.status)) return released('error_before_output')
  const { answer } = seen
  if (!answer) return seen.oversized ? settled('succeeded', null) : unread(seen)
  if (answer.error !== null || !answer.finished) return failed(seen, answer)
  if (answer.refusal && !answer.outputStarted) return settled('refused_before_output', answer.call)
  if (answer.outputStarted && isZero(answer.call))
    return settled('usage_zero_with_output', answer.call)
  return settled(endedBy(answer), answer.call)
}

/** A filter or classifier ended the text, or the text ended by itself. */
const endedBy = (answer: StreamSnapshot): OutcomeCode =>
  answer.refusal && CUT_BY_CLASSIFIER.has(answer.stopReason ?? '')
    ? 'refused_after_output'
    : 'succeeded'

const CUT_BY_CLASSIFIER = new Set(['refusal', 'content_filter'])

function aborted(seen: Seen, atAbort: StreamSnapshot): Ending {
  if (!atAbort.outputStarted) return released('client_aborted_before_output')
  const usage = deliveredUsage(atAbort, {
    drained: seen.answer ?? undefined,
    promptTokensEstimate: seen.promptTokensEstimate,
  })
  return settled('client_aborted', usage)
}

/** The provider failed after HTTP 200. What it used until then is the platform's loss. */
function failed(seen: Seen, answer: StreamSnapshot): Ending {
  if (!answer.outputStarted) return released('error_before_output')
  const usage = deliveredUsage(answer, { promptTokensEstimate: seen.promptTokensEstimate })
  return settled('upstream_failed_mid_stream', usage)
}

/** A broken answer that is no JSON: the client has it as it is, and pays nothing for it. */
const unread = (seen: Seen): Ending =>
  seen.unreadBytes > 0
    ? settled('upstream_failed_mid_stream', null)
    : released('error_before_output')

const isZero = (call: NormalisedCall): boolean =>
  call.usage?.flags.includes('zero_reported_with_output') ?? false
