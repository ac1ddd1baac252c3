import type { NormalisedCall, StreamSnapshot } from '../core/usage/index.ts'
import type { StreamCounts } from './stream-meter.ts'
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
  /** What the client's and the provider's headers say, as far as it is kept. */
  readonly client: Readonly<Record<string, string>> | null
  readonly provider: Readonly<Record<string, string>> | null
  /** Of a stream. */
  readonly counts: StreamCounts | null
  /** Events of the stream that were sent on until the client left. */
  readonly deliveredEvents: number | null
}

type Facts = Record<string, unknown>

/**
 * The evidence of an attempt, as it is kept beside the journal. What is not known is left out, and what of
 * the provider's usage is too much to be kept is named in `cut`.
 */
export function evidenceOf(seen: Observed): Facts {
  const facts: Facts = {
    attempt: seen.attempt,
    retry_count: seen.retryCount,
    stream: seen.stream,
  }
  add(facts, 'upstream_status', seen.upstreamStatus)
  add(facts, 'upstream_request_id', word(seen.upstreamRequestId))
  add(facts, 'client', seen.client)
  add(facts, 'provider_headers', seen.provider)
  facts.received_at = timestamp(seen.receivedMs)
  facts.authorized_at = timestamp(seen.authorizedMs)
  add(facts, 'first_byte_at', timestamp(seen.firstByteMs))
  if (seen.firstByteMs !== null) facts.first_byte_ms = seen.firstByteMs - seen.authorizedMs
  add(facts, 'last_byte_at', timestamp(seen.lastByteMs))
  add(facts, 'client_left_at', timestamp(seen.abortedMs))
  facts.request_bytes = seen.requestBytes
  facts.response_bytes = seen.responseBytes
  facts.delivered_bytes = seen.deliveredBytes
  facts.max_output_tokens = seen.maxOutputTokens
  if (seen.answer) addAnswer(facts, seen.answer, seen.delivered ?? seen.answer)
  if (seen.counts) addCounts(facts, seen.counts, seen.deliveredEvents)
  if (seen.error) facts.upstream_error = { kind: seen.error.kind, code: seen.error.code }
  if (seen.flags.length > 0) facts.flags = seen.flags
  return facts
}

function addAnswer(facts: Facts, answer: StreamSnapshot, delivered: StreamSnapshot): void {
  add(facts, 'message_id', word(answer.messageId))
  add(facts, 'stop_reason', word(answer.stopReason))
  facts.delivered_output_tokens_estimate = delivered.deliveredOutputTokensEstimate
  addVerbatim(facts, 'provider_usage', answer.rawUsage)
  if (answer.error) facts.in_band_error = { type: word(answer.error.type) }
}

function addCounts(facts: Facts, counts: StreamCounts, deliveredEvents: number | null): void {
  facts.events = counts.events
  add(facts, 'delivered_events', deliveredEvents)
  if (counts.outputBlocks > 0) facts.output_blocks = counts.outputBlocks
  facts.usage_frames = counts.usageFrames
  // a single frame is what `provider_usage` says
  if (counts.usageFrames < 2) return
  addVerbatim(facts, 'first_usage', counts.firstUsage)
  addVerbatim(facts, 'last_usage', counts.lastUsage)
}

/** Of each piece of a provider's usage. With the rest, evidence stays below 32 KiB a call. */
const VERBATIM_CHARACTERS_MAX = 8_192

function addVerbatim(facts: Facts, name: string, value: unknown): void {
  if (value === null || value === undefined) return
  if (isStorable(value) && JSON.stringify(value).length <= VERBATIM_CHARACTERS_MAX)
    facts[name] = value
  else facts.cut = [...((facts.cut as string[] | undefined) ?? []), name]
}

function add(facts: Facts, name: string, value: unknown): void {
  if (value !== null && value !== undefined) facts[name] = value
}

const timestamp = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString()

const WORD_LENGTH_MAX = 256
const UNPRINTABLE = /[^\x20-\x7e]/

/** A word of the provider that can be kept as it is. */
const word = (value: string | null): string | null =>
  value !== null && value.length <= WORD_LENGTH_MAX && !UNPRINTABLE.test(value) ? value : null

/** JSON of the provider is kept as it is, up to so many values and so deep. */
const VALUES_MAX = 1_000
const DEPTH_MAX = 8

/** Whether every name and text of the value can be kept. */
function isStorable(value: unknown): boolean {
  let left = VALUES_MAX
  const check = (own: unknown, depth: number): boolean => {
    left -= 1
    if (left < 0 || depth > DEPTH_MAX) return false
    if (typeof own === 'string') return isClean(own)
    if (typeof own !== 'object' || own === null) return true
    for (const name in own)
      if (!isClean(name) || !check((own as Facts)[name], depth + 1)) return false
    return true
  }
  return check(value, 0)
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
  return fees.every(isClean) && isStorable(parts)
}

/** Control characters and halves of pairs are what a database refuses. */
const CONTROL = /\p{C}/u
const isClean = (value: string): boolean => value.length <= WORD_LENGTH_MAX && !CONTROL.test(value)
const cleanWord = (value: string | null): string | null =>
  value !== null && isClean(value) ? value : null
