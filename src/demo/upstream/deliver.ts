import type { ServerResponse } from 'node:http'
import type { FaultName } from './faults.ts'
import { oddPieces, type WirePiece, withInvalidUtf8 } from './spoil.ts'

export type Ending = 'complete' | 'failed' | 'cut' | 'aborted'
export type OnEnd = (ending: Ending, generated: number) => void

/** Frames joined into one write when nothing delays them. */
const FRAMES_PER_WRITE = 32

/**
 * Writes a stream piece by piece. It yields to the event loop between writes, waits for a slow
 * reader, and stops generating as soon as the client is gone.
 */
export class StreamDelivery {
  readonly #res: ServerResponse
  readonly #pieces: Iterator<WirePiece>
  readonly #delayMs: number
  readonly #split: boolean
  readonly #onEnd: OnEnd
  #batch = ''
  #generated = 0
  #over = false

  constructor(
    res: ServerResponse,
    pieces: Iterator<WirePiece>,
    options: { delayMs: number; split: boolean; onEnd: OnEnd },
  ) {
    this.#res = res
    this.#pieces = pieces
    this.#delayMs = options.delayMs
    this.#split = options.split
    this.#onEnd = options.onEnd
    res.once('close', () => this.#end('aborted'))
  }

  start(): void {
    if (this.#over) return
    if (this.#split) this.#runSplit()
    else this.#run()
  }

  #end(ending: Ending): void {
    if (this.#over) return
    this.#over = true
    this.#onEnd(ending, this.#generated)
  }

  #finish(ending: Ending): void {
    // A cut must reach the client after what was written before it, hence the wait for the flush.
    if (ending === 'cut') this.#res.write('', () => setImmediate(() => this.#res.destroy()))
    else this.#res.end()
    this.#end(ending)
  }

  readonly #run = (): void => {
    if (this.#over) return
    for (let frames = 0; frames < FRAMES_PER_WRITE; frames += 1) {
      const next = this.#pieces.next()
      if (next.done) {
        this.#flush()
        this.#finish('complete')
        return
      }
      const { bytes, generated, delta, ends } = next.value
      this.#generated = generated
      this.#put(bytes)
      if (ends !== undefined) {
        this.#flush()
        this.#finish(ends)
        return
      }
      if (delta && this.#delayMs > 0) {
        this.#flush()
        setTimeout(this.#run, this.#delayMs)
        return
      }
    }
    this.#continueAfter(this.#flush())
  }

  #put(bytes: string | Buffer): void {
    if (typeof bytes === 'string') this.#batch += bytes
    else {
      this.#flush()
      this.#res.write(bytes)
    }
  }

  /** False when the reader is too slow to take more. */
  #flush(): boolean {
    const batch = this.#batch
    this.#batch = ''
    return batch === '' || this.#res.write(batch)
  }

  #continueAfter(drained: boolean): void {
    if (drained) setImmediate(this.#run)
    else this.#res.once('drain', this.#run)
  }

  async #runSplit(): Promise<void> {
    for (;;) {
      const next = this.#pieces.next()
      if (next.done) break
      this.#generated = next.value.generated
      for (const part of oddPieces(Buffer.from(next.value.bytes as string))) {
        if (this.#over) return
        this.#res.write(part)
        // One write a turn, so that the pieces reach the socket apart from each other.
        await new Promise(setImmediate)
      }
    }
    if (!this.#over) this.#finish('complete')
  }
}

export interface BodyOptions {
  readonly fault: FaultName | undefined
  /** Visible text inside the body, where invalid bytes may go. */
  readonly text: string
  readonly headers: string[]
}

/** Writes a whole JSON answer, spoiled where a fault says so. Tells whether it was cut. */
export function deliverBody(
  res: ServerResponse,
  body: string,
  options: BodyOptions,
): 'complete' | 'cut' {
  const { fault, headers, text } = options
  let bytes: string | Buffer = body
  if (fault === 'empty_body') bytes = ''
  if (fault === 'truncated_json') bytes = body.slice(0, body.length / 2)
  if (fault === 'invalid_utf8') bytes = withInvalidUtf8(body, text)
  headers.push('content-length', String(Buffer.byteLength(bytes)))
  res.writeHead(200, headers)
  if (fault === 'mid_stream_cut') {
    res.write(body.slice(0, body.length / 2), () => setImmediate(() => res.destroy()))
    return 'cut'
  }
  if (fault === 'split_bytes') void writeSplit(res, Buffer.from(bytes))
  else res.end(bytes)
  return 'complete'
}

async function writeSplit(res: ServerResponse, bytes: Buffer): Promise<void> {
  for (const part of oddPieces(bytes)) {
    if (res.destroyed) return
    res.write(part)
    await new Promise(setImmediate)
  }
  res.end()
}
