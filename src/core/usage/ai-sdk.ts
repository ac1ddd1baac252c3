import {
  countOf,
  type Fields,
  fieldsOf,
  isFields,
  type Notes,
  usageFields,
  usageFrom,
  wordOf,
} from './reading.ts'
import { type InclusiveCounts, splitInclusive } from './split.ts'
import type { NormalisedCall } from './usage.ts'

const USAGE_NAMES = ['inputTokens', 'outputTokens', 'totalTokens', 'inputTokenDetails']

/**
 * Vercel AI SDK. In v6 `inputTokens` includes the cache and the details name the parts. In v5 it is
 * whatever the provider means by it: for Anthropic (seen by its `providerMetadata`) it excludes the
 * cache; everything else is read as including it, which is the lower reading.
 */
export function normaliseAiSdk(raw: unknown): NormalisedCall {
  const result = fieldsOf(raw)
  const fields = usageFields(result, 'usage', USAGE_NAMES)
  const notes: Notes = new Set()
  const tokens = fields ? splitInclusive(countsOf(fields, result, notes), notes) : {}
  return {
    model: wordOf(fieldsOf(result.response).modelId) ?? wordOf(result.modelId ?? result.model),
    tier: wordOf(result.service_tier) ?? wordOf(result.serviceTier),
    speed: null,
    region: null,
    usage: fields ? usageFrom({ tokens, notes }) : null,
    parts: [],
  }
}

function countsOf(fields: Fields, result: Fields, notes: Notes): InclusiveCounts {
  const output = fieldsOf(fields.outputTokenDetails)
  const written = {
    output: countOf(fields.outputTokens, notes),
    text: countOf(output.textTokens, notes),
    reasoning: countOf(output.reasoningTokens ?? fields.reasoningTokens, notes),
  }
  const prompt = countOf(fields.inputTokens, notes)
  const total = countOf(fields.totalTokens, notes)
  if (isFields(fields.inputTokenDetails)) {
    const details = fields.inputTokenDetails
    return {
      ...written,
      prompt,
      total,
      uncached: countOf(details.noCacheTokens, notes),
      cacheRead: countOf(details.cacheReadTokens, notes),
      cacheWrite: countOf(details.cacheWriteTokens, notes),
    }
  }
  const cacheRead = countOf(fields.cachedInputTokens, notes)
  const anthropic = fieldsOf(result.providerMetadata).anthropic
  if (!isFields(anthropic)) return { ...written, prompt, total, cacheRead }
  const cacheWrite = countOf(anthropic.cacheCreationInputTokens, notes)
  return { ...written, uncached: prompt, cacheRead, cacheWrite }
}
