import {
  type Asked,
  createAccumulator,
  type StreamDialect,
  type StreamSnapshot,
} from '../core/usage/index.ts'
import { messagesDelta } from './dialects/anthropic/delta.ts'
import { type DeltaScan, SKIP } from './dialects/delta.ts'
import { chatDelta } from './dialects/openai/chat-delta.ts'
import { responsesDelta } from './dialects/openai/responses-delta.ts'
import { isRecord, type Json } from './request.ts'
import type { RawEvent } from './sse-reader.ts'

const SCANS: Readonly<Record<StreamDialect, DeltaScan>> = {
  anthropic: messagesDelta,
  openai_chat: chatDelta,
  openai_responses: responsesDelta,
}

const BYTES_PER_TOKEN = 4

/** How much a stream has sent, and what it said of usage on the way. */
export interface StreamCounts {
  /** Events that had data. */
  readonly events: number
  /** Blocks or items of output that were begun, where the dialect has such. */
  readonly outputBlocks: number
  /** Those of them that carried usage. */
  readonly usageFrames: number
  /** Verbatim; `undefined` where there was none. */
  readonly firstUsage: unknown
  readonly lastUsage: unknown
}

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
  #outputBlocks = 0
  #usageFrames = 0
  #firstUsage: unknown
  #lastUsage: unknown

  constructor(dialect: StreamDialect, asked: Asked) {
    this.#accumulator = createAccumulator(dialect, asked)
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

  counts(): StreamCounts {
    return {
      events: this.events,
      outputBlocks: this.#outputBlocks,
      usageFrames: this.#usageFrames,
      firstUsage: this.#firstUsage,
      lastUsage: this.#lastUsage,
    }
  }

  #note(data: unknown): void {
    if (isRecord(data) && BLOCK_BEGINS.has(data.type)) this.#outputBlocks += 1
    const usage = usageIn(data)
    if (usage === undefined) return
    this.#usageFrames += 1
    if (this.#usageFrames === 1) this.#firstUsage = usage
    this.#lastUsage = usage
  }

  #read(data: string, event: string | undefined): void {
    if (data === '[DONE]') {
      this.#accumulator.push({ event, data })
      return
    }
    try {
      const parsed: unknown = JSON.parse(decoded(data))
      this.#accumulator.push({ event, data: parsed })
      this.#note(parsed)
    } catch {
      this.malformed += 1
    }
  }
}

const BLOCK_BEGINS: ReadonlySet<unknown> = new Set([
  'content_block_start',
  'response.output_item.added',
])

/** Where the dialects put usage: at the top, or in the message or response that the event is about. */
function usageIn(data: unknown): Json | undefined {
  if (!isRecord(data)) return undefined
  for (const part of [data, data.message, data.response])
    if (isRecord(part) && isRecord(part.usage)) return part.usage
  return undefined
}

const BEYOND_ASCII = /[\x80-\xff]/

/** Text that was read as Latin-1 from bytes of UTF-8, as it was meant. */
const decoded = (text: string): string =>
  BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text
