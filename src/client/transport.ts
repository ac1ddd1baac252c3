import { EverycentProblem, EverycentUnreachable, problemFrom } from './problem.ts'

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface RequestOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Query
  readonly body?: unknown
  /** Kept across retries; made when the request changes something and none is given. */
  readonly idempotencyKey?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Never retried: a repeat would not be recognised as one. */
  readonly once?: boolean
}

export interface TransportOptions {
  readonly baseUrl: string
  readonly token?: string
  /** For tests and for own agents. */
  readonly fetch?: typeof fetch
  /** Tries after the first. Default 3. */
  readonly retriesMax?: number
  /** A single try that takes longer is given up. Default 30 s. */
  readonly timeoutMs?: number
  /** A server that asks to wait longer is not waited for: the problem is thrown. Default 20 s. */
  readonly retryWaitMaxMs?: number
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  readonly random?: () => number
}

export interface Transport {
  /** The answer's JSON; `undefined` for 204. */
  request<T>(options: RequestOptions): Promise<T>
  /** The raw answer, once, for streams: not retried, no time limit after the headers. */
  open(options: RequestOptions): Promise<Response>
  readonly baseUrl: string
}

const RETRIES_MAX = 3
const TIMEOUT_MS = 30_000
const RETRY_WAIT_MAX_MS = 20_000
const BACKOFF_FIRST_MS = 250
const BACKOFF_MAX_MS = 4_000

/** Statuses where the same request may succeed later. 409 and 429 only when the problem says so. */
const TRANSIENT = new Set([502, 503, 504])

export function createTransport(options: TransportOptions): Transport {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  if (!/^https?:\/\//.test(baseUrl))
    throw new TypeError(
      `baseUrl must begin with http:// or https://, not ${JSON.stringify(options.baseUrl)}`,
    )
  const context: Context = { ...options, baseUrl }
  return {
    baseUrl,
    request: <T>(request: RequestOptions) => withRetries<T>(context, prepared(request)),
    open: (request) => send(context, request, request.signal),
  }
}

interface Context extends TransportOptions {
  readonly baseUrl: string
}

/** The key is made before the first try, so that every try carries the same. */
function prepared(request: RequestOptions): RequestOptions {
  if (request.method === 'GET') return request
  return { ...request, idempotencyKey: request.idempotencyKey ?? crypto.randomUUID() }
}

async function withRetries<T>(context: Context, request: RequestOptions): Promise<T> {
  const retriesMax = request.once ? 0 : (context.retriesMax ?? RETRIES_MAX)
  for (let retry = 0; ; retry += 1) {
    try {
      return await once<T>(context, request)
    } catch (error) {
      const waitMs = retryWait(error, retry, context)
      if (waitMs === undefined || retry >= retriesMax || request.signal?.aborted) throw error
      await (context.sleep ?? pause)(waitMs, request.signal)
    }
  }
}

async function once<T>(context: Context, request: RequestOptions): Promise<T> {
  const late = new AbortController()
  // the timer of `AbortSignal.timeout` keeps no process alive: it would end without a word instead
  const timer = setTimeout(
    () => late.abort(new DOMException('it took too long', 'TimeoutError')),
    context.timeoutMs ?? TIMEOUT_MS,
  )
  const signal = request.signal ? AbortSignal.any([request.signal, late.signal]) : late.signal
  try {
    const response = await send(context, request, signal)
    return response.status === 204 ? (undefined as T) : await jsonOf<T>(response, request)
  } finally {
    clearTimeout(timer)
  }
}

async function jsonOf<T>(response: Response, request: RequestOptions): Promise<T> {
  try {
    return (await response.json()) as T
  } catch (error) {
    if (request.signal?.aborted) throw error
    throw new EverycentUnreachable(response.url, 'the answer was cut off or is not JSON', {
      cause: error,
    })
  }
}

async function send(
  context: Context,
  request: RequestOptions,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const url = urlOf(context.baseUrl, request)
  const init: RequestInit = { method: request.method, headers: headersOf(context, request) }
  if (request.body !== undefined) init.body = JSON.stringify(request.body)
  if (signal) init.signal = signal
  let response: Response
  try {
    response = await (context.fetch ?? fetch)(url, init)
  } catch (error) {
    if (request.signal?.aborted) throw error
    throw new EverycentUnreachable(url, reasonOf(error), { cause: error })
  }
  if (!response.ok) throw await problemFrom(response)
  return response
}

function urlOf(baseUrl: string, request: RequestOptions): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one))
  }
  const text = query.toString()
  return `${baseUrl}${request.path}${text === '' ? '' : `?${text}`}`
}

function headersOf(context: Context, request: RequestOptions): Record<string, string> {
  return {
    accept: 'application/json',
    ...(context.token !== undefined && { authorization: `Bearer ${context.token}` }),
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
    ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
    ...request.headers,
  }
}

/** How long to wait before the next try; `undefined` when another try would not help. */
function retryWait(error: unknown, retry: number, context: Context): number | undefined {
  const backoffMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** retry)
  // Spread, so that clients that failed together do not come back together.
  const spreadMs = backoffMs * (0.5 + (context.random ?? Math.random)() / 2)
  if (error instanceof EverycentUnreachable) return spreadMs
  if (!(error instanceof EverycentProblem) || !TRANSIENT.has(error.status)) return undefined
  const asked = error.retryAfterMs
  if (asked === undefined) return spreadMs
  return asked <= (context.retryWaitMaxMs ?? RETRY_WAIT_MAX_MS)
    ? Math.max(asked, spreadMs)
    : undefined
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'it took too long'
  const cause = error.cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  const words: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
    ENOTFOUND: 'there is no host with this name (ENOTFOUND)',
    ECONNRESET: 'the connection was cut (ECONNRESET)',
  }
  return code === undefined ? error.message : (words[code] ?? code)
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
