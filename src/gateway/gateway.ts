import type { IncomingMessage, ServerResponse } from 'node:http'
import { reachOf } from '../contract/permissions.ts'
import { bookInForce, type PriceBook, resolveModel } from '../core/pricing/index.ts'
import { instant } from '../core/time/index.ts'
import { type Cancel, TIMERS, type Timers } from '../engine/timers.ts'
import type { KeyHolder } from '../store/control/keys.ts'
import { CallEnds } from './call-ends.ts'
import { type GatewayError, sendError } from './errors.ts'
import { Exchange } from './exchange.ts'
import { FreeRun } from './free-run.ts'
import { Gate } from './gate.ts'
import { HoldKeeper } from './hold-keeper.ts'
import { GATEWAY_POLICY, type GatewayPolicy } from './policy.ts'
import { within } from './posting.ts'
import { ProgressKeeper } from './progress-keeper.ts'
import { readBody } from './read-body.ts'
import { RecentCalls } from './recent-calls.ts'
import { ReplayCache } from './replay-cache.ts'
import type { ReadContext } from './request.ts'
import { type Found, findRoute, type Route } from './routes.ts'
import { CallService } from './serve-call.ts'
import type { DialectName, Gateway, GatewayDeps, GatewayStats } from './types.ts'
import { type Upstream, UpstreamClient } from './upstream.ts'

interface Run {
  readonly done: Promise<void>
  readonly waitingBytes: number
  cutOff(): void
}

const SWEEP_MS = 10_000
/** After what is left was cut off: how long its ends may still be posted. */
const LAST_POSTS_MS = 5_000

/** The reverse proxy in front of the providers, with the meter on every call. */
export function createGateway(deps: GatewayDeps): Gateway {
  return new ProxyGateway(deps)
}

class ProxyGateway implements Gateway {
  readonly #deps: GatewayDeps
  readonly #policy: GatewayPolicy
  readonly #upstreams = new Map<DialectName, Upstream>()
  readonly #recent: RecentCalls
  readonly #replays: ReplayCache
  readonly #holds: HoldKeeper
  readonly #progress: ProgressKeeper | null
  readonly #ends: CallEnds
  readonly #calls: CallService
  readonly #gate: Gate
  readonly #runs = new Set<Run>()
  readonly #serving = new Set<Promise<void>>()
  readonly #timers: Timers
  readonly #stopSweeping: Cancel
  #closing: Promise<void> | null = null

