import type { Cancel, Timers } from '../engine/timers.ts'
import type { Exchange } from './exchange.ts'
import type { HeaderList } from './headers.ts'
import type { Flow } from './upstream.ts'

/** The connection is given so much at once: a client that takes a piece is still there. */
const PIECE_BYTES = 256 * 1024

/**
 * Writes an answer to the client at the client's own pace: while it does not take what was written, the
 * provider is held back. What a client leaves is taken from the provider all the same, and dropped. A
 * client that takes nothing for long is given up, also when all was written that there is.
 */
export class ClientWriter {
  readonly #exchange: Exchange
  readonly #stallMs: number
  readonly #timers: Timers
  #flow: Flow | null = null
  #stalled: Cancel | null = null
  /** What the connection is to be given next. */
  readonly #line: Buffer[] = []
  /** What comes after it. */
  #ending: 'end' | 'cut' | null = null
  #hurries = false
  bytes = 0

  constructor(exchange: Exchange, stallMs: number, timers: Timers) {
    this.#exchange = exchange
    this.#stallMs = stallMs
    this.#timers = timers
    void exchange.closed.then(() => this.#leave())
  }

  /** Resolves once the client has its answer, has left or was given up. */
  get done(): Promise<void> {
    return this.#exchange.closed
  }

  /** Nothing of what was written waits any more: the client has taken it all. */
  get isTaken(): boolean {
    return this.#exchange.res.headersSent && this.waitingBytes === 0
  }

  /** Bytes that were written and that the client's connection has not taken yet. */
  get waitingBytes(): number {
    const { res } = this.#exchange
    return this.#line.reduce((sum, { length }) => sum + length, res.writableLength)
  }

  holdBack(flow: Flow): void {
    this.#flow = flow
  }

  head(status: number, headers: HeaderList): void {
    if (!this.#exchange.gone) this.#exchange.res.writeHead(status, headers)
  }

  write(chunk: Buffer): void {
    if (this.#exchange.gone || chunk.length === 0) return
    this.#put(chunk)
    this.#pump()
  }

  end(body: Buffer | null, trailers: [string, string][]): void {
    const { res, gone } = this.#exchange
    if (gone) return
    if (trailers.length > 0) res.addTrailers(trailers)
    if (body) this.#put(body)
    this.#finish('end')
  }

  /** Breaks the connection as the provider's was broken: after what came before the break. */
  cut(): void {
    this.#finish('cut')
  }

  /** The client left: the provider is read on without it. */
  release(): void {
    this.#leave()
    this.#flow?.resume()
  }

  /** The gateway closes: who has not taken its answer by now is not waited for. */
  cutOff(): void {
    this.#hurries = true
    if (this.#ending) this.#exchange.res.destroy()
  }

  #put(chunk: Buffer): void {
    this.bytes += chunk.length
    this.#line.push(chunk)
  }

  #finish(ending: 'end' | 'cut'): void {
    // the provider is through, and its connection may be another call's by now
    this.#flow = null
    this.#ending = ending
    if (this.#hurries && this.#stalled) this.#exchange.res.destroy()
    else this.#pump()
  }

  #pump(): void {
    const { res } = this.#exchange
    while (!this.#stalled) {
      const piece = this.#nextPiece()
      if (this.#ending && this.#line.length === 0) {
        this.#last(piece)
        return
      }
      if (!piece) return
      if (res.write(piece)) continue
      this.#flow?.pause()
      this.#watch()
      res.once('drain', this.#resume)
    }
  }

  #nextPiece(): Buffer | undefined {
    const [first] = this.#line
    if (!first || first.length <= PIECE_BYTES) return this.#line.shift()
    this.#line[0] = first.subarray(PIECE_BYTES)
    return first.subarray(0, PIECE_BYTES)
  }

  #last(piece: Buffer | undefined): void {
    const { res } = this.#exchange
    if (this.#ending === 'end') res.end(piece)
    else {
      if (piece) res.write(piece)
      if (res.socket) res.socket.destroySoon()
      else res.destroy()
    }
    if (res.writableLength > 0) this.#watch()
  }

  readonly #resume = (): void => {
    this.#stop()
    this.#flow?.resume()
    this.#pump()
  }

  /** A client that takes nothing for so long is not coming back. */
  #watch(): void {
    this.#stalled = this.#timers.after(this.#stallMs, () => {
      const { res } = this.#exchange
      // behind another answer on its connection it has not been given any
      if (res.socket) res.destroy()
      else this.#watch()
    })
  }

  #stop(): void {
    this.#stalled?.()
    this.#stalled = null
  }

  #leave(): void {
    this.#exchange.res.off('drain', this.#resume)
    this.#stop()
    this.#line.length = 0
  }
}
