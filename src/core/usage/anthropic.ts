import { partsOf } from './anthropic-iterations.ts'
import { tokensOf } from './anthropic-tokens.ts'
import {
  countOf,
  fieldsOf,
  hasText,
  listOf,
  type Notes,
  noteZeroOutput,
  usageFields,
  usageFrom,
  wordOf,
} from './reading.ts'
import type { NormalisedCall } from './usage.ts'

const USAGE_NAMES = [
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation',
]

/**
 * Anthropic Messages: `input_tokens` excludes cache reads and writes, `thinking_tokens` is part of
 * `output_tokens`. The top level covers the attempt that served; what else was billed is in
 * `iterations` (refusals and fallback, compaction, advisor).
 */
export function normaliseAnthropic(raw: unknown): NormalisedCall {
  const response = fieldsOf(raw)
  const fields = usageFields(response, 'usage', USAGE_NAMES)
  const notes: Notes = new Set()
  const named = wordOf(response.model)
  const top = fields ? tokensOf(fields, notes) : {}
  const served = partsOf(fields?.iterations, { model: named, tokens: top, notes })
  const fees = fields ? feesOf(fields.server_tool_use, notes) : {}
  const usage = fields ? usageFrom({ tokens: served.tokens, fees, notes }) : null
  return {
    model: served.model,
    tier: wordOf(fields?.service_tier) ?? wordOf(response.service_tier),
    speed: wordOf(fields?.speed) ?? wordOf(response.speed),
    region: wordOf(fields?.inference_geo) ?? wordOf(response.inference_geo),
    usage: noteZeroOutput(usage, listOf(response.content).some(isDelivered)),
    parts: usage ? served.parts : [],
  }
}

/** `web_search_requests: 2` is the counted fee `web_search: 2`. The set of tools is open. */
function feesOf(value: unknown, notes: Notes): Record<string, number> {
  const fees: Record<string, number> = {}
  for (const [name, requests] of Object.entries(fieldsOf(value))) {
    if (!name.endsWith('_requests')) continue
    const count = countOf(requests, notes)
    if (count !== undefined) fees[name.slice(0, -'_requests'.length)] = count
  }
  return fees
}

function isDelivered(value: unknown): boolean {
  const block = fieldsOf(value)
  if (block.type === 'tool_use') return true
  return hasText(block.text) || hasText(block.thinking)
}
