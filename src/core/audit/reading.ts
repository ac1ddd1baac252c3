import type { Dialect, TokenKind } from '../usage/usage.ts'

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
  readonly output: number | null
  /** The cache's and the media's shares, as stated. */
  readonly stated: Readonly<Record<'read' | 'write' | 'reasoning' | 'audio' | 'image', number>>
  /** The parts are no more than their wholes, and the wholes add up to the total. */
  readonly sound: boolean
  /** More than one model served the call: its parts are not read here. */
  readonly compound: boolean
}

/** Where a dialect puts a quantity: of several names the first that is there; of several groups the sum. */
type Place = readonly (readonly string[])[]

interface Layout {
  readonly members: readonly string[]
  /** The prompt's count holds the cached tokens as well. */
  readonly inclusive: boolean
  readonly prompt: Place
  readonly output: Place
  readonly total: Place
  readonly read: Place
  readonly write: Place
  readonly short: Place
  readonly long: Place
  readonly reasoning: Place
  readonly audio: Place
  readonly image: Place
  readonly outputAudio: Place
  readonly outputImage: Place
}

const NONE: Place = []
const BARE = {
  members: ['usage'],
  inclusive: true,
  total: NONE,
  write: NONE,
  short: NONE,
  long: NONE,
  audio: NONE,
  image: NONE,
  outputAudio: NONE,
  outputImage: NONE,
}

const openAi = (input: string, output: string): Layout => ({
  ...BARE,
  prompt: [[`${input}_tokens`]],
  output: [[`${output}_tokens`]],
  total: [['total_tokens']],
  read: [[`${input}_tokens_details.cached_tokens`]],
  write: [[`${input}_tokens_details.cache_write_tokens`]],
  reasoning: [[`${output}_tokens_details.reasoning_tokens`]],
  audio: [[`${input}_tokens_details.audio_tokens`]],
  image: [[`${input}_tokens_details.image_tokens`]],
  outputAudio: [[`${output}_tokens_details.audio_tokens`]],
  outputImage: [[`${output}_tokens_details.image_tokens`]],
})

