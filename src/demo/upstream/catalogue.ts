import { apiError, unknownModel } from './errors.ts'
import { type Json, tokensOfBytes } from './prompt.ts'
import { type ApiError, type Dialect, numberOf } from './surface.ts'

/** Names with this beginning do not exist; every other name is served, listed or not. */
export const MISSING_PREFIX = 'missing-'

const ANTHROPIC_MODELS = [
  { id: 'claude-fable-5.2', name: 'Claude Fable 5.2', line: 'fable' },
  { id: 'claude-opus-5.5', name: 'Claude Opus 5.5', line: 'opus' },
  { id: 'claude-sonnet-5.5', name: 'Claude Sonnet 5.5', line: 'sonnet' },
  { id: 'claude-haiku-5.5', name: 'Claude Haiku 5.5', line: 'haiku' },
  { id: 'claude-haiku-4.5', name: 'Claude Haiku 4.5', line: 'haiku' },
] as const

const OPENAI_MODELS = [
  'gpt-6.1-sol',
  'gpt-5.5',
  'gpt-5.4',
  'gpt-5.4-mini',
  'text-embedding-3-small',
]
const OPENAI_CREATED = 1_790_000_000

function anthropicModel(id: string): Json {
  const listed = ANTHROPIC_MODELS.find((model) => model.id === id)
  return {
    type: 'model',
    id,
    display_name: listed?.name ?? id,
    created_at: '2026-09-01T00:00:00Z',
    lifecycle: 'active',
    line: listed?.line ?? null,
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    deprecated_at: null,
    retires_at: null,
    capabilities: null,
  }
}

const openAiModel = (id: string): Json => ({
  id,
  object: 'model',
  created: OPENAI_CREATED,
  owned_by: 'system',
})

/** `GET /v1/models`; Anthropic's list is paged by `limit` and `after_id`. */
export function modelList(dialect: Dialect, query: URLSearchParams): Json {
  if (dialect === 'openai') return { object: 'list', data: OPENAI_MODELS.map(openAiModel) }
  const limit = Number(query.get('limit') ?? 20)
  const ids: string[] = ANTHROPIC_MODELS.map((model) => model.id)
  const start = ids.indexOf(query.get('after_id') ?? '') + 1
  const page = ids.slice(start, start + limit)
  return {
    data: page.map(anthropicModel),
    has_more: start + page.length < ids.length,
    first_id: page[0] ?? null,
    last_id: page.at(-1) ?? null,
  }
}

export function modelById(dialect: Dialect, id: string): Json | ApiError {
  if (id.startsWith(MISSING_PREFIX)) return unknownModel(dialect, id)
  return dialect === 'anthropic' ? anthropicModel(id) : openAiModel(id)
}

const DEFAULT_DIMENSIONS = 1536
const DIMENSIONS_MAX = 4096
const vectors = new Map<number, { floats: number[]; base64: string }>()

/** One unit vector for each length: the meter cares for the tokens, not for the meaning. */
function vectorOf(dimensions: number): { floats: number[]; base64: string } {
  const known = vectors.get(dimensions)
  if (known) return known
  const floats = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions))
  const vector = {
    floats: Array.from(floats),
    base64: Buffer.from(floats.buffer).toString('base64'),
  }
  vectors.set(dimensions, vector)
  return vector
}

const bytesOf = (text: string): number => tokensOfBytes(Buffer.byteLength(text))

/** The tokens of each input; `undefined` when the input has none of the allowed forms. */
function inputTokens(input: unknown): number[] | undefined {
  if (typeof input === 'string') return [bytesOf(input)]
  if (!Array.isArray(input) || input.length === 0) return undefined
  if (input.every((item) => typeof item === 'number')) return [input.length]
  const counts: number[] = []
  for (const item of input) {
    if (typeof item === 'string') counts.push(bytesOf(item))
    else if (Array.isArray(item)) counts.push(item.length)
    else return undefined
  }
  return counts
}

export interface EmbeddingAnswer {
  readonly tokens: number
  readonly body: string
}

export function embeddings(body: Json, servedModel: string): EmbeddingAnswer | ApiError {
  const counts = inputTokens(body.input)
  if (!counts) {
    return apiError('openai', 400, "'$.input' is invalid.", { param: 'input' })
  }
  const dimensions = Math.min(DIMENSIONS_MAX, numberOf(body.dimensions) || DEFAULT_DIMENSIONS)
  const vector = vectorOf(dimensions)
  const embedding = body.encoding_format === 'base64' ? vector.base64 : vector.floats
  const tokens = counts.reduce((total, count) => total + count, 0)
  const answer = {
    object: 'list',
    data: counts.map((_, index) => ({ object: 'embedding', index, embedding })),
    model: servedModel,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
  return { tokens, body: JSON.stringify(answer) }
}
