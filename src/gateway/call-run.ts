import type { IncomingHttpHeaders } from 'node:http'
import { receiptId } from '../contract/receipt/index.ts'
import type { EntryBody } from '../core/ledger/entry.ts'
import {
  createAccumulator,
  deliveredUsage,
  type NormalisedCall,
  type StreamDialect,
  type StreamSnapshot,
} from '../core/usage/index.ts'
import type { Cancel, Timers } from '../engine/timers.ts'
import { type Read, StreamAnswer, WholeAnswer } from './answer.ts'
import type { AuthorizedCall } from './authorized-call.ts'
import type { CallEnds } from './call-ends.ts'
import { ClientWriter } from './client-writer.ts'
import type { Observed } from './evidence.ts'
import { clientHeaders, type HeaderList, single } from './headers.ts'
import { clientWords, providerWords } from './kept-headers.ts'
import { MONEY_HEADERS, moneyHeaders } from './money-headers.ts'
import type { Ending, Seen } from './outcome.ts'
import type { GatewayPolicy } from './policy.ts'
import type { AnswerSink, Flow, Sent, Upstream, UpstreamError } from './upstream.ts'
import { upstreamFailure } from './upstream-failure.ts'

export interface CallRunDeps {
  readonly upstream: Upstream
  readonly policy: GatewayPolicy
  readonly nowMs: () => number
  readonly timers: Timers
  readonly ends: CallEnds
  readonly conclude: (seen: Seen) => Ending
}

/** Where a prompt was never counted, half of what it is expected to be: never guessed upward. */
const LOW = 0.5

