import {
  COUNT_MAX,
  isRecord,
  type Json,
  listOf,
  type ParsedBody,
  type ReadContext,
} from './request.ts'

/** Content that has no bytes to count tokens by. */
export interface Media {
  images: number
  documents: number
  audioBytes: number
  /** Bytes of the body that are encoded media and no text. */
  encodedBytes: number
}

/** Tokens that something may bring which cannot be counted beforehand. */
export interface Allowance {
  readonly max: number
  readonly expected: number
}

/** What a provider may count for things whose tokens cannot be seen from here. */
const IMAGE: Allowance = { max: 5_000, expected: 1_600 }
const DOCUMENT: Allowance = { max: 150_000, expected: 15_000 }
const TOOLS: Allowance = { max: 1_500, expected: 400 }
const SEARCH: Allowance = { max: 5_000, expected: 1_000 }
/** A page that is fetched; where the request does not say how much of one, all of them together. */
const PAGE: Allowance = { max: 150_000, expected: 2_500 }
/** A conversation that the provider stores, and a prompt template. */
const STORED_CONTEXT: Allowance = { max: 128_000, expected: 8_000 }
/** What every request carries: roles, separators, an empty turn. */
const FRAME: Allowance = { max: 64, expected: 8 }
/** Ten tokens a second, in the most frugal encoding that is taken. */
const AUDIO_BYTES_PER_TOKEN_MAX = 300
const AUDIO_BYTES_PER_TOKEN_EXPECTED = 2_000

/** Beginnings and ends of the types of media blocks: cheap to look for in a long text. */
const MEDIA_WORDS = ['"image', 'input_image"', 'document"', 'file"', 'input_audio"']
const DEPTH_MAX = 32

/** An escape of a letter, a digit or an underscore, which nobody needs: names are made of these. */
const HIDING = /\\u00(?:3\d|[4-7])/i
const mayHide = (text: string): boolean => text.includes('\\u00') && HIDING.test(text)

/** Finds images, documents and audio. The text is searched first: most requests have none. */
export function mediaOf({ text, json }: Pick<ParsedBody, 'text' | 'json'>): Media {
  const media: Media = { images: 0, documents: 0, audioBytes: 0, encodedBytes: 0 }
  if (MEDIA_WORDS.some((word) => text.includes(word)) || mayHide(text)) collect(json, media, 0)
  return media
}

/** Whether a body has a name or a word anywhere, however it is written. */
export const says = ({ text, json }: Pick<ParsedBody, 'text' | 'json'>, word: string): boolean =>
  text.includes(`"${word}"`) || (mayHide(text) && holds(json, word, 0))

function holds(value: unknown, word: string, depth: number): boolean {
  if (typeof value === 'string') return value === word
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return false
  return Object.entries(value).some(([key, item]) => key === word || holds(item, word, depth + 1))
}

function collect(value: unknown, media: Media, depth: number): void {
  if (depth > DEPTH_MAX) return
  if (Array.isArray(value)) for (const item of value) collect(item, media, depth + 1)
  else if (isRecord(value) && !collectBlock(value, media))
    for (const item of Object.values(value)) collect(item, media, depth + 1)
}

/** True when the block is media and has been counted whole. */
function collectBlock(block: Readonly<Record<string, unknown>>, media: Media): boolean {
  switch (block.type) {
    case 'image':
    case 'image_url':
    case 'input_image':
      media.images += 1
      break
    case 'document':
      // a document of text or of content blocks is read like any text
      if (isRecord(block.source) && ['text', 'content'].includes(String(block.source.type)))
        return false
      media.documents += 1
      break
    case 'file':
    case 'input_file':
      media.documents += 1
      break
    case 'input_audio':
      media.audioBytes += encodedBytesOf(block, 0)
      break
    default:
      return false
  }
  media.encodedBytes += encodedBytesOf(block, 0)
  return true
}

const ENCODED_LENGTH_MIN = 256

function encodedBytesOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length >= ENCODED_LENGTH_MIN ? value.length : 0
  if (depth > 3 || typeof value !== 'object' || value === null) return 0
  let bytes = 0
  for (const item of Object.values(value)) bytes += encodedBytesOf(item, depth + 1)
  return bytes
}

