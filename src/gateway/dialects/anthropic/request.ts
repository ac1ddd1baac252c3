import type { TokenKind } from '../../../core/usage/usage.ts'
import {
  featuresOf,
  fetchedBy,
  mediaOf,
  outputBound,
  promptBound,
  says,
  toolUses,
} from '../../bound.ts'
import {
  type BadRequest,
  bad,
  countOf,
  isRecord,
  type Json,
  type MeteredRequest,
  modelOf,
  type ParsedBody,
  type ReadContext,
  streamOf,
  tierOf,
  wordOf,
} from '../../request.ts'

/** Reads `POST /v1/messages`. */
export function readMessages(body: ParsedBody, context: ReadContext): MeteredRequest | BadRequest {
  const { json } = body
  const model = modelOf(json)
  if (typeof model === 'object') return model
  const stream = streamOf(json)
  if (typeof stream === 'object') return stream
  const requested = countOf(json, 'max_tokens', 0)
  if (requested === null) return bad('max_tokens: Field required', 'max_tokens')
  if (typeof requested === 'object') return requested
  if (!Array.isArray(json.messages)) return bad('messages: Field required', 'messages')
  return metered(body, context, { model, stream, requested })
}

function metered(
  body: ParsedBody,
  context: ReadContext,
  asked: { readonly model: string; readonly stream: boolean; readonly requested: number },
): MeteredRequest {
  const { json, bytes } = body
  const media = mediaOf(body)
  const searches = toolUses(
    json.tools,
    (type) => type.startsWith('web_search'),
    context.webSearchesDefault,
  )
  const budget = thinkingBudget(json)
  const tools = Array.isArray(json.tools) && json.tools.length > 0
  const fetched = fetchedBy(json.tools, context.webSearchesDefault)
  const used = { tools, searches: searches ?? 0, fetched, storedContext: false }
  return {
    ok: true,
    dialect: 'anthropic',
    model: asked.model,
    stream: asked.stream,
    bound: {
      ...promptBound({ bytes: bytes.length, media, ...used }, context),
      promptKinds: promptKinds(body),
      maxOutputTokens: outputBound(asked.requested, asked.model, context),
      outputKinds: budget === null ? ['output'] : ['output', 'reasoning'],
      fees: searches === null ? {} : { web_search: searches },
    },
    // the provider refuses a limit that does not leave room beyond the thinking budget
    minOutputTokens: Math.min(asked.requested, (budget ?? 0) + 1),
    features: featuresOf({
      reasoning: budget !== null,
      tools: json.tools,
      fast: json.speed === 'fast',
      media,
    }),
    tier: tierOf(json.service_tier),
    speed: json.speed === 'fast' ? 'fast' : null,
    region: wordOf(json.inference_geo),
    sessionId: sessionOf(json),
    limit: { member: 'max_tokens', requested: asked.requested, assumed: null, choices: 1 },
    asked: {},
    changes: {},
    stripUsage: false,
  }
}

/** The tokens reserved for thinking; 0 when it is on without a budget, `null` when it is off. */
function thinkingBudget({ thinking }: Json): number | null {
  if (!isRecord(thinking)) return null
  if (thinking.type === 'adaptive') return 0
  if (thinking.type !== 'enabled') return null
  const budget = thinking.budget_tokens
  return typeof budget === 'number' && Number.isSafeInteger(budget) && budget > 0 ? budget : 0
}

/** Caching happens only where the request asks for it; its lifetime decides the kind of the write. */
function promptKinds(body: ParsedBody): TokenKind[] {
  if (!says(body, 'cache_control')) return ['input']
  return says(body, '1h')
    ? ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h']
    : ['input', 'cache_read', 'cache_write_5m']
}

const SESSION_SUFFIX = /(?:^|_)session_([\w-]{1,100})$/

/** Clients put their session at the end of `metadata.user_id`, as text or as JSON. */
function sessionOf({ metadata }: Json): string | null {
  const userId = isRecord(metadata) ? metadata.user_id : undefined
  if (typeof userId !== 'string' || userId.length > 1_000) return null
  const suffix = SESSION_SUFFIX.exec(userId)?.[1]
  if (suffix !== undefined || !userId.startsWith('{')) return suffix ?? null
  try {
    const parsed: unknown = JSON.parse(userId)
    return isRecord(parsed) ? wordOf(parsed.session_id) : null
  } catch {
    return null
  }
}
