import type { Dialect, TokenKind } from '../usage/usage.ts'
import { type Stated, takeApart } from './apart.ts'

/**
 * A second reading of what a provider reported, written from its documentation and not from our own
 * normalisers: a fault in those would otherwise be repeated here and never be found.
 */

/** Whole tokens by kind, disjoint. */
export type Quantities = Readonly<Partial<Record<TokenKind, number>>>

export interface Reading {
  readonly quantities: Quantities
  readonly fees: Readonly<Record<string, number>>
  /** The report contradicts itself: what is charged is its lowest consistent reading. */
  readonly contradictory: boolean
}

type Json = Readonly<Record<string, unknown>>

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

const tokens = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined

/** `null`: there is no usage in it, or entries of other models that this reading does not take apart. */
export function readUsage(dialect: Dialect, reported: unknown): Reading | null {
  const response = objectOf(reported)
  const inner = response.usage ?? response.usageMetadata
  const usage =
    dialect === 'otel' ? objectOf(response.attributes ?? response) : objectOf(inner ?? response)
  if (dialect === 'anthropic') return readAnthropic(usage)
  const stated = STATED[dialect](usage, response)
  if (Object.values(stated).every((count) => count === undefined)) return null
  return { ...takeApart(stated), fees: {} }
}

function readAnthropic(usage: Json): Reading | null {
  if (Array.isArray(usage.iterations) && usage.iterations.length > 1) return null
  const split = objectOf(usage.cache_creation)
  const writes = lifetimes(tokens(usage.cache_creation_input_tokens), {
    short: tokens(split.ephemeral_5m_input_tokens),
    long: tokens(split.ephemeral_1h_input_tokens),
  })
  const output = tokens(usage.output_tokens)
  const thought = tokens(objectOf(usage.output_tokens_details).thinking_tokens)
  const apart = thought !== undefined && output !== undefined && thought <= output
  const quantities: Quantities = stripped({
    input: tokens(usage.input_tokens),
    cache_read: tokens(usage.cache_read_input_tokens),
    ...writes.quantities,
    output: apart ? output - thought : output,
    reasoning: apart ? thought : undefined,
  })
  const fees: Record<string, number> = {}
  for (const [name, count] of Object.entries(objectOf(usage.server_tool_use))) {
    const made = tokens(count)
    if (name.endsWith('_requests') && made !== undefined)
      fees[name.slice(0, -'_requests'.length)] = made
  }
  if (Object.keys(quantities).length + Object.keys(fees).length === 0) return null
  const impossible = thought !== undefined && output !== undefined && thought > output
  return { quantities, fees, contradictory: writes.contradictory || impossible }
}

type Partly = Partial<Record<TokenKind, number | undefined>>

function stripped(quantities: Partly): Quantities {
  const kept = Object.entries(quantities).filter(([, count]) => count !== undefined)
  return Object.fromEntries(kept) as Quantities
}

/** Writes by lifetime. Where the split is more than the whole, the dearer hour gives way first. */
function lifetimes(
  total: number | undefined,
  { short, long }: { readonly short: number | undefined; readonly long: number | undefined },
): { readonly quantities: Partly; readonly contradictory: boolean } {
  if (short === undefined && long === undefined)
    return { quantities: { cache_write: total }, contradictory: false }
  const split = (short ?? 0) + (long ?? 0)
  const whole = total ?? split
  if (split <= whole) {
    const rest = whole - split
    const unsaid = rest > 0 && (short === undefined || long === undefined)
    return {
      quantities: {
        cache_write_5m: short,
        cache_write_1h: long,
        ...(unsaid && { cache_write: rest }),
      },
      contradictory: rest > 0 && !unsaid,
    }
  }
  const hour = Math.max(0, (long ?? 0) - (split - whole))
  return {
    quantities: {
      cache_write_5m: short === undefined ? undefined : Math.min(short, whole - hour),
      cache_write_1h: long === undefined ? undefined : hour,
    },
    contradictory: true,
  }
}

const details = (usage: Json, name: string): Json => objectOf(usage[name])

const STATED: Readonly<
  Record<Exclude<Dialect, 'anthropic'>, (usage: Json, response: Json) => Stated>
