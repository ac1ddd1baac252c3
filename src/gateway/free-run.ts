import type { IncomingHttpHeaders } from 'node:http'
import type { Timers } from '../engine/timers.ts'
import { ClientWriter } from './client-writer.ts'
import type { Exchange } from './exchange.ts'
import { clientHeaders, type HeaderList, single } from './headers.ts'
import type { AnswerSink, Flow, Sent, Upstream, UpstreamError } from './upstream.ts'

/** A request that costs nobody anything: it is passed on and its answer passed back. */
export class FreeRun implements AnswerSink {
  readonly #exchange: Exchange
  readonly #writer: ClientWriter
  readonly #headers: HeaderList
  #sent: Sent | null = null

  /** `headers` are ours, beside the provider's. */
  constructor(
    exchange: Exchange,
    own: { readonly stallMs: number; readonly timers: Timers; readonly headers?: HeaderList },
  ) {
    this.#exchange = exchange
    this.#writer = new ClientWriter(exchange, own.stallMs, own.timers)
    this.#headers = own.headers ?? []
  }

  start(upstream: Upstream, body: Buffer | null): void {
    const { route, req } = this.#exchange
    const { method, path } = route
    this.#sent = upstream.send({ method, path, headers: req.headers, body }, this)
    this.#exchange.onGone(() => {
      this.#writer.release()
      this.#sent?.abort('bounded')
    })
  }

  get done(): Promise<void> {
    return this.#writer.done
  }

  get waitingBytes(): number {
    return this.#writer.waitingBytes
  }

  cutOff(): void {
    this.#writer.cutOff()
    this.#sent?.abort('closing')
  }

  onHead(status: number, headers: IncomingHttpHeaders, flow: Flow): void {
    this.#writer.holdBack(flow)
    const length = single(headers['content-length'])
    const known = length === null ? [] : ['content-length', length]
    this.#writer.head(status, [...clientHeaders(headers), ...known, ...this.#headers])
  }

  onData(chunk: Buffer): void {
    this.#writer.write(chunk)
  }

  onEnd(): void {
    this.#writer.end(null, [])
  }

  onBroken({ kind }: UpstreamError): void {
    if (this.#exchange.res.headersSent) this.#writer.cut()
    else if (!this.#exchange.gone)
      this.#exchange.refuse({
        status: kind === 'timeout' ? 504 : 502,
        code: kind === 'timeout' ? 'upstream_timeout' : 'upstream_unreachable',
        message: 'The provider did not answer. Nothing was charged.',
        retry: true,
      })
  }
}
