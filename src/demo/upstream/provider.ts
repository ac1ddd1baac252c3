import { Bill } from './bill.ts'
import { embeddings, MISSING_PREFIX } from './catalogue.ts'
import { deliverBody, type Ending, StreamDelivery } from './deliver.ts'
import { apiError, errorBody, rejectionOf, unknownModel } from './errors.ts'
import { type Ended, type Exchange, modelOf, retryCountOf } from './exchange.ts'
import { type FaultName, FaultPlan, type FaultRates } from './faults.ts'
import { answerHeaders, RateLimits } from './headers.ts'
import { anthropicPrompt, isRecord } from './prompt.ts'
import { type CachedTokens, PromptCache } from './prompt-cache.ts'
import {
  NO_QUANTITIES,
  planReply,
  quantitiesOf,
  type Reply,
  textOf,
  totalOutputTokens,
} from './reply.ts'
import { wirePieces } from './spoil.ts'
import type { ApiError, Surface } from './surface.ts'

export interface Latency {
  /** Before the first byte of an answer. */
  readonly firstByteMs?: number
  /** Output tokens in each chunk of a stream. */
  readonly chunkTokens?: number
  readonly chunkDelayMs?: number
}

export interface ProviderOptions {
  readonly seed: number
  readonly faults?: FaultRates
  readonly latency?: Latency
  /** Bill lines to keep; totals are kept for ever. */
  readonly billLines?: number
}

export interface ProviderStats {
  /** Requests of every kind, refused ones included. */
  requests: number
  in_flight: number
  /** Requests that a client marked as a retry (`x-stainless-retry-count` above zero). */
  retries: number
  /** Clients that left before the end of their answer. */
  aborted: number
  /** Output tokens that came to exist, delivered or not. */
  generated_tokens: number
  faults: Partial<Record<FaultName, number>>
}

const DEFAULT_BILL_LINES = 200_000
const DEFAULT_CHUNK_TOKENS = 8
const SLOW_MS = 1_000
const HUGE_HEADER = 'a'.repeat(20_000)
/** Models from this generation on bill writes to the automatic cache; older ones do not. */
const BILLS_CACHE_WRITES = /^gpt-[6-9]/

const freshStats = (): ProviderStats => ({
  requests: 0,
  in_flight: 0,
  retries: 0,
  aborted: 0,
  generated_tokens: 0,
  faults: {},
})

function toolNameOf(exchange: Exchange): string | undefined {
  const asked = exchange.directives.toolUse
  if (asked === undefined || asked !== '1') return asked
  const tools = exchange.body.tools
  const first: unknown = Array.isArray(tools) ? tools[0] : undefined
  if (!isRecord(first)) return 'lookup'
  const named = isRecord(first.function) ? first.function.name : first.name
  return typeof named === 'string' ? named : 'lookup'
}

/** The simulated provider behind the HTTP server: what it knows, and how it answers. */
export class Provider {
  readonly bill: Bill
  readonly faults: FaultPlan
  readonly cache = new PromptCache()
  stats = freshStats()
  readonly #options: ProviderOptions
  readonly #limits = new RateLimits()

  constructor(options: ProviderOptions) {
    this.#options = options
    this.faults = new FaultPlan(options.faults ?? {}, options.seed)
    this.bill = new Bill(options.billLines ?? DEFAULT_BILL_LINES)
  }

  reset(): void {
    const open = this.stats.in_flight
    this.stats = { ...freshStats(), in_flight: open }
    this.bill.clear()
    this.faults.reset()
    this.cache.clear()
  }

