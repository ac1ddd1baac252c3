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

const timestamp = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString()

/** The evidence of an attempt, as it is kept in the journal: facts in the order in which they are read. */
export function evidenceOf(seen: Observed): Record<string, unknown> {
  const { answer, error } = seen
  const inBand = answer?.error ?? null
  return present({
    attempt: seen.attempt,
    retry_count: seen.retryCount,
    stream: seen.stream,
    upstream_status: seen.upstreamStatus,
    upstream_request_id: word(seen.upstreamRequestId),
    message_id: word(answer?.messageId ?? null),
    stop_reason: word(answer?.stopReason ?? null),
    received_at: timestamp(seen.receivedMs),
    authorized_at: timestamp(seen.authorizedMs),
    first_byte_at: timestamp(seen.firstByteMs),
    last_byte_at: timestamp(seen.lastByteMs),
    client_left_at: timestamp(seen.abortedMs),
    request_bytes: seen.requestBytes,
    response_bytes: seen.responseBytes,
    delivered_bytes: seen.deliveredBytes,
    max_output_tokens: seen.maxOutputTokens,
    delivered_output_tokens_estimate:
      (seen.delivered ?? answer)?.deliveredOutputTokensEstimate ?? null,
    provider_usage: storable(answer?.rawUsage ?? null),
    upstream_error: error ? { kind: error.kind, code: error.code } : null,
    in_band_error: inBand ? { type: word(inBand.type) } : null,
    flags: seen.flags.length > 0 ? seen.flags : null,
  })
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(fields)) if (fields[name] === null) delete fields[name]
  return fields
}

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
  return storable({ fees: named.usage?.fees, parts: named.parts }) === null
    ? { ...named, usage: null, parts: [] }
    : named
}

const CONTROL = /[\p{C}]/u
const isClean = (value: string): boolean => value.length <= WORD_LENGTH_MAX && !CONTROL.test(value)
const cleanWord = (value: string | null): string | null =>
  value !== null && isClean(value) ? value : null
