import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { StreamDialect, StreamSnapshot } from '../core/usage/index.ts'
import { withoutUsage } from './dialects/openai/strip-usage.ts'
import { snapshotOfWhole } from './dialects/whole.ts'
import { isRecord, type MeteredRequest } from './request.ts'
import { SseReader } from './sse-reader.ts'
import { type StreamCounts, StreamMeter } from './stream-meter.ts'

/** What was read of an answer by its end. */
export interface Read {
  readonly snapshot: StreamSnapshot | null
  /** What was odd about it. */
  readonly flags: readonly string[]
  /** Of a stream. */
  readonly counts?: StreamCounts
}

/** What an answer is read by. */
type Answered = Pick<MeteredRequest, 'dialect' | 'asked' | 'stripUsage'>

const SNIFFED_BYTES_MAX = 4 * 1024 * 1024
const OPENING_BRACE = 0x7b

/** Reads an answer that is streamed: what is to be sent on, and what it says. */
export class StreamAnswer {
  readonly #request: Answered
  readonly #meter: StreamMeter
  readonly #reader: SseReader
  readonly #strips: boolean
  #stripped = ''
  #seen = false
  /** The beginning of an answer that is no stream after all, although one was asked for. */
  #json: Buffer[] | null = null
  #jsonBytes = 0

  constructor(request: Answered) {
    this.#request = request
    this.#meter = new StreamMeter(request.dialect as StreamDialect, request.asked)
    this.#strips = request.stripUsage
    this.#reader = new SseReader((event) => {
      this.#meter.push(event)
      if (this.#strips) this.#stripped += withoutUsage(event)
    })
  }

  /** The bytes to send on for these. */
  push(chunk: Buffer): Buffer {
    if (!this.#seen) {
      this.#seen = true
      if (chunk[0] === OPENING_BRACE) this.#json = []
    }
    if (this.#json) this.#sniff(chunk)
    const wasReadable = !this.#reader.overflowed
    this.#reader.push(chunk.toString('latin1'))
    if (!this.#strips) return chunk
    if (this.#reader.overflowed) return wasReadable ? this.#everything() : chunk
    return this.#taken()
  }

  /** Bytes that were held back because their event never ended. */
  end(): Buffer {
    this.#reader.end()
    if (!this.#strips) return EMPTY
    return this.#reader.overflowed ? EMPTY : this.#everything()
  }

  snapshot(): StreamSnapshot {
    return this.#meter.snapshot()
  }

  counts(): StreamCounts {
    return this.#meter.counts()
  }

  read(): Read {
    const flags: string[] = []
    if (this.#meter.malformed > 0) flags.push('malformed_events')
    if (this.#reader.overflowed) flags.push('oversized_event')
    if (this.#json && this.#meter.events === 0) {
      const whole = readJson(Buffer.concat(this.#json), this.#request)
      if (whole) return { snapshot: whole, flags: [...flags, 'not_streamed'] }
    }
    return { snapshot: this.#meter.snapshot(), flags, counts: this.#meter.counts() }
  }

  #sniff(chunk: Buffer): void {
    this.#jsonBytes += chunk.length
    if (this.#jsonBytes > SNIFFED_BYTES_MAX) this.#json = null
    else this.#json?.push(chunk)
  }

  #taken(): Buffer {
    const bytes = Buffer.from(this.#stripped, 'latin1')
    this.#stripped = ''
    return bytes
  }

  #everything(): Buffer {
    return Buffer.concat([this.#taken(), Buffer.from(this.#reader.rest(), 'latin1')])
  }
}

const EMPTY = Buffer.alloc(0)

/** Collects an answer that comes in one piece, up to a size. */
export class WholeAnswer {
  readonly #request: Answered
  readonly #bytesMax: number
  #chunks: Buffer[] = []
  bytes = 0

  constructor(request: Answered, bytesMax: number) {
    this.#request = request
    this.#bytesMax = bytesMax
  }

  /** False when it is too large to be held back. */
  push(chunk: Buffer): boolean {
    this.bytes += chunk.length
    this.#chunks.push(chunk)
    return this.bytes <= this.#bytesMax
  }

  body(): Buffer {
    const [first] = this.#chunks
    if (this.#chunks.length !== 1 || !first) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] as Buffer
  }

  read(encoding: string | undefined): Read {
    const plain = decompressed(this.body(), encoding, this.#bytesMax)
    const snapshot = plain && readJson(plain, this.#request)
    return { snapshot, flags: snapshot ? [] : ['unreadable_answer'] }
  }
}

function readJson(body: Buffer, { dialect, asked }: Answered): StreamSnapshot | null {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'))
    return isRecord(json) ? snapshotOfWhole(dialect, json, asked) : null
  } catch {
    return null
  }
}

/** Providers are asked for plain bytes; some compress all the same. */
function decompressed(
  body: Buffer,
  encoding: string | undefined,
  maxOutputLength: number,
): Buffer | null {
  try {
    switch (encoding) {
      case undefined:
      case 'identity':
        return body
      case 'gzip':
        return gunzipSync(body, { maxOutputLength })
      case 'deflate':
        return inflateSync(body, { maxOutputLength })
      case 'br':
        return brotliDecompressSync(body, { maxOutputLength })
      default:
        return null
    }
  } catch {
    return null
  }
}