  constructor(deps: GatewayDeps) {
    this.#deps = deps
    const policy = { ...GATEWAY_POLICY, ...deps.policy }
    const { engine, nowMs, log, timers = TIMERS } = deps
    const connect = deps.connect ?? ((...of) => new UpstreamClient(...of))
    this.#timers = timers
    this.#policy = policy
    for (const dialect of ['anthropic', 'openai'] as const) {
      const settings = deps.upstreams[dialect]
      if (settings) this.#upstreams.set(dialect, connect(dialect, settings, policy))
    }
    this.#recent = new RecentCalls(policy.retryWindowMs, policy.rememberedCallsMax)
    this.#replays = new ReplayCache(policy.replayBytesMax, policy.replayTtlMs)
    this.#holds = new HoldKeeper({ engine, nowMs, timers, log, ttlMs: policy.holdTtlMs })
    const { keepProgress: keep } = deps
    this.#progress = keep ? new ProgressKeeper({ keep, nowMs, timers, log }) : null
    const shared = { policy, timers, replays: this.#replays, holds: this.#holds }
    this.#ends = new CallEnds(deps, shared)
    const { callsMax, heldBytesMax } = policy
    this.#gate = new Gate({ callsMax, heldBytesMax, engine, underWay: () => this.#underWay })
    this.#calls = new CallService({
      ...shared,
      gate: this.#gate,
      deps,
      askedBy: deps.newCallId(),
      context: readContext(deps, policy),
      recent: this.#recent,
      ends: this.#ends,
      progress: this.#progress,
      track: (run) => this.#track(run),
    })
    this.#stopSweeping = timers.every(SWEEP_MS, () => this.#replays.sweep(nowMs()))
  }

  handle(req: IncomingMessage, res: ServerResponse): boolean {
    const found = findRoute(req.url ?? '')
    if (!found) return false
    const serving: Promise<void> = this.#serve(req, res, found).catch((error: unknown) => {
      this.#deps.log.error({ err: error, path: pathOf(found) }, 'a request could not be served')
      const dialect = found.type === 'route' ? found.route.dialect : found.dialect
      if (res.headersSent) res.destroy()
      else sendError(res, dialect, UNEXPECTED)
    })
    this.#serving.add(serving)
    void serving.then(() => this.#serving.delete(serving))
    return true
  }

  stats(): GatewayStats {
    return {
      inFlight: this.#runs.size,
      serving: this.#serving.size,
      heldBytes: this.#gate.heldBytes,
      waitingBytes: [...this.#runs].reduce((sum, run) => sum + run.waitingBytes, 0),
      replayBytes: this.#replays.bytes,
      rememberedCalls: this.#recent.size,
    }
  }

  get #underWay(): number {
    return this.#serving.size + this.#runs.size
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await within(this.#timers, this.#idle(), this.#policy.closeMs)
    for (const run of this.#runs) run.cutOff()
    await within(this.#timers, this.#idle(), LAST_POSTS_MS)
    this.#holds.stop()
    this.#progress?.stop()
    this.#stopSweeping()
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.close()))
  }

  async #idle(): Promise<void> {
    while (this.#serving.size > 0 || this.#runs.size > 0)
      await Promise.all([...this.#serving, ...[...this.#runs].map((run) => run.done)])
    await this.#ends.idle()
  }

  #track(run: Run): void {
    this.#runs.add(run)
    void run.done.then(() => this.#runs.delete(run))
  }

  async #serve(req: IncomingMessage, res: ServerResponse, found: Found): Promise<void> {
    const route = found.type === 'route' ? found.route : unknownRoute(found)
    const { metrics, nowMs } = this.#deps
    const exchange = new Exchange(req, res, {
      route,
      receivedMs: nowMs(),
      onRefused: (code) => metrics?.onRefused?.(route.dialect, code),
    })
    const refusal = this.#refusalOf(exchange, found)
    if (refusal) {
      exchange.refuse(refusal)
      return
    }
    const upstream = this.#upstreams.get(route.dialect)
    const holder = await this.#authenticate(exchange)
    if (!holder || !upstream) return
    if (route.surface) await this.#calls.serve(exchange, holder, route.surface, upstream)
    else await this.#serveFree(exchange, upstream)
  }

  /** What is refused whoever asks. */
  #refusalOf(exchange: Exchange, found: Found): GatewayError | null {
    if (this.#closing) return CLOSING
    if (found.type === 'not_found') return notFound(found.path)
    const { route, req } = exchange
    if (req.method !== route.method) return wrongMethod(route)
    if (!this.#upstreams.has(route.dialect)) return noUpstream(route.dialect)
    const refusal = this.#gate.refusal()
    if (refusal) this.#deps.metrics?.onEvent?.('overloaded')
    return refusal
  }

  async #authenticate(exchange: Exchange): Promise<KeyHolder | null> {
    const secret = secretOf(exchange)
    if (secret === null) {
      exchange.refuse(missingKey(exchange.route.dialect))
      return null
    }
    try {
      const holder = await this.#deps.keys.authenticate(secret)
      if (!holder) exchange.refuse(UNKNOWN_KEY)
      else if (!mayCall(holder)) exchange.refuse(MAKES_NO_CALLS)
      else return holder
      return null
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a key could not be looked up')
      exchange.refuse(KEYS_UNAVAILABLE)
      return null
    }
  }

  async #serveFree(exchange: Exchange, upstream: Upstream): Promise<void> {
    let body: Buffer | null = null
    if (exchange.route.method === 'POST') {
      const read = await readBody(exchange, this.#policy.bodyBytesMax, this.#gate)
      if (read.type === 'refused') exchange.refuse(read.error)
      if (read.type !== 'body') return
      body = read.bytes
    }
    const run = new FreeRun(exchange, {
      stallMs: this.#policy.upstreamTimeoutMs,
      timers: this.#timers,
    })
    this.#track(run)
    exchange.useBody(run.done)
    run.start(upstream, body)
  }
}

const pathOf = (found: Found): string =>
  found.type === 'route' ? found.route.name : `/${found.dialect}`

const unknownRoute = ({ dialect, path }: Found & { type: 'not_found' }): Route => ({
  dialect,
  method: 'GET',
  path,
  name: `/${dialect}`,
  surface: null,
})

function readContext(deps: GatewayDeps, policy: GatewayPolicy): ReadContext {
  const { bytesPerTokenMax, bytesPerTokenExpected, outputTokensDefault, webSearchesDefault } =
    policy
  return {
    bytesPerTokenMax,
    bytesPerTokenExpected,
    outputTokensDefault,
    webSearchesDefault,
    maxOutputTokens: (model) => maxOutputTokens(deps.books(), model, deps.nowMs()),
  }
}

function maxOutputTokens(books: readonly PriceBook[], model: string, nowMs: number): number | null {
  const book = bookInForce(books, instant(nowMs))
  const priced = book && resolveModel(book, model)?.model
  return (priced && book.models.get(priced)?.max_output_tokens) || null
}

const BEARER = /^Bearer +(\S+) *$/i

/** The account key, in the dialect's own header: Anthropic's clients may use either. */
function secretOf(exchange: Exchange): string | null {
  const bearer = BEARER.exec(exchange.header('authorization') ?? '')?.[1] ?? null
  if (exchange.route.dialect === 'openai') return bearer
  return exchange.header('x-api-key') || bearer
}

const CLOSING: GatewayError = {
  status: 503,
  code: 'gateway_closing',
  message: 'The gateway is being restarted. Nothing was charged.',
  retry: true,
  retryAfterMs: 1_000,
  close: true,
}

const UNEXPECTED: GatewayError = {
  status: 500,
  code: 'internal_error',
  message: 'The gateway failed. Nothing was charged for this request.',
  retry: false,
}

/** A key of a member whose role makes no calls serves the API only. */
const mayCall = ({ memberId, role }: KeyHolder): boolean =>
  reachOf('meter', memberId === null ? 'account_key' : (role ?? 'developer')) !== 'none'

const MAKES_NO_CALLS: GatewayError = {
  status: 403,
  code: 'permission_denied',
  message: 'The role of the member whose key this is makes no calls. Nothing was charged.',
  retry: false,
}

const UNKNOWN_KEY: GatewayError = {
  status: 401,
  code: 'invalid_key',
  message: 'This account key is not known, or was revoked.',
  retry: false,
}

const KEYS_UNAVAILABLE: GatewayError = {
  status: 503,
  code: 'engine_unavailable',
  message: 'The account key could not be checked, so the call was not made. Nothing was charged.',
  retry: true,
  retryAfterMs: 1_000,
}

const missingKey = (dialect: DialectName): GatewayError => ({
  status: 401,
  code: 'missing_key',
  message:
    dialect === 'anthropic'
      ? 'x-api-key header is required: an account key (ec_live_…).'
      : 'Authorization header is required: "Bearer" and an account key (ec_live_…).',
  retry: false,
})

const notFound = (path: string): GatewayError => ({
  status: 404,
  code: 'not_found',
  message: `${JSON.stringify(path.slice(0, 200))} is not served through this gateway.`,
  retry: false,
})

const wrongMethod = ({ method, name }: Route): GatewayError => ({
  status: 405,
  code: 'method_not_allowed',
  message: `${name} takes ${method} only.`,
  retry: false,
  allow: method,
})

const noUpstream = (dialect: DialectName): GatewayError => ({
  status: 404,
  code: 'upstream_not_configured',
  message: `This gateway has no ${dialect} provider behind it.`,
  retry: false,
})