> = {
  openai_chat: (usage) =>
    openAi(usage, {
      prompt: 'prompt_tokens',
      written: 'completion_tokens',
      promptParts: details(usage, 'prompt_tokens_details'),
      writtenParts: details(usage, 'completion_tokens_details'),
    }),
  openai_responses: (usage) =>
    openAi(usage, {
      prompt: 'input_tokens',
      written: 'output_tokens',
      promptParts: details(usage, 'input_tokens_details'),
      writtenParts: details(usage, 'output_tokens_details'),
    }),
  gemini: (usage) => {
    const of = (name: string, modality: string): number | undefined => {
      const list = usage[name]
      if (!Array.isArray(list)) return undefined
      const own = list.map(objectOf).filter((entry) => entry.modality === modality)
      return own.reduce((sum, entry) => sum + (tokens(entry.tokenCount) ?? 0), 0)
    }
    const thoughts = tokens(usage.thoughtsTokenCount)
    return {
      prompt: plus(tokens(usage.promptTokenCount), tokens(usage.toolUsePromptTokenCount)),
      written: plus(tokens(usage.candidatesTokenCount), thoughts),
      total: tokens(usage.totalTokenCount),
      cached: tokens(usage.cachedContentTokenCount),
      audio: of('promptTokensDetails', 'AUDIO'),
      image: of('promptTokensDetails', 'IMAGE'),
      cachedAudio: of('cacheTokensDetails', 'AUDIO'),
      cachedImage: of('cacheTokensDetails', 'IMAGE'),
      reasoning: thoughts,
      audioOut: of('candidatesTokensDetails', 'AUDIO'),
      imageOut: of('candidatesTokensDetails', 'IMAGE'),
    }
  },
  otel: (usage) => {
    const of = (...names: readonly string[]): number | undefined => {
      const all = names.map((name) => tokens(integer(usage[`gen_ai.usage.${name}`])))
      const said = all.filter((count) => count !== undefined)
      return said.length === 0 ? undefined : Math.min(...said)
    }
    return {
      prompt: of('input_tokens', 'prompt_tokens'),
      written: of('output_tokens', 'completion_tokens'),
      total: of('total_tokens'),
      cached: of('cache_read.input_tokens', 'cache_read_input_tokens', 'cache_read_tokens'),
      cacheWrites: of(
        'cache_write.input_tokens',
        'cache_creation.input_tokens',
        'cache_creation_input_tokens',
        'cache_write_tokens',
      ),
      reasoning: of('reasoning.output_tokens', 'reasoning_tokens'),
    }
  },
  ai_sdk: (usage, response) => {
    const written = details(usage, 'outputTokenDetails')
    const own = {
      written: tokens(usage.outputTokens),
      text: tokens(written.textTokens),
      reasoning: tokens(written.reasoningTokens ?? usage.reasoningTokens),
    }
    const parts = usage.inputTokenDetails
    if (typeof parts === 'object' && parts !== null) {
      const { noCacheTokens, cacheReadTokens, cacheWriteTokens } = objectOf(parts)
      return {
        ...own,
        prompt: tokens(usage.inputTokens),
        total: tokens(usage.totalTokens),
        uncached: tokens(noCacheTokens),
        cached: tokens(cacheReadTokens),
        cacheWrites: tokens(cacheWriteTokens),
      }
    }
    const prompt = tokens(usage.inputTokens)
    const cached = tokens(usage.cachedInputTokens)
    const { anthropic } = objectOf(response.providerMetadata)
    if (typeof anthropic !== 'object' || anthropic === null)
      return { ...own, prompt, total: tokens(usage.totalTokens), cached }
    const cacheWrites = tokens(objectOf(anthropic).cacheCreationInputTokens)
    return { ...own, uncached: prompt, cached, cacheWrites }
  },
}

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0)

/** OTLP writes integers as decimal strings. */
const integer = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? parseInt(value, 10) : value

function openAi(
  usage: Json,
  names: {
    readonly prompt: string
    readonly written: string
    readonly promptParts: Json
    readonly writtenParts: Json
  },
): Stated {
  const { promptParts, writtenParts } = names
  return {
    prompt: tokens(usage[names.prompt]),
    written: tokens(usage[names.written]),
    total: tokens(usage.total_tokens),
    cached: tokens(promptParts.cached_tokens),
    cacheWrites: tokens(promptParts.cache_write_tokens),
    audio: tokens(promptParts.audio_tokens),
    image: tokens(promptParts.image_tokens),
    reasoning: tokens(writtenParts.reasoning_tokens),
    audioOut: tokens(writtenParts.audio_tokens),
    imageOut: tokens(writtenParts.image_tokens),
  }
}
