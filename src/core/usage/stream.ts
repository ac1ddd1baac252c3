import { type Fields, fieldsOf, noteZeroOutput, wordOf } from './reading.ts'
import type { Dialect, NormalisedCall } from './usage.ts'

/** The wire formats that stream their usage. */
export type StreamDialect = Extract<Dialect, 'anthropic' | 'openai_chat' | 'openai_responses'>

/** One server-sent event: its name, and its data parsed from JSON (or the text `[DONE]`). */
export interface StreamEvent {
  readonly event?: string | undefined
  readonly data: unknown
}

/** What a stream has said so far. */
export interface StreamSnapshot {
  /** The call as reported so far. A placeholder output count is left out: absent, not small. */
  readonly call: NormalisedCall
  /** The dialect's terminal event was seen; a stream that ends without it was cut. */
  readonly finished: boolean
  /** Why the model stopped, in the provider's words. */
  readonly stopReason: string | null
  /** The model, or a classifier before it, declined. */
  readonly refusal: boolean
  /** An error that arrived inside the stream, after HTTP 200. */
  readonly error: { readonly type: string; readonly message: string } | null
  /** Text, reasoning or a tool call was sent. */
  readonly outputStarted: boolean
  /** A low estimate of the tokens that were sent: a quarter of the text's UTF-8 bytes, floored. */
  readonly deliveredOutputTokensEstimate: number
  readonly messageId: string | null
  /** The provider's usage so far, verbatim (merged field by field where the dialect says so). */
  readonly rawUsage: unknown
}

/** What the request asked for, as far as the answer does not say it itself. */
export interface Asked {
  /** How many choices (alternatives) the answer is to have: one unless told. */
  readonly choices?: number
  /** Searches that are part of the call, and are not reported with its usage. */
  readonly searches?: number
}

/** Folds the events of one stream. Local and mutable; it does no IO. */
export interface Accumulator {
  /** Takes the next event. Never throws; what it does not know changes nothing. */
  push(event: StreamEvent): void
  snapshot(): StreamSnapshot
}

/** The parts of a snapshot that every dialect keeps alike. */
export class StreamState {
  finished = false
  stopReason: string | null = null
  refusal = false
  error: StreamSnapshot['error'] = null
  messageId: string | null = null
  model: string | null = null
  outputStarted = false
  #bytes = 0

  /** Text that was sent to the caller; an empty one starts nothing. */
  deliver(text: unknown): void {
    if (typeof text !== 'string' || text === '') return
    this.outputStarted = true
    this.#bytes += utf8Bytes(text)
  }

  fail(value: unknown): void {
    const error: Fields = typeof value === 'string' ? { message: value } : fieldsOf(value)
    this.error = {
      type: wordOf(error.type) ?? wordOf(error.code) ?? 'error',
      message: wordOf(error.message) ?? '',
    }
  }

  identify(fields: Fields): void {
    this.model = wordOf(fields.model) ?? this.model
    this.messageId = wordOf(fields.id) ?? this.messageId
  }

  snapshot(call: NormalisedCall, rawUsage: unknown): StreamSnapshot {
    const estimate = Math.floor(this.#bytes / BYTES_PER_TOKEN)
    return {
      call: { ...call, usage: noteZeroOutput(call.usage, this.outputStarted) },
      finished: this.finished,
      stopReason: this.stopReason,
      refusal: this.refusal,
      error: this.error,
      outputStarted: this.outputStarted,
      deliveredOutputTokensEstimate: estimate,
      messageId: this.messageId,
      rawUsage,
    }
  }
}

/** English runs at about four bytes a token and everything else at fewer, so this is low. */
const BYTES_PER_TOKEN = 4

/** Bytes of the text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x80) bytes += 1
    else if (code < 0x800 || isSurrogate(code)) bytes += 2
    else bytes += 3
  }
  return bytes
}

/** Half of a character outside the basic plane: each half stands for two of its four bytes. */
const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff
