import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Dispatcher, Pool } from 'undici'
import type { PromptWriter } from '../traces.ts'
import type { CallResult, Ending, PlannedCall } from './call.ts'
import { bodyOf, headersOf, pathOf } from './request.ts'
import { isRetried, RETRIES_MAX, waitMs } from './retry.ts'
import { StreamEnd } from './stream.ts'

export interface CallerOptions {
  /** The gateway. */
  readonly baseUrl: string
  readonly connections: number
  /** The secret of a key by its name. */
  readonly secretOf: (key: string) => string
  readonly writer: PromptWriter
  readonly random: () => number
  /** Waits are divided by this: nobody wants to watch a back-off. */
  readonly haste: number
}

/** Makes calls as a customer's program with an official SDK would: over HTTP, with its retries. */
export interface Caller {
  call(call: PlannedCall): Promise<CallResult>
  close(): Promise<void>
}

interface Attempt {
  readonly ending: Ending
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly code: string | null
  readonly message: string | null
  readonly retry: boolean
}

export function createCaller(options: CallerOptions): Caller {
  const pool = new Pool(new URL(options.baseUrl).origin, {
    connections: options.connections,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  })
  return {
    call: (call) => callWithRetries(pool, options, call),
    close: () => pool.close(),
  }
}

async function callWithRetries(
  pool: Pool,
  options: CallerOptions,
  call: PlannedCall,
): Promise<CallResult> {
  const body = bodyOf(call, options.writer)
  for (let retryCount = 0; ; retryCount += 1) {
    const headers = headersOf(call, options.secretOf(call.key), retryCount)
    const done = await attempt(pool, call, { headers, body, first: retryCount === 0 })
    if (!done.retry || retryCount >= RETRIES_MAX) {
      const { ending, status, code, message } = done
      const attempts = retryCount + 1
      return { call, ending, status, code, message, attempts, receiptId: receiptOf(done.headers) }
    }
    await sleep(waitMs(done.headers, retryCount, options.random) / options.haste)
  }
}

const receiptOf = (headers: IncomingHttpHeaders): string | null =>
  typeof headers['everycent-receipt'] === 'string' ? headers['everycent-receipt'] : null

interface Sent {
  readonly headers: Record<string, string>
  readonly body: Buffer
  readonly first: boolean
}

async function attempt(pool: Pool, call: PlannedCall, sent: Sent): Promise<Attempt> {
  const { manner } = call
  const leaving = new AbortController()
  const isTimed = manner.type === 'gives_up' || (manner.type === 'loses_answer' && sent.first)
  const timer = isTimed ? setTimeout(() => leaving.abort(), manner.afterMs) : undefined
  try {
    const response = await pool.request({
      method: 'POST',
      path: pathOf(call),
      headers: sent.headers,
      body: sent.body,
      signal: leaving.signal,
    })
    return await read(call, response, leaving)
  } catch {
    // Whoever left on purpose is not surprised; any other lost connection is tried again.
    const retry = manner.type !== 'gives_up'
    const ending = retry ? 'failed' : 'hung_up'
    return { ending, status: 0, headers: {}, code: 'connection_lost', message: null, retry }
  } finally {
    clearTimeout(timer)
  }
}

async function read(
  call: PlannedCall,
  response: Dispatcher.ResponseData,
  leaving: AbortController,
): Promise<Attempt> {
  const { statusCode: status, headers } = response
  if (status >= 400) return refusedOrFailed(status, headers, await response.body.text())
  const common = { status, headers, code: null, message: null, retry: false }
  if (!call.stream) {
    await response.body.dump({ limit: Number.MAX_SAFE_INTEGER })
    return { ...common, ending: 'answered' }
  }
  return { ...common, ending: await readStream(call, response, leaving) }
}

async function readStream(
  call: PlannedCall,
  response: Dispatcher.ResponseData,
  leaving: AbortController,
): Promise<Ending> {
  const { manner } = call
  const end = new StreamEnd()
  try {
    for await (const chunk of response.body) {
      end.push(chunk as Buffer)
      if (manner.type === 'hangs_up' && end.bytes >= manner.afterBytes && !end.finished) {
        leaving.abort()
        return 'hung_up'
      }
    }
  } catch {
    // What the SDKs throw in the middle of a stream is not tried again: text has been read.
    return 'broken'
  }
  return end.whole ? 'answered' : 'broken'
}

/** The statuses of our own limits; with any other one, trouble speaks. */
const REFUSALS = new Set([402, 403, 429])

/** A block of ours names its limit in the dialect's error object; a provider's 429 does not. */
function refusedOrFailed(status: number, headers: IncomingHttpHeaders, text: string): Attempt {
  const { own, type, message } = errorOf(text)
  const isBlock = own !== null && REFUSALS.has(status)
  const retry = isRetried(status, headers)
  const common = { status, headers, code: own ?? type, retry }
  return isBlock
    ? { ...common, ending: 'refused', message }
    : { ...common, ending: 'failed', message: null }
}

interface ErrorBody {
  readonly error?: {
    readonly type?: unknown
    readonly message?: unknown
    readonly everycent?: { readonly code?: unknown }
  }
}

function errorOf(text: string): Record<'own' | 'type' | 'message', string | null> {
  try {
    const { error } = JSON.parse(text) as ErrorBody
    const { type, message } = error ?? {}
    return {
      own: textOf(error?.everycent?.code),
      type: textOf(type),
      message: textOf(message),
    }
  } catch {
    return { own: null, type: null, message: null }
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
