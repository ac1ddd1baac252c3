import type { Cancel, Timers } from '../engine/timers.ts'
import type { Exchange } from './exchange.ts'
import type { HeaderList } from './headers.ts'
import type { Flow } from './upstream.ts'

/**
 * Writes an answer to the client at the client's own pace: while it does not take what was written, the
 * provider is held back. What a client leaves is taken from the provider all the same, and dropped.
 */
export class ClientWriter {
  readonly #exchange: Exchange
  readonly #stallMs: number
  readonly #timers: Timers
  #flow: Flow | null = null
  #stalled: Cancel | null = null
  bytes = 0

  constructor(exchange: Exchange, stallMs: number, timers: Timers) {
    this.#exchange = exchange
    this.#stallMs = stallMs
    this.#timers = timers
  }

  /** Nothing of what was written waits any more: the client has taken it all. */
  get isTaken(): boolean {
    const { res } = this.#exchange
    return res.headersSent && res.writableLength === 0
  }

  /** Bytes that were written and that the client's connection has not taken yet. */
  get waitingBytes(): number {
    return this.#exchange.res.writableLength
  }

  holdBack(flow: Flow): void {
    this.#flow = flow
  }

  head(status: number, headers: HeaderList): void {
    if (!this.#exchange.gone) this.#exchange.res.writeHead(status, headers)
  }

  write(chunk: Buffer): void {
    const { res, gone } = this.#exchange
    if (gone || chunk.length === 0) return
    this.bytes += chunk.length
    if (res.write(chunk) || this.#stalled) return
    this.#flow?.pause()
    // a client that takes nothing for so long is not coming back
    this.#stalled = this.#timers.after(this.#stallMs, () => res.destroy())
    res.once('drain', this.#resume)
  }

  readonly #resume = (): void => {
    this.settle()
    this.#flow?.resume()
  }

  /** The client left: the provider is read on without it. */
  release(): void {
    this.#exchange.res.off('drain', this.#resume)
    this.#resume()
  }

  /** Forgets the timer. */
  settle(): void {
    this.#stalled?.()
    this.#stalled = null
  }

  end(body: Buffer | null, trailers: [string, string][]): void {
    const { res, gone } = this.#exchange
    this.settle()
    if (gone) return
    if (trailers.length > 0) res.addTrailers(trailers)
    if (body) {
      this.bytes += body.length
      res.end(body)
    } else res.end()
  }

  /** Breaks the connection as the provider's was broken: after what came before the break. */
  cut(): void {
    this.settle()
    const { res } = this.#exchange
    if (res.socket) res.socket.destroySoon()
    else res.destroy()
  }
}
