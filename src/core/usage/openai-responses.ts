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

/** Calls that cost their tokens only: they are made by the caller, or by a server of the caller's. */
const FREE: ReadonlySet<string> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'apply_patch_call',
  'mcp_call',
  'tool_search_call',
])

const CALL = '_call'

/**
 * Completed tool calls. The set of tools is open, as it is for other dialects: a tool that is new is a fee
 * without a price, and not free. Of a web search only the searching is a fee, not opening a page it found;
 * of what runs in containers each container is one.
 */
export function toolFees(output: readonly unknown[]): Record<string, number> {
  const fees: Record<string, number> = {}
  const containers = new Set<string>()
  for (const value of output) {
    const item = fieldsOf(value)
    const fee = feeOf(item)
    if (fee === null) continue
    const container = containerOf(item)
    const name = `${fee} ${container}`
    if (container !== null && containers.has(name)) continue
    containers.add(name)
    fees[fee] = (fees[fee] ?? 0) + 1
  }
  return fees
}

function feeOf(item: Fields): string | null {
  const type = wordOf(item.type) ?? ''
  const done = item.status === undefined || item.status === 'completed'
  if (!done || !type.endsWith(CALL) || FREE.has(type)) return null
  if (type === 'web_search_call' && (wordOf(fieldsOf(item.action).type) ?? 'search') !== 'search')
    return null
  // a shell of the caller's own
  if (type === 'shell_call' && containerOf(item) === null) return null
  return type.slice(0, -CALL.length)
}

const containerOf = (item: Fields): string | null =>
  wordOf(item.container_id) ?? wordOf(fieldsOf(item.environment).container_id)

function isDelivered(value: unknown): boolean {
  const item = fieldsOf(value)
  if (item.type === 'function_call' || item.type === 'custom_tool_call') return true
  return listOf(item.content).some((part) => {
    const { text, refusal } = fieldsOf(part)
    return hasText(text) || hasText(refusal)
  })
}
