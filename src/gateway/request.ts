import { isUtf8 } from 'node:buffer'
import type { UsageBound } from '../core/pricing/types.ts'
import type { Asked } from '../core/usage/index.ts'
import type { Dialect } from '../core/usage/usage.ts'
import { type Member, repeatedKey, topLevelMembers } from './json-members.ts'

export type Json = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A request that the provider would refuse, or that could not be metered. Answered with a 400. */
export interface BadRequest {
  readonly ok: false
  readonly message: string
  /** The member at fault. */
  readonly param: string | null
}

export const bad = (message: string, param: string | null = null): BadRequest => ({
  ok: false,
  message,
  param,
})

/** A body that is a JSON object of clean UTF-8 in which no key occurs twice. */
export interface ParsedBody {
  readonly ok: true
  readonly bytes: Buffer
  /** The bytes as Latin-1: one character a byte. */
  readonly text: string
  readonly json: Json
  readonly members: readonly Member[]
}

export function parseBody(bytes: Buffer): ParsedBody | BadRequest {
  if (!isUtf8(bytes)) return bad('The request body is not valid UTF-8.')
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    return bad('The request body is not valid JSON.')
  }
  if (!isRecord(json)) return bad('The request body is not a JSON object.')
  const text = bytes.toString('latin1')
  const members = topLevelMembers(text)
  const repeated = repeatedKey(members)
  return repeated === null
    ? { ok: true, bytes, text, json, members }
    : bad(`The request body has the member ${JSON.stringify(repeated)} twice.`, repeated)
}

/** Where the request bounds its output, so that it can be clamped. */
interface OutputLimit {
  /** The member that carries the limit; it is added when the request has none. */
  readonly member: string
  /** As requested, for one choice; `null` when the request does not say. */
  readonly requested: number | null
  /** Given to the provider where neither the request nor a price book bounds the output. */
  readonly assumed: number | null
  readonly choices: number
}

/** A metered request, understood as far as money needs it. */
export interface MeteredRequest {
  readonly ok: true
  readonly dialect: Dialect
  readonly model: string
  readonly stream: boolean
  readonly bound: UsageBound
  readonly minOutputTokens: number
  readonly features: readonly string[]
  readonly tier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly sessionId: string | null
  readonly limit: OutputLimit | null
  readonly asked: Asked
  /** Members that are set for the provider whatever the hold says. */
  readonly changes: Json
  /** Usage was asked for by us, so the client must not see it in the stream. */
  readonly stripUsage: boolean
}

/** What a reader of requests may look up. */
export interface ReadContext {
  readonly bytesPerTokenMax: number
  readonly bytesPerTokenExpected: number
  readonly outputTokensDefault: number
  readonly webSearchesDefault: number
  /** The most that a model can write; `null` when no price book says. */
  maxOutputTokens(model: string): number | null
}

/** Larger limits are mistakes: no model writes as much, and sums must stay exact. */
export const COUNT_MAX = 10_000_000

/** A whole number of the request within sane limits; `null` when it is absent. */
export function countOf(
  json: Json,
  member: string,
  min: number,
  max = COUNT_MAX,
): number | null | BadRequest {
  const value = json[member]
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
    return value
  return bad(`${member}: must be a whole number from ${min} to ${max}.`, member)
}

/** Whether an answer is to be streamed: only a true `true` is. */
export function streamOf(json: Json): boolean | BadRequest {
  const { stream } = json
  if (stream === undefined || stream === null) return false
  return typeof stream === 'boolean' ? stream : bad('stream: must be true or false.', 'stream')
}

/** Anything printable: ids of models are made by many, but not of control characters. */
const MODEL = /^[^\p{C}]{1,256}$/u

export function modelOf(json: Json): string | BadRequest {
  const { model } = json
  return typeof model === 'string' && MODEL.test(model)
    ? model
    : bad('model: a model id is required.', 'model')
}

/** The tier that was asked for. Without one the provider chooses, as with `auto`. */
export const tierOf = (value: unknown): string =>
  value === undefined || value === null ? 'auto' : (wordOf(value) ?? 'auto')

const WORD = /^[\w.:@-]{1,128}$/

/** A short word that can be kept as it is; anything else says nothing. */
export const wordOf = (value: unknown): string | null =>
  typeof value === 'string' && WORD.test(value) ? value : null