  generate(exchange: Exchange, surface: Surface): void {
    const wrong = surface.check(exchange.body) ?? this.#missingModel(exchange)
    if (wrong) {
      this.#reject(exchange, surface.name, wrong)
      return
    }
    const fault = this.faults.choose(exchange.directives, exchange.attempt)
    if (fault && this.#failEarly(exchange, surface.name, fault)) return
    // Anthropic has no field for a refusal in the model's words: there it is one before output.
    const worded = fault === 'refusal_message' && surface.dialect === 'anthropic'
    const reply = this.#plan(exchange, surface, worded ? 'refusal_before_output' : fault)
    this.#after(exchange, fault, () => {
      if (exchange.body.stream === true) this.#stream(exchange, surface, reply)
      else this.#whole(exchange, surface, reply)
    })
  }

  countTokens(exchange: Exchange): void {
    const surface = 'anthropic_count_tokens'
    const { directives, attempt, body } = exchange
    // Drawn faults are for calls that cost something; here only an asked-for one strikes.
    const fault = directives.fault && this.faults.choose(directives, attempt)
    if (fault && this.#failEarly(exchange, surface, fault)) return
    const missing = this.#missingModel(exchange)
    if (missing) this.#reject(exchange, surface, missing)
    else if (Array.isArray(body.messages)) {
      this.answer(exchange, `{"input_tokens":${anthropicPrompt(body).tokens}}`)
    } else {
      const error = apiError('anthropic', 400, 'messages: Field required')
      this.#reject(exchange, surface, error)
    }
  }

  embed(exchange: Exchange): void {
    const surface = 'openai_embeddings'
    const { directives, attempt, body } = exchange
    const fault = this.faults.choose(directives, attempt)
    if (fault && this.#failEarly(exchange, surface, fault)) return
    const model = directives.servedModel ?? modelOf(body)
    const answer = this.#missingModel(exchange) ?? embeddings(body, model)
    if ('status' in answer) {
      this.#reject(exchange, surface, answer)
      return
    }
    this.#after(exchange, fault, () => {
      this.answer(exchange, answer.body)
      const usage = { ...NO_QUANTITIES, input_tokens: answer.tokens }
      const ended = { surface, status: 200, billed: true, usage, fault, model } as const
      this.#end(exchange, { ...ended, outcome: 'succeeded' })
    })
  }

  /** A plain JSON answer that costs nothing. */
  answer(exchange: Exchange, body: string): void {
    const headers = answerHeaders(exchange.dialect, exchange.requestId, 'application/json')
    headers.push('content-length', String(Buffer.byteLength(body)))
    exchange.res.writeHead(200, headers)
    exchange.res.end(body)
  }

  refuse(exchange: Pick<Exchange, 'res' | 'dialect' | 'requestId'>, error: ApiError): void {
    const { res, dialect, requestId } = exchange
    const body = errorBody(dialect, error, requestId)
    const headers = answerHeaders(dialect, requestId, 'application/json')
    headers.push('content-length', String(Buffer.byteLength(body)))
    if (error.retryAfter !== undefined) headers.push('retry-after', error.retryAfter)
    res.writeHead(error.status, headers)
    res.end(body)
  }

  #missingModel(exchange: Exchange): ApiError | undefined {
    const model = modelOf(exchange.body)
    return model.startsWith(MISSING_PREFIX) ? unknownModel(exchange.dialect, model) : undefined
  }

  #reject(exchange: Exchange, surface: string, error: ApiError, fault?: FaultName): void {
    this.refuse(exchange, error)
    const { status } = error
    this.#end(exchange, {
      ...{ surface, status, fault, outcome: 'error_before_output', billed: false },
      usage: NO_QUANTITIES,
    })
  }

  /** Plays the faults that come before any output. False when this fault is of a later kind. */
  #failEarly(exchange: Exchange, surface: string, fault: FaultName): boolean {
    this.stats.faults[fault] = (this.stats.faults[fault] ?? 0) + 1
    const { directives, dialect, req, res, body } = exchange
    const unanswered = {
      ...{ surface, status: 0, fault, billed: false, usage: NO_QUANTITIES },
      outcome: 'error_before_output',
    } as const
    if (fault === 'timeout') {
      res.once('close', () => {
        this.stats.aborted += 1
        this.#end(exchange, unanswered)
      })
      return true
    }
    if (fault === 'connection_reset') {
      req.socket.resetAndDestroy()
      this.#end(exchange, unanswered)
      return true
    }
    const whole = fault === 'mid_stream_error' && body.stream !== true
    const error = rejectionOf(dialect, whole ? 'server_error' : fault, directives.retryAfter)
    if (!error) return false
    const type = directives.errorType ?? error.type
    const code = directives.errorCode ?? error.code
    this.#reject(exchange, surface, { ...error, type, code }, fault)
    return true
  }

  #plan(exchange: Exchange, surface: Surface, fault: FaultName | undefined): Reply {
    const { body, directives } = exchange
    const prompt = surface.prompt(body)
    const requestedModel = modelOf(body)
    const scope = `${surface.dialect}|${exchange.apiKey}|${requestedModel}`
    let cached: CachedTokens
    if (surface.dialect === 'anthropic') cached = this.cache.useMarked(prompt, scope)
    else {
      cached = this.cache.useAutomatic(prompt, scope)
      if (!BILLS_CACHE_WRITES.test(requestedModel)) cached = { ...cached, write: 0 }
    }
    const chunkTokens =
      directives.chunkTokens || this.#options.latency?.chunkTokens || DEFAULT_CHUNK_TOKENS
    const request = {
      requestId: exchange.requestId,
      serial: exchange.serial,
      nowMs: exchange.startedMs,
      seed: this.#options.seed,
      requestedModel,
      tier: surface.tier(body),
      maxTokens: surface.maxTokens(body),
      thinking: surface.thinking(body),
      toolName: toolNameOf(exchange),
      choices: surface.choices(body),
      searchable: surface.searchable,
      prompt,
      cached,
      chunkTokens,
    }
    return planReply(request, directives, fault)
  }

  /** Waits for the first byte's time. A client that leaves meanwhile is seen by the delivery. */
  #after(exchange: Exchange, fault: FaultName | undefined, write: () => void): void {
    const usual = fault === 'slow' ? SLOW_MS : (this.#options.latency?.firstByteMs ?? 0)
    const delay = exchange.directives.firstByteMs ?? usual
    if (delay > 0) setTimeout(write, delay)
    else write()
  }

  #headers(exchange: Exchange, reply: Reply, contentType: string): string[] {
    const type = contentTypeOf(reply.fault, contentType)
    const headers = answerHeaders(exchange.dialect, exchange.requestId, type)
    this.#limits.use(exchange.startedMs, reply.prompt.tokens, totalOutputTokens(reply))
    this.#limits.addTo(headers, exchange.dialect)
    if (reply.fault === 'huge_headers') headers.push('x-sim-padding', HUGE_HEADER)
    return headers
  }

  #whole(exchange: Exchange, surface: Surface, reply: Reply): void {
    const all = totalOutputTokens(reply)
    // Nobody reads any more, but a whole answer is generated before its first byte is written.
    if (exchange.res.destroyed) {
      this.#finish(exchange, surface, reply, { ending: 'aborted', generated: all })
      return
    }
    const ending = deliverBody(exchange.res, surface.body(reply, exchange.body), {
      fault: reply.fault,
      text: reply.textTokens > 0 ? textOf(reply) : '',
      headers: this.#headers(exchange, reply, 'application/json'),
    })
    this.#finish(exchange, surface, reply, { ending, generated: all })
  }

  #stream(exchange: Exchange, surface: Surface, reply: Reply): void {
    const { res, directives } = exchange
    if (res.destroyed) {
      this.#finish(exchange, surface, reply, { ending: 'aborted', generated: 0 })
      return
    }
    const headers = this.#headers(exchange, reply, 'text/event-stream; charset=utf-8')
    headers.push('cache-control', 'no-cache')
    res.writeHead(200, headers)
    if (reply.fault === 'empty_body') {
      res.end()
      const generated = totalOutputTokens(reply)
      this.#finish(exchange, surface, reply, { ending: 'complete', generated })
      return
    }
    const split = reply.fault === 'split_bytes'
    const pieces = wirePieces(surface.frames(reply, exchange.body), {
      fault: reply.fault,
      afterChunks: directives.faultAfterChunks,
      newline: split ? '\r\n' : '\n',
      errorFrames: (at) => surface.errorFrames(reply, inBandError(exchange), at),
    })
    const delayMs = directives.chunkDelayMs ?? this.#options.latency?.chunkDelayMs ?? 0
    new StreamDelivery(res, pieces, {
      delayMs,
      split,
      onEnd: (ending, generated) => this.#finish(exchange, surface, reply, { ending, generated }),
    }).start()
  }

  #finish(
    exchange: Exchange,
    surface: Surface,
    reply: Reply,
    end: { ending: Ending; generated: number },
  ): void {
    const { ending, generated } = end
    this.stats.generated_tokens += generated
    if (ending === 'aborted') this.stats.aborted += 1
    const { fault, model, tier } = reply
    const verdict = verdictOf(reply, ending, generated)
    const usage = quantitiesOf(reply, generated)
    this.#end(exchange, {
      ...{ surface: surface.name, status: 200, fault, model, tier, usage },
      ...verdict,
    })
  }

  #end(exchange: Exchange, ended: Ended): void {
    const { requestId, startedMs, directives, attempt, body, req } = exchange
    const requested = modelOf(body)
    this.bill.add({
      request_id: requestId,
      at_ms: startedMs,
      surface: ended.surface,
      requested_model: requested,
      model: ended.model ?? requested,
      tier: ended.tier ?? 'standard',
      call: directives.call ?? null,
      attempt,
      retry_count: retryCountOf(req),
      stream: body.stream === true,
      status: ended.status,
      fault: ended.fault ?? null,
      outcome: ended.outcome,
      billed: ended.billed,
      usage: ended.usage,
    })
  }
}

function contentTypeOf(fault: FaultName | undefined, usual: string): string {
  if (fault !== 'wrong_content_type') return usual
  return usual === 'application/json' ? 'text/plain' : 'application/json'
}

function inBandError(exchange: Exchange): ApiError {
  const { dialect, directives } = exchange
  const overload = apiError(dialect, dialect === 'anthropic' ? 529 : 500, 'Overloaded')
  const type = directives.errorType ?? overload.type
  return { ...overload, type, code: directives.errorCode }
}

/** The provider's own view: refusals before output are free, broken and aborted output is not. */
function verdictOf(
  reply: Reply,
  ending: Ending,
  generated: number,
): Pick<Ended, 'outcome' | 'billed'> {
  if (ending === 'aborted') return { outcome: 'client_aborted', billed: true }
  if (ending !== 'complete') return { outcome: 'failed_mid_stream', billed: generated > 0 }
  if (reply.stop === 'refusal') {
    return reply.empty
      ? { outcome: 'refused_before_output', billed: false }
      : { outcome: 'refused_after_output', billed: true }
  }
  return { outcome: 'succeeded', billed: true }
}
