import type { NormalisedCall, StreamSnapshot } from '../core/usage/index.ts'
import type { UpstreamError } from './upstream.ts'

/** What the gateway saw of one attempt. Never what was asked or answered. */
export interface Observed {
  readonly attempt: number
  readonly retryCount: number
  readonly stream: boolean
  readonly receivedMs: number
  readonly authorizedMs: number
  readonly firstByteMs: number | null
  readonly lastByteMs: number | null
  readonly abortedMs: number | null
  readonly requestBytes: number
  readonly responseBytes: number
  readonly deliveredBytes: number
  readonly upstreamStatus: number | null
  readonly upstreamRequestId: string | null
  readonly maxOutputTokens: { readonly requested: number | null; readonly sent: number | null }
  readonly answer: StreamSnapshot | null
  readonly delivered: StreamSnapshot | null
  readonly error: UpstreamError | null
  readonly flags: readonly string[]
}

/** The evidence of an attempt, as it is kept in the journal. What is not known is left out. */
export function evidenceOf(seen: Observed): Record<string, unknown> {
  const facts: Record<string, unknown> = {
    attempt: seen.attempt,
    retry_count: seen.retryCount,
    stream: seen.stream,
  }
  const add = (name: string, value: unknown): void => {
    if (value !== null) facts[name] = value
  }
  add('upstream_status', seen.upstreamStatus)
  add('upstream_request_id', word(seen.upstreamRequestId))
  add('received_at', timestamp(seen.receivedMs))
  add('authorized_at', timestamp(seen.authorizedMs))
  add('first_byte_at', timestamp(seen.firstByteMs))
  add('last_byte_at', timestamp(seen.lastByteMs))
  add('client_left_at', timestamp(seen.abortedMs))
  facts.request_bytes = seen.requestBytes
  facts.response_bytes = seen.responseBytes
  facts.delivered_bytes = seen.deliveredBytes
  facts.max_output_tokens = seen.maxOutputTokens
  if (seen.answer) addAnswer(add, seen.answer, seen.delivered ?? seen.answer)
  add('upstream_error', seen.error && { kind: seen.error.kind, code: seen.error.code })
  if (seen.flags.length > 0) facts.flags = seen.flags
  return facts
}

function addAnswer(
  add: (name: string, value: unknown) => void,
  answer: StreamSnapshot,
  delivered: StreamSnapshot,
): void {
  add('message_id', word(answer.messageId))
  add('stop_reason', word(answer.stopReason))
  add('delivered_output_tokens_estimate', delivered.deliveredOutputTokensEstimate)
  add('provider_usage', storable(answer.rawUsage))
  add('in_band_error', answer.error && { type: word(answer.error.type) })
}

const timestamp = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString()

const WORD_LENGTH_MAX = 256
const UNPRINTABLE = /[^\x20-\x7e]/

/** A word of the provider that can be kept as it is. */
const word = (value: string | null): string | null =>
  value !== null && value.length <= WORD_LENGTH_MAX && !UNPRINTABLE.test(value) ? value : null

const USAGE_LENGTH_MAX = 16_384
/** Characters that a database refuses in JSON: NUL and halves of pairs. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/i

/** JSON of the provider as it is, as far as it can be kept. */
function storable(value: unknown): unknown {
  if (value === null || value === undefined) return null
  const text = JSON.stringify(value)
  return text.length > USAGE_LENGTH_MAX || UNSTORABLE.test(text) ? null : value
}

/** The reading of a call with words only that can be kept: what cannot is as good as unsaid. */
export function storableCall(call: NormalisedCall | null): NormalisedCall | null {
  if (!call) return null
  const { model, tier, speed, region } = call
  const clean = [model, tier, speed, region].every((value) => value === null || isClean(value))
  const named = clean
    ? call
    : {
        ...call,
        model: cleanWord(model),
        tier: cleanWord(tier),
        speed: cleanWord(speed),
        region: cleanWord(region),
      }
  return hasStorableNames(named) ? named : { ...named, usage: null, parts: [] }
}

/** Names of fees and of other models come from the provider too. */
function hasStorableNames({ usage, parts }: NormalisedCall): boolean {
  const fees = usage ? Object.keys(usage.fees) : []
  if (fees.length === 0 && parts.length === 0) return true
  return storable({ fees, parts }) !== null
}

const CONTROL = /[\p{C}]/u
const isClean = (value: string): boolean => value.length <= WORD_LENGTH_MAX && !CONTROL.test(value)
const cleanWord = (value: string | null): string | null =>
  value !== null && isClean(value) ? value : null