export interface PromptParts {
  readonly bytes: number
  readonly media: Media
  readonly tools: boolean
  readonly searches: number
  readonly fetched: Allowance
  readonly storedContext: boolean
}

/** How many tokens the prompt has at most, and how many it is expected to have. */
export function promptBound(
  parts: PromptParts,
  context: ReadContext,
): { readonly promptTokensMax: number; readonly promptTokensExpected: number } {
  const { media } = parts
  const textBytes = Math.max(0, parts.bytes - media.encodedBytes)
  const of = (kind: 'max' | 'expected'): number =>
    FRAME[kind] +
    media.images * IMAGE[kind] +
    media.documents * DOCUMENT[kind] +
    (parts.tools ? TOOLS[kind] : 0) +
    parts.searches * SEARCH[kind] +
    parts.fetched[kind] +
    (parts.storedContext ? STORED_CONTEXT[kind] : 0)
  return {
    promptTokensMax:
      of('max') +
      Math.ceil(textBytes / context.bytesPerTokenMax) +
      Math.ceil(media.audioBytes / AUDIO_BYTES_PER_TOKEN_MAX),
    promptTokensExpected:
      of('expected') +
      Math.ceil(textBytes / context.bytesPerTokenExpected) +
      Math.ceil(media.audioBytes / AUDIO_BYTES_PER_TOKEN_EXPECTED),
  }
}

/** The most that the call can write: what it asks for, as far as its model can. */
export function outputBound(requested: number | null, model: string, context: ReadContext): number {
  const possible = context.maxOutputTokens(model)
  if (requested === null) return possible ?? context.outputTokensDefault
  return possible === null ? requested : Math.min(requested, possible)
}

/** How often a tool may be used; `null` when the request has no such tool. */
export function toolUses(
  tools: unknown,
  isTool: (type: string) => boolean,
  usesDefault: number,
): number | null {
  let uses: number | null = null
  for (const tool of listOf(tools)) {
    if (!isRecord(tool) || typeof tool.type !== 'string' || !isTool(tool.type)) continue
    uses = (uses ?? 0) + usesOf(tool, usesDefault)
  }
  return uses
}

const USES_MAX = 1_000
const usesOf = (tool: Json, usesDefault: number): number =>
  Math.min(countIn(tool.max_uses) ?? usesDefault, USES_MAX)

const countIn = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

export const NOTHING_FETCHED: Allowance = { max: 0, expected: 0 }

/** What pages may bring that the provider fetches on the way. */
export function fetchedBy(tools: unknown, usesDefault: number): Allowance {
  let { max, expected } = NOTHING_FETCHED
  for (const tool of listOf(tools)) {
    if (!isRecord(tool) || typeof tool.type !== 'string' || !tool.type.startsWith('web_fetch'))
      continue
    const uses = usesOf(tool, usesDefault)
    const each = Math.min(countIn(tool.max_content_tokens) ?? COUNT_MAX, COUNT_MAX)
    const own = tool.max_content_tokens === undefined ? PAGE.max : uses * each
    max += own
    expected += Math.min(own, uses * PAGE.expected)
  }
  return { max, expected }
}

const CODE_TOOLS = /^(?:code_execution|code_interpreter|bash|computer)/

/** Features of a request that plans and weights can name. */
export function featuresOf(flags: {
  readonly reasoning: boolean
  readonly tools: unknown
  readonly fast?: boolean
  readonly media: Media
}): string[] {
  const types = listOf(flags.tools).map((tool) => (isRecord(tool) ? String(tool.type ?? '') : ''))
  const features: (string | false)[] = [
    flags.reasoning && 'reasoning',
    types.length > 0 && 'tools',
    flags.fast === true && 'fast',
    types.some((type) => type.startsWith('web_search')) && 'web_search',
    types.some((type) => type.startsWith('web_fetch')) && 'web_fetch',
    types.some((type) => CODE_TOOLS.test(type)) && 'code_execution',
    types.includes('image_generation') && 'image_generation',
    flags.media.images > 0 && 'images',
    flags.media.documents > 0 && 'documents',
    flags.media.audioBytes > 0 && 'audio',
  ]
  return features.filter((feature) => feature !== false)
}
