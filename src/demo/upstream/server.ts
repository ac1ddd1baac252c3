import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anthropicMessages } from './anthropic.ts'
import type { BillPage } from './bill.ts'
import { modelById, modelList } from './catalogue.ts'
import { apiError, invalidKey, missingKey } from './errors.ts'
import { apiKeyOf, dialectOf, type Exchange, jsonObject, retryCountOf } from './exchange.ts'
import { directivesOf } from './faults.ts'
import { openAiChat } from './openai-chat.ts'
import { openAiResponses } from './openai-responses.ts'
import { Provider, type ProviderOptions, type ProviderStats } from './provider.ts'
import type { Quantities } from './reply.ts'

export interface UpstreamOptions extends ProviderOptions {
  /** 0 or absent: any free port. */
  readonly port?: number
  readonly host?: string
}

export interface UpstreamStats extends ProviderStats {
  readonly bill: { billed: number; unbilled: number; usage: Quantities }
}

export interface Upstream {
  /** Base URL without a path: as it is for Anthropic's SDK, with `/v1` for OpenAI's. */
  readonly url: string
  readonly port: number
  stats(): UpstreamStats
  /** The provider's own book, oldest line first. */
  bill(after?: number): BillPage
  reset(): void
  stop(): Promise<void>
}

type Route = (provider: Provider, exchange: Exchange) => void

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v1/messages', (provider, exchange) => provider.generate(exchange, anthropicMessages)],
  ['/v1/messages/count_tokens', (provider, exchange) => provider.countTokens(exchange)],
  ['/v1/chat/completions', (provider, exchange) => provider.generate(exchange, openAiChat)],
  ['/v1/responses', (provider, exchange) => provider.generate(exchange, openAiResponses)],
  ['/v1/embeddings', (provider, exchange) => provider.embed(exchange)],
])

const MODELS_PATH = '/v1/models'
const BODY_BYTES_MAX = 32 * 1024 * 1024
/** Keys with this beginning are refused, so that a wrong provider key can be rehearsed. */
const INVALID_KEY_PREFIX = 'invalid'
const KEEP_ALIVE_MS = 120_000

const ignore = (): void => undefined

class UpstreamServer {
  readonly provider: Provider
  /** Ids stay unique when the simulator is started again with the same seed. */
  readonly #run = randomBytes(6).toString('hex')
  #serial = 0

  constructor(options: ProviderOptions) {
    this.provider = new Provider(options)
  }

  readonly receive = (req: IncomingMessage, res: ServerResponse): void => {
    const url = req.url ?? '/'
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const query = mark < 0 ? '' : url.slice(mark + 1)
    if (path.startsWith('/sim/')) {
      this.#administer(req, res, path, new URLSearchParams(query))
      return
    }
    const { stats } = this.provider
    stats.requests += 1
    stats.in_flight += 1
    if (retryCountOf(req) > 0) stats.retries += 1
    // A write that meets a client just gone is not worth the process.
    res.on('error', ignore)
    res.once('close', () => {
      this.provider.stats.in_flight -= 1
    })
    const exchange = this.#open(req, res, path)
    if (!exchange) return
    if (req.method === 'POST') this.#post(exchange, path)
    else this.#models(exchange, path, new URLSearchParams(query))
  }

  /** Checks the key and reads the headers; `undefined` when that already refused the request. */
  #open(req: IncomingMessage, res: ServerResponse, path: string): Exchange | undefined {
    const dialect = dialectOf(req, path)
    this.#serial += 1
    const serial = `${this.#run}${this.#serial.toString(36).padStart(8, '0')}`
    const requestId = `req_${serial}`
    const refuse = { res, dialect, requestId }
    const apiKey = apiKeyOf(req)
    const directives = directivesOf(req.headers)
    if (apiKey === undefined) this.provider.refuse(refuse, missingKey(dialect))
    else if (apiKey.startsWith(INVALID_KEY_PREFIX)) {
      this.provider.refuse(refuse, invalidKey(dialect))
    } else if ('unknown' in directives) {
      const message = `x-sim-fault: "${directives.unknown}" is not a fault of this simulator`
      this.provider.refuse(refuse, apiError(dialect, 400, message))
    } else {
      const attempt = this.provider.faults.attempt(directives.call)
      const ids = { apiKey, requestId, serial, startedMs: Date.now() }
      return { req, res, dialect, ...ids, directives, attempt, body: {} }
    }
    req.resume()
    return undefined
  }

  #post(exchange: Exchange, path: string): void {
    const { req, dialect } = exchange
    const route = ROUTES.get(path)
    if (!route) {
      req.resume()
      this.provider.refuse(exchange, apiError(dialect, 404, `Not found: POST ${path}`))
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
    })
    req.on('end', () => {
      if (bytes > BODY_BYTES_MAX) {
        const more = { type: 'request_too_large' }
        this.provider.refuse(exchange, apiError(dialect, 413, 'Request too large', more))
        return
      }
      const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      const body = jsonObject(whole.toString())
      if (body) route(this.provider, { ...exchange, body })
      else this.provider.refuse(exchange, apiError(dialect, 400, 'The body is not valid JSON.'))
    })
  }

  #models(exchange: Exchange, path: string, query: URLSearchParams): void {
    const { dialect, req } = exchange
    const id = path.startsWith(`${MODELS_PATH}/`) ? path.slice(MODELS_PATH.length + 1) : undefined
    if (req.method !== 'GET' || (path !== MODELS_PATH && id === undefined)) {
      const message = `Not found: ${req.method} ${path}`
      this.provider.refuse(exchange, apiError(dialect, 404, message))
      return
    }
    if (id === undefined) {
      this.provider.answer(exchange, JSON.stringify(modelList(dialect, query)))
      return
    }
    const model = modelById(dialect, decodeURIComponent(id))
    if ('status' in model) this.provider.refuse(exchange, model as ReturnType<typeof apiError>)
    else this.provider.answer(exchange, JSON.stringify(model))
  }

  stats(): UpstreamStats {
    const { stats, bill } = this.provider
    return { ...stats, faults: { ...stats.faults }, bill: bill.totals() }
  }

  #administer(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): void {
    req.resume()
    const send = (status: number, value: unknown): void => {
      res.writeHead(status, { 'content-type': 'application/json' })
      res.end(JSON.stringify(value))
    }
    if (path === '/sim/bill') {
      const after = Number(query.get('after') ?? 0)
      const limit = Number(query.get('limit') ?? 10_000)
      send(200, this.provider.bill.page(after, limit))
    } else if (path === '/sim/stats') send(200, this.stats())
    else if (path === '/sim/reset' && req.method === 'POST') {
      this.provider.reset()
      send(200, { reset: true })
    } else send(404, { error: `No such page: ${req.method} ${path}` })
  }
}

/** Starts the simulated provider on the loopback interface. */
export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const upstream = new UpstreamServer(options)
  // Prompts of a megabyte and answers of an hour are both legal here.
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, noDelay: true },
    upstream.receive,
  )
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    port,
    stats: () => upstream.stats(),
    bill: (after = 0) => upstream.provider.bill.page(after),
    reset: () => upstream.provider.reset(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
