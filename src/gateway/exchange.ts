import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GatewayError, sendError } from './errors.ts'
import type { Route } from './routes.ts'

/** One request of a client and the response to it, with the moment the client left. */
export class Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly route: Route
  readonly receivedMs: number
  /** Milliseconds that went by while the client sent its request. */
  waitedMs = 0
  /** Bytes of its body that are in memory. */
  heldBytes = 0
  /** Until when, beside the response itself. */
  readonly #uses: Promise<unknown>[] = []
  /** The client closed the connection before it had the whole answer. */
  gone = false
  /** Resolves when the client has the whole answer, or has left. */
  readonly closed: Promise<void>
  readonly #onRefused: (code: string) => void
  #onGone: (() => void) | null = null

  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    about: {
      readonly route: Route
      readonly receivedMs: number
      readonly onRefused: (code: string) => void
    },
  ) {
    this.req = req
    this.res = res
    this.route = about.route
    this.receivedMs = about.receivedMs
    this.#onRefused = about.onRefused
    this.closed = new Promise((resolve) => {
      onClose(req, res, () => {
        if (!res.writableFinished) {
          this.gone = true
          this.#onGone?.()
        }
        resolve()
      })
    })
    // a broken connection shows as `close`; without a listener it would end the process
    res.on('error', () => {})
    req.on('error', () => {})
  }

  /** Called once when the client leaves; at once when it has left already. */
  onGone(listener: () => void): void {
    this.#onGone = listener
    if (this.gone) listener()
  }

  /** The body is in use until then. */
  useBody(until: Promise<unknown>): void {
    this.#uses.push(until)
  }

  /** Called once nothing of the body is in memory any more, with its bytes. */
  onBodyFree(listener: (bytes: number) => void): void {
    void this.closed
      .then(() => Promise.all(this.#uses))
      .then(() => {
        listener(this.heldBytes)
      })
  }

  header(name: string): string | null {
    const value = this.req.headers[name]
    return typeof value === 'string' ? value : null
  }

  refuse(error: GatewayError, more: readonly string[] = []): void {
    if (sendError(this.res, this.route.dialect, error, more)) this.#onRefused(error.code)
    if (error.close) this.#linger()
    else if (!this.req.complete) this.req.resume()
  }

  /**
   * A client that is still sending reads no answer until it is done, or gets a reset instead of one. So
   * what it sends is thrown away for a while before the connection is closed.
   */
  #linger(): void {
    const { req, res } = this
    let left = LINGER_BYTES_MAX
    const end = (): void => {
      clearTimeout(timer)
      res.end()
    }
    const timer = setTimeout(end, LINGER_MS)
    req.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) end()
    })
    req.once('end', end)
    req.once('close', end)
    req.resume()
  }
}

/** A response that waits behind another one on its connection hears nothing of the end of that. */
function onClose(req: IncomingMessage, res: ServerResponse, closed: () => void): void {
  res.once('close', closed)
  if (res.socket) return
  const { socket } = req
  // as many as are waiting
  socket.setMaxListeners(0).once('close', closed)
  res.once('close', () => socket.off('close', closed))
}

const LINGER_MS = 2_000
const LINGER_BYTES_MAX = 64 * 1024 * 1024