const LAYOUTS: Readonly<Record<Dialect, Layout>> = {
  anthropic: {
    ...BARE,
    inclusive: false,
    prompt: [['input_tokens']],
    output: [['output_tokens']],
    read: [['cache_read_input_tokens']],
    write: [['cache_creation_input_tokens']],
    short: [['cache_creation.ephemeral_5m_input_tokens']],
    long: [['cache_creation.ephemeral_1h_input_tokens']],
    reasoning: [['output_tokens_details.thinking_tokens']],
  },
  openai_chat: openAi('prompt', 'completion'),
  openai_responses: openAi('input', 'output'),
  gemini: {
    ...BARE,
    members: ['usageMetadata'],
    prompt: [['promptTokenCount'], ['toolUsePromptTokenCount']],
    output: [['candidatesTokenCount'], ['thoughtsTokenCount']],
    total: [['totalTokenCount']],
    read: [['cachedContentTokenCount']],
    reasoning: [['thoughtsTokenCount']],
  },
  otel: {
    ...BARE,
    members: ['attributes'],
    prompt: [['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens']],
    output: [['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens']],
    total: [['gen_ai.usage.total_tokens']],
    read: [
      [
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.cache_read_tokens',
      ],
    ],
    write: [
      [
        'gen_ai.usage.cache_write.input_tokens',
        'gen_ai.usage.cache_creation.input_tokens',
        'gen_ai.usage.cache_creation_input_tokens',
        'gen_ai.usage.cache_write_tokens',
      ],
    ],
    reasoning: [['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens']],
  },
  ai_sdk: {
    ...BARE,
    prompt: [['inputTokens']],
    output: [['outputTokens']],
    total: [['totalTokens']],
    read: [['inputTokenDetails.cacheReadTokens', 'cachedInputTokens']],
    write: [['inputTokenDetails.cacheWriteTokens']],
    reasoning: [['outputTokenDetails.reasoningTokens', 'reasoningTokens']],
  },
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A count of the provider; `null` where there is none that can be a count. */
function countAt(fields: Fields, name: string): number | null {
  const value = name in fields ? fields[name] : deep(fields, name)
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return parseInt(value, 10)
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null
}

const deep = (fields: Fields, path: string): unknown => {
  const point = path.indexOf('.')
  if (point < 0) return fields[path]
  const inner = fields[path.slice(0, point)]
  return isFields(inner) ? deep(inner, path.slice(point + 1)) : undefined
}

function sumAt(fields: Fields, place: Place): number | null {
  let sum: number | null = null
  for (const names of place)
    for (const name of names) {
      const count = countAt(fields, name)
      if (count === null) continue
      sum = (sum ?? 0) + count
      break
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
  const at = (name: Exclude<keyof Layout, 'members' | 'inclusive'>) => sumAt(fields, layout[name])
  const lifetimes = { short: at('short'), long: at('long') }
  const split = lifetimes.short !== null || lifetimes.long !== null
  const divided = (lifetimes.short ?? 0) + (lifetimes.long ?? 0)
  const written = at('write') ?? divided
  const cached = at('read') ?? 0
  const [own, output, total] = [at('prompt'), at('output'), at('total')]
  const prompt = own === null || layout.inclusive ? own : own + cached + written
  const media = {
    audio: mediaOf(fields, at('audio'), 'AUDIO'),
    image: mediaOf(fields, at('image'), 'IMAGE'),
  }
  const counts = {
    prompt: prompt ?? cached + written,
    read: cached,
    written,
    split: split ? { short: lifetimes.short ?? 0, long: lifetimes.long ?? 0 } : null,
    output: output ?? 0,
    reasoning: at('reasoning') ?? 0,
    ...media,
    spoken: at('outputAudio') ?? 0,
    drawn: at('outputImage') ?? 0,
  }
  const fees = feesOf(fields, raw)
  if (own === null && output === null && total === null && cached + written === 0) {
    if (Object.keys(fees).length === 0) return null
  }
  return {
    tokens: disjoint(counts),
    fees,
    prompt,
    output,
    stated: {
      read: cached,
      write: written,
      reasoning: counts.reasoning,
      audio: media.audio,
      image: media.image,
    },
    sound: isSound(counts, total, layout.inclusive) && (!split || divided === written),
    compound: isCompound(fields),
  }
}

interface Counts {
  readonly prompt: number
  readonly read: number
  readonly written: number
  readonly split: { readonly short: number; readonly long: number } | null
  readonly output: number
  readonly reasoning: number
  readonly audio: number
  readonly image: number
  readonly spoken: number
  readonly drawn: number
}

/** The parts of the whole: of media only what was certainly not cached is media, the rest is text. */
function disjoint(own: Counts): Tokens {
  const read = Math.min(own.read, own.prompt)
  const written = Math.min(own.written, own.prompt - read)
  const fresh = own.prompt - read - written
  const certain = (count: number): number => Math.max(0, count - read - written)
  const fits = certain(own.audio) + certain(own.image) <= fresh
  const [audio, image] = fits ? [certain(own.audio), certain(own.image)] : [0, 0]
  const reasoning = own.reasoning <= own.output ? own.reasoning : 0
  const media = own.spoken + own.drawn <= own.output - reasoning ? own.spoken + own.drawn : 0
  return {
    input: fresh - audio - image,
    cache_read: read,
    ...(own.split
      ? { cache_write_5m: own.split.short, cache_write_1h: own.split.long }
      : { cache_write: written }),
    input_audio: audio,
    input_image: image,
    output: own.output - reasoning - media,
    reasoning,
    output_audio: media === 0 ? 0 : own.spoken,
    output_image: media === 0 ? 0 : own.drawn,
  }
}

function isSound(own: Counts, total: number | null, inclusive: boolean): boolean {
  if (inclusive && total !== null && total !== own.prompt + own.output) return false
  return (
    own.read + own.written <= own.prompt && own.reasoning + own.spoken + own.drawn <= own.output
  )
}

/** Gemini states media in lists of modalities. */
function mediaOf(fields: Fields, named: number | null, modality: string): number {
  const list = fields.promptTokensDetails
  if (named !== null || !Array.isArray(list)) return named ?? 0
  let sum = 0
  for (const item of list)
    if (isFields(item) && item.modality === modality) sum += countAt(item, 'tokenCount') ?? 0
  return sum
}

const TOOL_ITEMS: Readonly<Record<string, string>> = {
  web_search_call: 'web_search',
  file_search_call: 'file_search',
}

/** Fees follow the tool calls that the answer reports. */
function feesOf(fields: Fields, raw: unknown): Fees {
  const fees: Record<string, number> = {}
  const tools = fields.server_tool_use
  if (isFields(tools))
    for (const name of Object.keys(tools))
      if (name.endsWith('_requests')) fees[name.slice(0, -9)] = countAt(tools, name) ?? 0
  const items = isFields(raw) ? raw.output : undefined
  if (Array.isArray(items))
    for (const item of items) {
      const fee =
        isFields(item) && typeof item.type === 'string' ? TOOL_ITEMS[item.type] : undefined
      if (fee !== undefined && isSearch(item as Fields)) fees[fee] = (fees[fee] ?? 0) + 1
    }
  return fees
}

const isSearch = ({ status, action }: Fields): boolean =>
  (status === undefined || status === 'completed') &&
  (!isFields(action) || action.type === undefined || action.type === 'search')

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
