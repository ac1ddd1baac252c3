import { createAccumulator, type StreamDialect, type StreamSnapshot } from '../core/usage/index.ts'
import { messagesDelta } from './dialects/anthropic/delta.ts'
import { type DeltaScan, SKIP } from './dialects/delta.ts'
import { chatDelta } from './dialects/openai/chat-delta.ts'
import { responsesDelta } from './dialects/openai/responses-delta.ts'
import type { RawEvent } from './sse-reader.ts'

const SCANS: Readonly<Record<StreamDialect, DeltaScan>> = {
  anthropic: messagesDelta,
  openai_chat: chatDelta,
  openai_responses: responsesDelta,
}

const BYTES_PER_TOKEN = 4

/**
 * Meters one stream. Nearly all events of a stream are pieces of text, of which only the length is of
 * interest: those are measured where they stand, and only the others are parsed.
 */
export class StreamMeter {
  readonly #accumulator
  readonly #scan: DeltaScan
  #measuredBytes = 0
  #started = false
  /** Events whose data was no JSON. */
  malformed = 0
  /** Events that had data. */
  events = 0

  constructor(dialect: StreamDialect) {
    this.#accumulator = createAccumulator(dialect)
    this.#scan = SCANS[dialect]
  }

  push({ data, event }: RawEvent): void {
    if (data === null) return
    this.events += 1
    const bytes = this.#scan(data)
    if (bytes === SKIP) return
    // the first text is parsed all the same, so that the accumulator knows that output has begun
    if (bytes >= 0 && (this.#started || bytes === 0)) {
      this.#measuredBytes += bytes
      return
    }
    if (bytes > 0) this.#started = true
    this.#read(data, event)
  }

  snapshot(): StreamSnapshot {
    const seen = this.#accumulator.snapshot()
    const measured = Math.floor(this.#measuredBytes / BYTES_PER_TOKEN)
    return {
      ...seen,
      deliveredOutputTokensEstimate: seen.deliveredOutputTokensEstimate + measured,
    }
  }

  #read(data: string, event: string | undefined): void {
    if (data === '[DONE]') {
      this.#accumulator.push({ event, data })
      return
    }
    try {
      this.#accumulator.push({ event, data: JSON.parse(decoded(data)) })
    } catch {
      this.malformed += 1
    }
  }
}

const BEYOND_ASCII = /[\x80-\xff]/

/** Text that was read as Latin-1 from bytes of UTF-8, as it was meant. */
const decoded = (text: string): string =>
  BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
