import {
  countOf,
  type Fields,
  fieldsOf,
  hasText,
  listOf,
  type Notes,
  noteZeroOutput,
  usageFields,
  usageFrom,
  wordOf,
} from './reading.ts'
import { splitInclusive } from './split.ts'
import type { NormalisedCall } from './usage.ts'

const USAGE_NAMES = ['prompt_tokens', 'completion_tokens', 'total_tokens']

/**
 * OpenAI Chat Completions (and embeddings): `prompt_tokens` includes cached and cache-write tokens,
 * `completion_tokens` includes reasoning, audio and both kinds of prediction tokens. That a search model
 * has searched is in no answer: who knows the request says so.
 */
export function normaliseOpenAiChat(raw: unknown, searches = 0): NormalisedCall {
  const response = fieldsOf(raw)
  const fields = usageFields(response, 'usage', USAGE_NAMES)
  const usage = fields ? readUsage(fields, searches) : null
  return {
    model: wordOf(response.model),
    tier: wordOf(response.service_tier) ?? wordOf(fields?.service_tier),
    speed: null,
    region: null,
    usage: noteZeroOutput(usage, listOf(response.choices).some(isDelivered)),
    parts: [],
  }
}

function readUsage(fields: Fields, searches: number): NormalisedCall['usage'] {
  const notes: Notes = new Set()
  const prompt = fieldsOf(fields.prompt_tokens_details)
  const completion = fieldsOf(fields.completion_tokens_details)
  const tokens = splitInclusive(
    {
      prompt: countOf(fields.prompt_tokens, notes),
      output: countOf(fields.completion_tokens, notes),
      total: countOf(fields.total_tokens, notes),
      cacheRead: countOf(prompt.cached_tokens, notes),
      cacheWrite: countOf(prompt.cache_write_tokens, notes),
      audio: countOf(prompt.audio_tokens, notes),
      image: countOf(prompt.image_tokens, notes),
      reasoning: countOf(completion.reasoning_tokens, notes),
      outputAudio: countOf(completion.audio_tokens, notes),
      outputImage: countOf(completion.image_tokens, notes),
    },
    notes,
  )
  // a fee alone is no usage
  const isSearch = searches > 0 && Object.keys(tokens).length > 0
  return usageFrom({ tokens, fees: isSearch ? { web_search: searches } : {}, notes })
}

function isDelivered(value: unknown): boolean {
  const choice = fieldsOf(value)
  const message = fieldsOf(choice.message)
  if (hasText(message.content) || hasText(message.refusal) || hasText(choice.text)) return true
  return listOf(message.tool_calls).length > 0
}
