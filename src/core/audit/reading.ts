import type { Dialect, TokenKind } from '../usage/usage.ts'
import { type Apart, takeApart } from './apart.ts'
import { LAYOUTS, type Layout, type Place } from './layouts.ts'

/**
 * Provider usage read a second time, from a table of where each dialect puts what. It shares no code
 * with `core/usage`, so that a fault there is not repeated here.
 */

export type Tokens = Readonly<Partial<Record<TokenKind, number>>>
export type Fees = Readonly<Record<string, number>>
type Fields = Readonly<Record<string, unknown>>

/** What the provider said, in disjoint quantities, with its own sums beside them. */
export interface Reading {
  readonly tokens: Tokens
  readonly fees: Fees
  /** The prompt as the provider counts it, cache included; `null`: unsaid. */
  readonly prompt: number | null
  /** The cache's and the media's shares, as stated. */
  readonly stated: Readonly<Record<'read' | 'write' | 'audio' | 'image', number>>
  /** The parts are no more than their wholes, and the wholes add up to the total. */
  readonly sound: boolean
  /** It cannot be read alone: several models served the call, or it does not say what it includes. */
  readonly compound: boolean
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** No call uses more than 10⁹ of anything: larger numbers are signs that were lost, or sums of others. */
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 1e9

/** A count of the provider; `null` where there is none that can be a count. */
function countAt(fields: Fields, name: string): number | null {
  const value = name in fields ? fields[name] : deep(fields, name)
  const isText = typeof value === 'string' && /^\d{1,15}$/.test(value)
  const count = isText ? parseInt(value, 10) : value
  return isCount(count) ? count : null
}

const deep = (fields: Fields, path: string): unknown => {
  const point = path.indexOf('.')
  if (point < 0) return fields[path]
  const inner = fields[path.slice(0, point)]
  return isFields(inner) ? deep(inner, path.slice(point + 1)) : undefined
}

/** Of several names for one quantity the lowest count. */
function sumAt(fields: Fields, place: Place): number | null {
  let sum: number | null = null
  for (const names of place) {
    const counts = names.map((name) => countAt(fields, name)).filter((own) => own !== null)
    if (counts.length > 0) sum = (sum ?? 0) + Math.min(...counts)
  }
  return sum
}

/** The usage object of an answer, or the value itself where it is a bare one. */
export function usageOf(dialect: Dialect, raw: unknown): Fields | null {
  if (!isFields(raw)) return null
  for (const member of LAYOUTS[dialect].members)
    if (member in raw) return isFields(raw[member]) ? raw[member] : null
  return raw
}

/** Reads one report; `null` where it holds no usage at all. */
export function read(dialect: Dialect, raw: unknown): Reading | null {
  const fields = usageOf(dialect, raw)
  if (!fields) return null
  const layout = LAYOUTS[dialect]
  const at: At = (name) => sumAt(fields, layout[name]) ?? undefined
  const fees = feesOf(fields, raw)
  const said = SAID.some((name) => at(name) !== undefined) || Object.keys(fees).length > 0
  if (!said) return null
  const media = {
    audio: at('audio') ?? mediaOf(fields.promptTokensDetails, 'AUDIO'),
    image: at('image') ?? mediaOf(fields.promptTokensDetails, 'IMAGE'),
  }
  const own = layout.inclusive ? inclusive(at, { fields, ...media }) : exclusive(at)
  return {
    tokens: own.quantities,
    fees,
    prompt: layout.inclusive ? (at('prompt') ?? null) : promptTotal(own.quantities),
    stated: {
      read: at('read') ?? 0,
      write: at('write') ?? 0,
      audio: media.audio ?? 0,
      image: media.image ?? 0,
    },
    sound: !own.contradictory,
    compound: isCompound(fields) || isAmbiguous(dialect, fields),
  }
}

type Quantity = Exclude<keyof Layout, 'members' | 'inclusive'>
type At = (name: Quantity) => number | undefined

const SAID: readonly Quantity[] = ['prompt', 'output', 'total', 'read', 'write', 'short', 'long']

interface Media {
  readonly fields: Fields
  readonly audio: number | undefined
  readonly image: number | undefined
}

const inclusive = (at: At, { fields, audio, image }: Media): Apart =>
  takeApart({
    prompt: at('prompt'),
    written: at('output'),
    total: at('total'),
    uncached: at('uncached'),
    cached: at('read'),
    cacheWrites: at('write'),
    audio,
    image,
    cachedAudio: mediaOf(fields.cacheTokensDetails, 'AUDIO'),
    cachedImage: mediaOf(fields.cacheTokensDetails, 'IMAGE'),
    text: at('text'),
    reasoning: at('reasoning'),
    audioOut: at('outputAudio') ?? mediaOf(fields.candidatesTokensDetails, 'AUDIO'),
    imageOut: at('outputImage') ?? mediaOf(fields.candidatesTokensDetails, 'IMAGE'),
  })

/** Input beside the cache; thoughts are part of the output. */
function exclusive(at: At): Apart {
  const [output = 0, thought = 0] = [at('output'), at('reasoning')]
  const writes = writesApart(at)
  const fits = thought <= output
  return {
    quantities: {
      input: at('prompt') ?? 0,
      cache_read: at('read') ?? 0,
      ...writes.quantities,
      output: fits ? output - thought : output,
      reasoning: fits ? thought : 0,
    },
    contradictory: writes.contradictory || !fits,
  }
}

/** Writes by lifetime where it is said; of a split and a total that differ the lower one. */
function writesApart(at: At): Apart {
  const [short, long, stated] = [at('short'), at('long'), at('write')]
  if (short === undefined && long === undefined)
    return { quantities: { cache_write: stated ?? 0 }, contradictory: false }
  const split = (short ?? 0) + (long ?? 0)
  const unsaid = (stated ?? split) - split
  if (unsaid > 0 && (short === undefined || long === undefined))
    return {
      quantities: { cache_write: unsaid, cache_write_5m: short ?? 0, cache_write_1h: long ?? 0 },
      contradictory: false,
    }
  const excess = Math.max(0, -unsaid)
  const cut = Math.min(excess, long ?? 0)
  return {
    quantities: {
      cache_write_5m: (short ?? 0) - (excess - cut),
      cache_write_1h: (long ?? 0) - cut,
    },
    contradictory: unsaid !== 0,
  }
}

/** Gemini states media in lists of modalities. */
function mediaOf(list: unknown, modality: string): number | undefined {
  if (!Array.isArray(list)) return undefined
  let sum = 0
  for (const item of list)
    if (isFields(item) && item.modality === modality) sum += countAt(item, 'tokenCount') ?? 0
  return sum
}

/** Whoever asks makes these calls, or has them made, and the provider charges for their tokens only. */
const OWN_TOOLS = /^(?:function|custom_tool|computer|local_shell|apply_patch|mcp|tool_search)$/

/** Fees follow the tool calls that the answer reports. */
function feesOf(fields: Fields, raw: unknown): Fees {
  const fees: Record<string, number> = {}
  const tools = isFields(fields.server_tool_use) ? fields.server_tool_use : {}
  for (const name of Object.keys(tools))
    if (name.endsWith('_requests'))
      fees[name.slice(0, -'_requests'.length)] = countAt(tools, name) ?? 0
  const items = isFields(raw) && Array.isArray(raw.output) ? raw.output.filter(isFields) : []
  const paid = items.flatMap((item) => paidOf(item) ?? [])
  for (const tool of new Set(paid.map(({ name }) => name))) {
    const own = paid.filter(({ name }) => name === tool)
    // one container is paid for once, however often something runs in it
    const places = new Set(own.flatMap(({ place }) => place ?? []))
    fees[tool] = places.size + own.filter(({ place }) => place === undefined).length
  }
  return fees
}

/** The tool of an item that is paid for, and the container that it ran in; `null`: it costs nothing. */
function paidOf(item: Fields): { readonly name: string; readonly place?: string } | null {
  const name = typeof item.type === 'string' ? /^(.+)_call$/.exec(item.type)?.[1] : undefined
  if (name === undefined || OWN_TOOLS.test(name)) return null
  if (item.status !== undefined && item.status !== 'completed') return null
  const place = item.container_id ?? deep(item, 'environment.container_id')
  const isRun = typeof place === 'string' && place !== ''
  if (name === 'shell' && !isRun) return null
  if (name === 'web_search' && !isSearch(item)) return null
  return isRun ? { name, place } : { name }
}

const isSearch = ({ action }: Fields): boolean =>
  !isFields(action) || action.type === undefined || action.type === 'search'

const isCompound = (fields: Fields): boolean =>
  Array.isArray(fields.iterations) &&
  fields.iterations.some((item) => isFields(item) && item.type !== 'message')

export const PROMPT_KINDS: readonly TokenKind[] = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'cache_write',
  'input_audio',
  'input_image',
]

/** The whole prompt: what decides the band. */
export const promptTotal = (tokens: Tokens): number =>
  PROMPT_KINDS.reduce((sum, kind) => sum + (tokens[kind] ?? 0), 0)

/** Older records of this dialect mean by the input whatever the provider behind it means. */
const isAmbiguous = (dialect: Dialect, fields: Fields): boolean =>
  dialect === 'ai_sdk' && !isFields(fields.inputTokenDetails) && 'cachedInputTokens' in fields