const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** One attempt on its way: from the request sent upstream to the end that is posted for it. */
export class CallRun implements AnswerSink {
  readonly #own: AuthorizedCall
  readonly #deps: CallRunDeps
  readonly #writer: ClientWriter
  #sent: Sent | null = null
  #status: number | null = null
  #headers: IncomingHttpHeaders = {}
  #passed: HeaderList | null = null
  #stream: StreamAnswer | null = null
  #whole: WholeAnswer | null = null
  /** An answer in one piece that was too large to be held back, and is sent on as it comes. */
  #spilled = false
  #firstByteMs: number | null = null
  #responseBytes = 0
  #kept: Buffer[] | null = []
  #keptBytes = 0
  #leftMs: number | null = null
  /** What had been delivered when the client broke the call off. */
  #atAbort: { readonly delivered: StreamSnapshot | null; readonly events: number } | null = null
  #stopDrainTimer: Cancel | null = null
  #drainedBytes = 0
  #isOver = false
  #resolve: () => void = () => {}
  #ended: () => void = () => {}
  /** Resolves when the end is posted, or the client waits for it no longer. */
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve
  })
  /** Resolves when the client is served as well: it has taken its answer, or was given up. */
  readonly done = new Promise<void>((resolve) => {
    this.#resolve = resolve
  })

  constructor(own: AuthorizedCall, deps: CallRunDeps) {
    this.#own = own
    this.#deps = deps
    const { policy, timers } = deps
    this.#writer = new ClientWriter(own.exchange, policy.upstreamTimeoutMs, timers)
  }

  start(): void {
    const { exchange, body } = this.#own
    const { path } = exchange.route
    this.#sent = this.#deps.upstream.send(
      { method: 'POST', path, headers: exchange.req.headers, body },
      this,
    )
    exchange.onGone(() => this.#clientLeft())
  }

  /** The client left before anything was sent: its hold is given back. */
  leftBeforeSending(): Promise<void> {
    this.#leftMs = this.#deps.nowMs()
    this.#atAbort = { delivered: null, events: 0 }
    this.#over(null)
    return this.done
  }

  /** What the client has not taken yet. */
  get waitingBytes(): number {
    return this.#writer.waitingBytes
  }

  /** What would be billed if the call ended now; `null`: nothing was delivered yet. */
  soFar(): NormalisedCall | null {
    const seen = this.#atAbort?.delivered ?? this.#stream?.snapshot()
    if (!seen?.outputStarted) return null
    return deliveredUsage(seen, { promptTokensEstimate: this.#promptTokens() })
  }

  /** The gateway closes and waits no longer. */
  cutOff(): void {
    this.#writer.cutOff()
    this.#sent?.abort('closing')
  }

  onHead(status: number, headers: IncomingHttpHeaders, flow: Flow): void {
    this.#status = status
    this.#headers = headers
    this.#writer.holdBack(flow)
    const { request } = this.#own
    const isStream = single(headers['content-type'])?.startsWith('text/event-stream') ?? false
    if (isSuccess(status) && (request.stream || isStream)) this.#stream = new StreamAnswer(request)
    else this.#whole = new WholeAnswer(request, this.#deps.policy.wholeBytesMax)
  }

  onData(chunk: Buffer): void {
    this.#firstByteMs ??= this.#deps.nowMs()
    this.#responseBytes += chunk.length
    if (this.#stream) this.#sendOn(this.#stream.push(chunk))
    else if (this.#spilled) this.#writer.write(chunk)
    else if (this.#whole && !this.#whole.push(chunk)) this.#spill(this.#whole)
    if (this.#leftMs !== null) this.#drain(chunk.length)
  }

  onEnd(): void {
    this.#over(null)
  }

  onBroken(error: UpstreamError): void {
    this.#over(error)
  }

  #over(error: UpstreamError | null): void {
    if (this.#stream) this.#sendOn(this.#stream.end())
    this.#isOver = true
    this.#finish(error).catch((failure: unknown) => {
      this.#deps.ends.failed(this.#own, failure)
      this.#forget()
      this.#own.exchange.res.destroy()
      this.#ended()
      this.#resolve()
    })
  }

  #sendOn(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (!this.#own.exchange.res.headersSent) this.#streamHead()
    this.#writer.write(bytes)
    this.#keep(bytes)
  }

  /** Sent with the first bytes, so that a provider that breaks before them is answered for. */
  #streamHead(): void {
    this.#writer.head(this.#status ?? 200, [...this.#answerHeaders(), 'trailer', MONEY_HEADERS])
  }

  #spill(whole: WholeAnswer): void {
    this.#spilled = true
    this.#forget()
    this.#streamHead()
    this.#writer.write(whole.body())
  }

  /** Kept for a retry, as long as there is room for it. */
  #keep(bytes: Buffer): void {
    if (!this.#kept) return
    const { ends, policy } = this.#deps
    const fits = this.#keptBytes + bytes.length <= policy.replayEntryBytesMax
    if (fits && ends.reserve(bytes.length)) {
      this.#kept.push(bytes)
      this.#keptBytes += bytes.length
    } else this.#forget()
  }

  #forget(): void {
    this.#kept = null
    this.#deps.ends.release(this.#keptBytes)
    this.#keptBytes = 0
  }

  /** The provider's headers and ours, as they are known before the call is settled. */
  #answerHeaders(): HeaderList {
    this.#passed ??= [...clientHeaders(this.#headers), ...this.#ownHeaders()]
    return this.#passed
  }

  #ownHeaders(): HeaderList {
    const { call, clampedTo } = this.#own
    const headers = ['everycent-receipt', receiptId(call.callId)]
    if (clampedTo !== null) headers.push('everycent-clamped', String(clampedTo))
    return headers
  }

  #clientLeft(): void {
    const { call } = this.#own
    if (this.#isOver || this.#leftMs !== null) {
      // an answer in one piece was on its way when the client left
      if (!this.#stream) call.abandoned = true
      return
    }
    const delivered = this.#stream?.snapshot() ?? null
    // the whole answer was in its hands, so that it broke nothing off
    if (delivered?.finished === true && this.#writer.isTaken) return
    this.#leftMs = this.#deps.nowMs()
    // a client that leaves because the provider has failed breaks nothing off
    const { events = 0 } = this.#stream?.counts() ?? {}
    if (!delivered?.error) this.#atAbort = { delivered, events }
    call.abandoned = delivered?.outputStarted !== true
    this.#writer.release()
    this.#limitDrain()
  }

  #limitDrain(): void {
    const { policy, timers } = this.#deps
    this.#stopDrainTimer = timers.after(policy.drainMs, () => this.#stopDraining())
  }

  #drain(bytes: number): void {
    this.#drainedBytes += bytes
    if (this.#drainedBytes > this.#deps.policy.drainBytesMax) this.#sent?.abort('bounded')
  }

  #stopDraining(): void {
    const { call } = this.#own
    // a retry waits for this very answer
    if (call.abandoned && call.waiters > 0) this.#limitDrain()
    else this.#sent?.abort('bounded')
  }

  async #finish(error: UpstreamError | null): Promise<void> {
    const lastByteMs = this.#firstByteMs === null ? null : this.#deps.nowMs()
    this.#stopDrainTimer?.()
    const read = this.#read(error)
    const ending = this.#conclude(read, error)
    const observed = this.#observed(read, error, lastByteMs)
    if (error && this.#own.exchange.res.headersSent) this.#writer.cut()
    const entry = await this.#deps.ends.post(this.#own, ending, observed, () =>
      this.#keepAnswer(ending, error),
    )
    this.#ended()
    this.#reply(error, entry)
    await this.#writer.done
    this.#resolve()
  }

  /** What the answer says, as far as it came; `null` where none of it can be read. */
  #read(error: UpstreamError | null): Read {
    const encoding = single(this.#headers['content-encoding']) ?? undefined
    if (this.#stream) {
      if (encoding === undefined || encoding === 'identity') return this.#stream.read()
      return { snapshot: null, flags: ['encoded_stream'] }
    }
    if (this.#spilled) return { snapshot: null, flags: ['oversized_answer'] }
    if (!this.#whole || error) return { snapshot: null, flags: [] }
    const read = this.#whole.read(encoding)
    return isSuccess(this.#status ?? 0) ? read : { ...read, flags: [] }
  }

  #conclude(read: Read, error: UpstreamError | null): Ending {
    const { request, call } = this.#own
    const isKept = this.#stream ? this.#kept !== null : !this.#spilled
    const isWhole = read.snapshot?.finished === true && isKept
    // a retry of the client that left gets this answer, so that the call goes on
    const attached = isWhole && call.abandoned && call.waiters > 0
    const delivered = this.#atAbort?.delivered ?? nothingDelivered(request.dialect)
    return this.#deps.conclude({
      status: this.#status,
      answer: read.snapshot,
      oversized: this.#spilled && !error,
      atAbort: this.#atAbort && !attached ? delivered : null,
      unreadBytes: this.#unreadBytes(error),
      promptTokensEstimate: this.#promptTokens(),
      outputTokensMax: this.#own.outputTokensMax,
    })
  }

  #promptTokens(): number {
    return Math.floor(this.#own.request.bound.promptTokensExpected * LOW)
  }

  /** Bytes that the client has, or gets. A body that broke off is not sent on. */
  #unreadBytes(error: UpstreamError | null): number {
    if (this.#stream || this.#spilled) return this.#writer.bytes
    return error ? 0 : (this.#whole?.bytes ?? 0)
  }

  #observed(read: Read, error: UpstreamError | null, lastByteMs: number | null): Observed {
    const { exchange, call, request, body, sentMaxOutputTokens, retryCount } = this.#own
    return {
      attempt: call.attempt,
      retryCount,
      stream: this.#stream !== null,
      receivedMs: exchange.receivedMs,
      authorizedMs: this.#own.authorizedMs,
      firstByteMs: this.#firstByteMs,
      lastByteMs,
      abortedMs: this.#leftMs,
      requestBytes: body.length,
      responseBytes: this.#responseBytes,
      deliveredBytes: this.#writer.bytes,
      upstreamStatus: this.#status,
      upstreamRequestId: single(this.#headers['request-id'] ?? this.#headers['x-request-id']),
      maxOutputTokens: { requested: request.limit?.requested ?? null, sent: sentMaxOutputTokens },
      answer: read.snapshot,
      delivered: this.#atAbort?.delivered ?? null,
      error,
      flags: read.flags,
      client: clientWords(exchange.req.headers),
      provider: providerWords(this.#headers),
      counts: read.counts ?? null,
      deliveredEvents: this.#atAbort?.events ?? read.counts?.events ?? null,
    }
  }

  /** Once the end is posted, which may be long after the client was served: a retry waits for this. */
  #keepAnswer(ending: Ending, error: UpstreamError | null): void {
    const chunks = this.#stream ? this.#kept : [this.#whole?.body() ?? Buffer.alloc(0)]
    this.#forget()
    if (error || ending.action !== 'settle' || this.#status === null || this.#spilled) return
    if (!chunks) return
    this.#deps.ends.keep(this.#own.call, ending.outcome, {
      status: this.#status,
      headers: this.#answerHeaders(),
      chunks,
      bytes: chunks.reduce((total, chunk) => total + chunk.length, 0),
    })
  }

  #reply(error: UpstreamError | null, entry: EntryBody | null | undefined): void {
    const { exchange } = this.#own
    const money = entry === undefined ? [] : moneyHeaders(entry)
    if (exchange.gone) return
    if (exchange.res.headersSent) {
      if (!error) this.#writer.end(null, money)
    } else if (error || this.#status === null) {
      exchange.refuse(upstreamFailure(error, this.#own.call.callId), this.#ownHeaders())
    } else this.#replyWhole(this.#status, money)
  }

  #replyWhole(status: number, money: [string, string][]): void {
    const body = this.#whole?.body() ?? Buffer.alloc(0)
    const headers = [...this.#answerHeaders(), 'content-length', String(body.length)]
    for (const [name, value] of money) headers.push(name, value)
    if (!isSuccess(status)) headers.push('everycent-source', 'upstream')
    this.#writer.head(status, headers)
    this.#writer.end(body, [])
  }
}

const nothingDelivered = (dialect: string): StreamSnapshot =>
  createAccumulator(dialect as StreamDialect).snapshot()
