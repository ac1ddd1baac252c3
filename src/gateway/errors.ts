import type { ServerResponse } from 'node:http'
import type { RefusalFacts } from '../core/ledger/entry.ts'
import type { DialectName } from './types.ts'

/** An error of the gateway itself, before its dialect gives it a shape. */
export interface GatewayError {
  readonly status: number
  readonly message: string
  /** Our code, also for OpenAI's `code` where it has none of its own. */
  readonly code: string
  readonly param?: string | null
  /** Whether official clients shall try again by themselves; absent leaves it to the status. */
  readonly retry?: boolean
  readonly retryAfterMs?: number
  readonly allow?: string
  readonly callId?: string
  /** Facts for programs, beside the sentence for people. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** The answer ends the connection, since the request was not read to its end. */
  readonly close?: boolean
}

const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  409: 'conflict_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  402: 'insufficient_quota',
  429: 'rate_limit_error',
}

/** The error as the dialect's own clients expect it, with ours beside. */
function errorBody(dialect: DialectName, error: GatewayError): string {
  const everycent = { code: error.code, charged: '0', ...error.facts }
  const { message, status } = error
  if (dialect === 'anthropic') {
    const type = ANTHROPIC_TYPES[status] ?? 'api_error'
    const own = { type, message, details: { error_code: error.code }, everycent }
    return JSON.stringify({ type: 'error', error: own, request_id: error.callId ?? null })
  }
  const type = OPENAI_TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error')
  const code = OPENAI_CODES[error.code] ?? error.code
  return JSON.stringify({ error: { message, type, param: error.param ?? null, code, everycent } })
}

/** Where OpenAI has a word for it, its clients look for that word. */
const OPENAI_CODES: Readonly<Record<string, string>> = {
  funds_exhausted: 'insufficient_quota',
  paid_use_off: 'insufficient_quota',
  cap_reached: 'insufficient_quota',
  window_exhausted: 'rate_limit_exceeded',
  invalid_key: 'invalid_api_key',
}

const SECOND_MS = 1_000

/** What Anthropic says of itself when it is overloaded, and its clients wait for; OpenAI says 503. */
const ANTHROPIC_OVERLOADED = 529
const OVERLOADED: ReadonlySet<string> = new Set(['engine_overloaded', 'gateway_overloaded'])

const inDialect = (dialect: DialectName, error: GatewayError): GatewayError =>
  dialect === 'anthropic' && OVERLOADED.has(error.code)
    ? { ...error, status: ANTHROPIC_OVERLOADED }
    : error

/** Header names and values of an error: when to come again, and whether to. */
function errorHeaders(error: GatewayError): string[] {
  const headers = ['content-type', 'application/json', 'everycent-source', 'gateway']
  if (error.retry !== undefined) headers.push('x-should-retry', String(error.retry))
  if (error.retryAfterMs !== undefined) {
    // official clients take the finer one where there is one
    if (error.retry !== false) headers.push('retry-after-ms', String(error.retryAfterMs))
    headers.push('retry-after', String(Math.ceil(error.retryAfterMs / SECOND_MS)))
  }
  if (error.allow !== undefined) headers.push('allow', error.allow)
  if (error.close) headers.push('connection', 'close')
  return headers
}

/**
 * Sends an error; `false` where an answer has begun already, or the client left. The response ends here,
 * unless the rest of the request has still to be read.
 */
export function sendError(
  res: ServerResponse,
  dialect: DialectName,
  given: GatewayError,
  more: readonly string[] = [],
): boolean {
  if (res.headersSent || res.destroyed) return false
  const error = inDialect(dialect, given)
  const body = Buffer.from(errorBody(dialect, error))
  const headers = [...errorHeaders(error), 'content-length', String(body.length), ...more]
  res.writeHead(error.status, headers)
  if (error.close) res.write(body)
  else res.end(body)
  return true
}

/** The status that says it best; what is not about money or limits is about the request. */
export const REFUSAL_STATUS: Readonly<Partial<Record<RefusalFacts['code'], number>>> = {
  account_unknown: 401,
  funds_exhausted: 402,
  cap_reached: 402,
  paid_use_off: 402,
  blocked_by_plan: 403,
  model_unpriced: 403,
  account_parked: 403,
  request_conflict: 409,
  call_in_flight: 409,
  call_already_settled: 409,
  hold_unknown: 409,
  hold_released: 409,
  window_exhausted: 429,
}
