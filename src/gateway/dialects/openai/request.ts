import type { TokenKind } from '../../../core/usage/usage.ts'
import {
  featuresOf,
  type Media,
  mediaOf,
  NOTHING_FETCHED,
  outputBound,
  promptBound,
  toolUses,
} from '../../bound.ts'
import {
  type BadRequest,
  bad,
  countOf,
  isRecord,
  type Json,
  listOf,
  type MeteredRequest,
  modelOf,
  type ParsedBody,
  type ReadContext,
  streamOf,
  tierOf,
  wordOf,
} from '../../request.ts'

const CHOICES_MAX = 128
/** The least that the Responses API takes as `max_output_tokens`. */
const RESPONSES_OUTPUT_MIN = 16

/** Caching is automatic, so every prompt can be read from a cache or written to it. */
const PROMPT_KINDS: readonly TokenKind[] = ['input', 'cache_read', 'cache_write']

/** Reads `POST /v1/chat/completions`. */
export function readChat(body: ParsedBody, context: ReadContext): MeteredRequest | BadRequest {
  const { json } = body
  const base = baseOf(json)
  if ('ok' in base) return base
  if (!Array.isArray(json.messages))
    return bad("Missing required parameter: 'messages'.", 'messages')
  const choices = countOf(json, 'n', 1, CHOICES_MAX) ?? 1
  if (typeof choices === 'object') return choices
  const member =
    json.max_completion_tokens == null && json.max_tokens != null
      ? 'max_tokens'
      : 'max_completion_tokens'
  const requested = countOf(json, member, 1)
  if (typeof requested === 'object' && requested !== null) return requested
  const options = json.stream_options ?? {}
  if (!isRecord(options)) return bad('stream_options: must be an object.', 'stream_options')
  const stripUsage = base.stream && options.include_usage !== true
  return {
    ...metered(body, context, {
      ...base,
      requested,
      choices,
      reasoning: isEffort(json.reasoning_effort),
      storedContext: false,
    }),
    dialect: 'openai_chat',
    minOutputTokens: choices,
    limit: { member, requested, choices, assumed: assumedLimit(base.model, requested, context) },
    asked: { choices, searches: searchesByModel(json) },
    changes: stripUsage ? { stream_options: { ...options, include_usage: true } } : {},
    stripUsage,
  }
}

/** Reads `POST /v1/responses`. */
export function readResponses(body: ParsedBody, context: ReadContext): MeteredRequest | BadRequest {
  const { json } = body
  const base = baseOf(json)
  if ('ok' in base) return base
  // its result would be fetched later, past the meter
  if (json.background != null && json.background !== false)
    return bad('background: is not supported through this gateway.', 'background')
  const requested = countOf(json, 'max_output_tokens', 1)
  if (typeof requested === 'object' && requested !== null) return requested
  return {
    ...metered(body, context, {
      ...base,
      requested,
      choices: 1,
      reasoning: isRecord(json.reasoning) && isEffort(json.reasoning.effort),
      storedContext: hasStoredContext(json),
    }),
    dialect: 'openai_responses',
    minOutputTokens: Math.min(requested ?? RESPONSES_OUTPUT_MIN, RESPONSES_OUTPUT_MIN),
    limit: {
      ...{ member: 'max_output_tokens', requested, choices: 1 },
      assumed: assumedLimit(base.model, requested, context),
    },
  }
}

const STORED = ['previous_response_id', 'conversation', 'prompt']

const hasStoredContext = (json: Json): boolean =>
  STORED.some((member) => json[member] != null) || listOf(json.input).some(isReference)

/** An item that the provider has stored. Its type may be left out, and then it has nothing but its id. */
const isReference = (item: unknown): boolean =>
  isRecord(item) &&
  (item.type === 'item_reference' || (item.type == null && item.role == null && item.id != null))

/** Without any other limit, the one that the hold is for is given to the provider. */
const assumedLimit = (
  model: string,
  requested: number | null,
  context: ReadContext,
): number | null =>
  requested === null && context.maxOutputTokens(model) === null ? context.outputTokensDefault : null

/** Reads `POST /v1/embeddings`: nothing is written, so only the prompt costs. */
export function readEmbeddings(
  body: ParsedBody,
  context: ReadContext,
): MeteredRequest | BadRequest {
  const { json } = body
  const base = baseOf(json)
  if ('ok' in base) return base
  if (json.input == null) return bad("Missing required parameter: 'input'.", 'input')
  const read = metered(body, context, {
    ...base,
    requested: 0,
    choices: 1,
    reasoning: false,
    storedContext: false,
  })
  const bound = {
    ...read.bound,
    promptKinds: ['input'] as const,
    maxOutputTokens: 0,
    outputKinds: [],
  }
  return { ...read, stream: false, bound, dialect: 'openai_chat', minOutputTokens: 0, limit: null }
}

interface Base {
  readonly model: string
  readonly stream: boolean
}

function baseOf(json: Json): Base | BadRequest {
  const model = modelOf(json)
  if (typeof model === 'object') return model
  const stream = streamOf(json)
  return typeof stream === 'object' ? stream : { model, stream }
}

interface Asked extends Base {
  /** For one choice. */
  readonly requested: number | null
  readonly choices: number
  readonly reasoning: boolean
  readonly storedContext: boolean
}

function metered(
  body: ParsedBody,
  context: ReadContext,
  asked: Asked,
): Omit<MeteredRequest, 'dialect' | 'minOutputTokens' | 'limit'> {
  const { json, bytes } = body
  const media = mediaOf(body)
  const searches = searchesOf(json, context)
  const tools = listOf(json.tools).length > 0
  const used = { tools, searches: searches ?? 0, fetched: NOTHING_FETCHED }
  const { storedContext } = asked
  return {
    ok: true,
    model: asked.model,
    stream: asked.stream,
    bound: {
      ...promptBound({ bytes: bytes.length, media, ...used, storedContext }, context),
      promptKinds: promptKinds(media),
      maxOutputTokens: asked.choices * outputBound(asked.requested, asked.model, context),
      outputKinds: outputKinds(json),
      fees: searches === null ? {} : { web_search: searches },
    },
    features: featuresOf({ reasoning: asked.reasoning, tools: json.tools, media }),
    tier: tierOf(json.service_tier),
    speed: null,
    region: null,
    sessionId: isRecord(json.metadata) ? wordOf(json.metadata.session_id) : null,
    asked: {},
    changes: {},
    stripUsage: false,
  }
}

function searchesOf(json: Json, context: ReadContext): number | null {
  const calls = json.max_tool_calls
  const most = typeof calls === 'number' && Number.isInteger(calls) && calls >= 0 ? calls : null
  const uses = toolUses(
    json.tools,
    (type) => type.startsWith('web_search'),
    most ?? context.webSearchesDefault,
  )
  return uses ?? (searchesByModel(json) || null)
}

/** The search models of Chat Completions search without a tool, once a call. */
const searchesByModel = (json: Json): number => (isRecord(json.web_search_options) ? 1 : 0)

const promptKinds = (media: Media): readonly TokenKind[] =>
  media.audioBytes > 0 ? [...PROMPT_KINDS, 'input_audio'] : PROMPT_KINDS

/** Models that reason do so without being asked, so reasoning is always possible. */
function outputKinds(json: Json): TokenKind[] {
  const kinds: TokenKind[] = ['output', 'reasoning']
  if (listOf(json.modalities).includes('audio')) kinds.push('output_audio')
  return kinds
}

const isEffort = (effort: unknown): boolean => typeof effort === 'string' && effort !== 'none'
