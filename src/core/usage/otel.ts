import {
  countOf,
  type Fields,
  fieldsOf,
  firstOf,
  isFields,
  type Notes,
  usageFrom,
  wordOf,
} from './reading.ts'
import { splitInclusive } from './split.ts'
import type { NormalisedCall } from './usage.ts'

/** Every generation of each name, newest first. `gen_ai.usage.` stands before all of them. */
const NAMES = {
  prompt: ['input_tokens', 'prompt_tokens'],
  output: ['output_tokens', 'completion_tokens'],
  total: ['total_tokens'],
  cacheRead: ['cache_read.input_tokens', 'cache_read_input_tokens', 'cache_read_tokens'],
  cacheWrite: [
    'cache_write.input_tokens',
    'cache_creation.input_tokens',
    'cache_creation_input_tokens',
    'cache_write_tokens',
  ],
  reasoning: ['reasoning.output_tokens', 'reasoning_tokens'],
} as const

const TIER_NAMES = [
  'openai.response.service_tier',
  'gen_ai.openai.response.service_tier',
  'gen_ai.response.service_tier',
]

/**
 * OpenTelemetry GenAI attributes, of a span or an event: both generations of names. The input count
 * includes cached tokens, the output count includes reasoning.
 */
export function normaliseOtel(raw: unknown): NormalisedCall {
  const given = fieldsOf(raw)
  const attributes = isFields(given.attributes) ? given.attributes : given
  const notes: Notes = new Set()
  const count = (names: readonly string[]) => countUnder(attributes, names, notes)
  const tokens = splitInclusive(
    {
      prompt: count(NAMES.prompt),
      output: count(NAMES.output),
      total: count(NAMES.total),
      cacheRead: count(NAMES.cacheRead),
      cacheWrite: count(NAMES.cacheWrite),
      reasoning: count(NAMES.reasoning),
    },
    notes,
  )
  return {
    model: wordOf(firstOf(attributes, ['gen_ai.response.model', 'gen_ai.request.model'])),
    tier: wordOf(firstOf(attributes, TIER_NAMES)),
    speed: null,
    region: null,
    usage: usageFrom({ tokens, notes }),
    parts: [],
  }
}

/** One quantity under any of its names. Where two generations disagree, the lower one counts. */
function countUnder(
  attributes: Fields,
  names: readonly string[],
  notes: Notes,
): number | undefined {
  let lowest: number | undefined
  for (const name of names) {
    const count = countOf(integerOf(attributes[`gen_ai.usage.${name}`]), notes)
    if (count === undefined) continue
    if (lowest !== undefined && lowest !== count) notes.add('identity_broken')
    lowest = lowest === undefined ? count : Math.min(lowest, count)
  }
  return lowest
}

/** OTLP writes 64-bit integers as decimal strings. */
const integerOf = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,16}$/.test(value) ? parseInt(value, 10) : value
