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

const USAGE_NAMES = ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount']

/**
 * Gemini: `promptTokenCount` includes cached tokens; thoughts are *outside* the candidates, and so is
 * the prompt that tools made. The total is the sum of the four.
 */
export function normaliseGemini(raw: unknown): NormalisedCall {
  const response = fieldsOf(raw)
  const fields = usageFields(response, 'usageMetadata', USAGE_NAMES)
  const usage = fields ? readUsage(fields) : null
  return {
    model: wordOf(response.modelVersion) ?? wordOf(response.model),
    tier: tierOf(fields?.trafficType) ?? wordOf(response.serviceTier),
    speed: null,
    region: null,
    usage: noteZeroOutput(usage, listOf(response.candidates).some(isDelivered)),
    parts: [],
  }
}

function readUsage(fields: Fields): NormalisedCall['usage'] {
  const notes: Notes = new Set()
  const prompt = modalities(fields.promptTokensDetails, notes)
  const cached = modalities(fields.cacheTokensDetails, notes)
  const candidates = modalities(fields.candidatesTokensDetails, notes)
  const thoughts = countOf(fields.thoughtsTokenCount, notes)
  const tokens = splitInclusive(
    {
      prompt: plus(
        countOf(fields.promptTokenCount, notes),
        countOf(fields.toolUsePromptTokenCount, notes),
      ),
      output: plus(countOf(fields.candidatesTokenCount, notes), thoughts),
      total: countOf(fields.totalTokenCount, notes),
      cacheRead: countOf(fields.cachedContentTokenCount, notes),
      audio: prompt?.audio,
      image: prompt?.image,
      cachedAudio: cached?.audio,
      cachedImage: cached?.image,
      reasoning: thoughts,
      outputAudio: candidates?.audio,
      outputImage: candidates?.image,
    },
    notes,
  )
  return usageFrom({ tokens, notes })
}

/** Absent and absent is absent; absent and a count is the count. */
function plus(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined ? a : a + b
}

interface Modalities {
  audio: number
  image: number
}

/** Per-modality counts, `undefined` where the provider gives none. Video and documents are text. */
function modalities(value: unknown, notes: Notes): Modalities | undefined {
  if (!Array.isArray(value)) return undefined
  const counts: Modalities = { audio: 0, image: 0 }
  for (const entry of value) {
    const { modality, tokenCount } = fieldsOf(entry)
    const count = countOf(tokenCount, notes) ?? 0
    if (modality === 'AUDIO') counts.audio += count
    if (modality === 'IMAGE') counts.image += count
  }
  return counts
}

/** Traffic types are tiers: `ON_DEMAND_PRIORITY` is `priority`, plain `ON_DEMAND` is ordinary. */
function tierOf(trafficType: unknown): string | null {
  const type = wordOf(trafficType)?.toLowerCase() ?? null
  if (type === null || type === 'traffic_type_unspecified') return null
  return type.startsWith('on_demand_') ? type.slice('on_demand_'.length) : type
}

function isDelivered(value: unknown): boolean {
  const { parts } = fieldsOf(fieldsOf(value).content)
  return listOf(parts).some((part) => {
    const { text, functionCall } = fieldsOf(part)
    return hasText(text) || functionCall !== undefined
  })
}
