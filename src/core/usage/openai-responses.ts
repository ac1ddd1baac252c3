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

const USAGE_NAMES = ['input_tokens', 'output_tokens', 'total_tokens']

/**
 * OpenAI Responses: `input_tokens` includes cached and cache-write tokens, `output_tokens` includes
 * reasoning. Tool fees follow the calls that were made (items of `output`), not the tools declared.
 */
export function normaliseOpenAiResponses(raw: unknown): NormalisedCall {
  const response = fieldsOf(raw)
  const fields = usageFields(response, 'usage', USAGE_NAMES)
  const output = listOf(response.output)
  const usage = fields ? readUsage(fields, output) : null
  return {
    model: wordOf(response.model),
    tier: wordOf(response.service_tier) ?? wordOf(fields?.service_tier),
    speed: null,
    region: null,
    usage: noteZeroOutput(usage, output.some(isDelivered)),
    parts: [],
  }
}

function readUsage(fields: Fields, output: readonly unknown[]): NormalisedCall['usage'] {
  const notes: Notes = new Set()
  const input = fieldsOf(fields.input_tokens_details)
  const written = fieldsOf(fields.output_tokens_details)
  const tokens = splitInclusive(
    {
      prompt: countOf(fields.input_tokens, notes),
      output: countOf(fields.output_tokens, notes),
      total: countOf(fields.total_tokens, notes),
      cacheRead: countOf(input.cached_tokens, notes),
      cacheWrite: countOf(input.cache_write_tokens, notes),
      audio: countOf(input.audio_tokens, notes),
      image: countOf(input.image_tokens, notes),
      reasoning: countOf(written.reasoning_tokens, notes),
      outputAudio: countOf(written.audio_tokens, notes),
      outputImage: countOf(written.image_tokens, notes),
    },
    notes,
  )
  return usageFrom({ tokens, fees: toolFees(output), notes })
}

const FEES: Readonly<Record<string, string>> = {
  web_search_call: 'web_search',
  file_search_call: 'file_search',
}

/** Completed tool calls. Of a web search only the searching is a fee, not opening a page it found. */
export function toolFees(output: readonly unknown[]): Record<string, number> {
  const fees: Record<string, number> = {}
  for (const value of output) {
    const item = fieldsOf(value)
    const fee = FEES[wordOf(item.type) ?? '']
    const action = wordOf(fieldsOf(item.action).type) ?? 'search'
    const done = item.status === undefined || item.status === 'completed'
    if (fee !== undefined && done && action === 'search') fees[fee] = (fees[fee] ?? 0) + 1
  }
  return fees
}

function isDelivered(value: unknown): boolean {
  const item = fieldsOf(value)
  if (item.type === 'function_call' || item.type === 'custom_tool_call') return true
  return listOf(item.content).some((part) => {
    const { text, refusal } = fieldsOf(part)
    return hasText(text) || hasText(refusal)
  })
}
