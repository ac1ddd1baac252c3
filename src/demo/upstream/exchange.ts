import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BillOutcome } from './bill.ts'
import type { Directives, FaultName } from './faults.ts'
import type { Json } from './prompt.ts'
import { isRecord } from './prompt.ts'
import type { Quantities } from './reply.ts'
import type { Dialect } from './surface.ts'

/** One request in flight, read and understood. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly dialect: Dialect
  readonly apiKey: string
  readonly requestId: string
  readonly serial: string
  readonly startedMs: number
  readonly directives: Directives
  readonly attempt: number
  readonly body: Json
}

/** What one request ends as in the provider's book. */
export interface Ended {
  readonly surface: string
  readonly status: number
  readonly outcome: BillOutcome
  readonly billed: boolean
  readonly usage: Quantities
  readonly fault: FaultName | undefined
  readonly model?: string
  readonly tier?: string
}

export const modelOf = (body: Json): string => (typeof body.model === 'string' ? body.model : '')

export function retryCountOf(req: IncomingMessage): number {
  const value = Number(req.headers['x-stainless-retry-count'])
  return Number.isInteger(value) ? value : 0
}

/** The key of a request in either dialect's way of sending it. */
export function apiKeyOf(req: IncomingMessage): string | undefined {
  const { 'x-api-key': key, authorization } = req.headers
  if (typeof key === 'string' && key !== '') return key
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')
  return bearer?.[1]
}

/** Both providers have `/v1/models`; Anthropic's clients are known by their headers. */
export function dialectOf(req: IncomingMessage, path: string): Dialect {
  if (path.startsWith('/v1/messages')) return 'anthropic'
  const { 'anthropic-version': version, 'x-api-key': key } = req.headers
  return version !== undefined || key !== undefined ? 'anthropic' : 'openai'
}

/** `undefined` when the text is no JSON object. */
export function jsonObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
