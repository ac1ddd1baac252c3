import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import { guardedLookup, rulesOfOperator } from '../guard/address.ts'
import { upstreamHeaders } from './headers.ts'
import type { GatewayPolicy } from './policy.ts'
import type { DialectName, UpstreamSettings } from './types.ts'

/** Takes a provider's answer as it comes. After `onEnd` or `onBroken` nothing follows. */
export interface AnswerSink {
  onHead(status: number, headers: IncomingHttpHeaders, flow: Flow): void
  onData(chunk: Buffer): void
  onEnd(): void
  onBroken(error: UpstreamError): void
}

/** Holds the provider's answer back and lets it go on. */
export interface Flow {
  pause(): void
  resume(): void
}

/** Why there was no answer, or none to its end. */
export interface UpstreamError {
  readonly kind: 'refused' | 'timeout' | 'reset' | 'bounded' | 'closing' | 'unreadable'
  readonly code: string
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer | null
}

/** A request on its way. */
export interface Sent {
  /** Ends it from our side; the sink hears of it as of any break. */
  abort(kind: 'bounded' | 'closing'): void
}

const KEEP_ALIVE_MS = 30_000
/** Longer than any provider's: what is too long for clients is left out, not failed on. */
const HEADER_BYTES_MAX = 256 * 1024

/** A provider, as the gateway reaches it. */
export interface Upstream {
  send(request: UpstreamRequest, sink: AnswerSink): Sent
  close(): Promise<void>
}

export class UpstreamClient implements Upstream {
  readonly #pool: Pool
  readonly #prefix: string
  readonly #dialect: DialectName
  readonly #settings: UpstreamSettings

  constructor(dialect: DialectName, settings: UpstreamSettings, policy: GatewayPolicy) {
    const url = new URL(settings.baseUrl)
    this.#dialect = dialect
    this.#settings = settings
    // `https://host/v1` is how some write it, and `/v1` comes with every path
    this.#prefix = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
    this.#pool = new Pool(url.origin, {
      connections: policy.upstreamConnectionsMax,
      connect: {
        timeout: policy.connectTimeoutMs,
        lookup: guardedLookup({
          ...rulesOfOperator(settings.baseUrl, settings.privateAddresses),
          ...(settings.resolve && { resolve: settings.resolve }),
        }),
      },
      headersTimeout: policy.upstreamTimeoutMs,
      bodyTimeout: policy.upstreamTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    })
  }

  send(request: UpstreamRequest, sink: AnswerSink): Sent {
    const handler = new AnswerHandler(sink)
    const apiKey = this.#settings.apiKey.reveal()
    try {
      this.#pool.dispatch(
        {
          method: request.method,
          path: this.#prefix + request.path,
          headers: upstreamHeaders(request.headers, this.#dialect, apiKey),
          body: request.body,
        },
        handler,
      )
    } catch {
      // a header or path that cannot be written
      handler.fail({ kind: 'unreadable', code: 'request_unsendable' })
    }
    return handler
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}

class AnswerHandler implements Dispatcher.DispatchHandler, Sent {
  readonly #sink: AnswerSink
  #controller: Dispatcher.DispatchController | null = null
  #over = false
  #aborted: UpstreamError | null = null

  constructor(sink: AnswerSink) {
    this.#sink = sink
  }

  abort(kind: 'bounded' | 'closing'): void {
    if (this.#over || this.#aborted) return
    this.#aborted = { kind, code: kind }
    if (this.#controller) this.#controller.abort(new Error(kind))
  }

  fail(error: UpstreamError): void {
    if (this.#over) return
    this.#over = true
    this.#sink.onBroken(error)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // it waited for a connection while it was given up
    if (this.#aborted) controller.abort(new Error(this.#aborted.kind))
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200) this.#sink.onHead(status, headers, controller)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sink.onData(chunk)
  }

  onResponseEnd(): void {
    if (this.#over) return
    this.#over = true
    this.#sink.onEnd()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(this.#aborted ?? upstreamError(error))
  }
}

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])
const REFUSALS = new Set([
  'ADDRESS_REFUSED',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
])

function upstreamError(error: Error): UpstreamError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  if (TIMEOUTS.has(code)) return { kind: 'timeout', code }
  return { kind: REFUSALS.has(code) ? 'refused' : 'reset', code }
}
