import { normaliseAiSdk } from './ai-sdk.ts'
import { normaliseAnthropic } from './anthropic.ts'
import { normaliseGemini } from './gemini.ts'
import { normaliseOpenAiChat } from './openai-chat.ts'
import { normaliseOpenAiResponses } from './openai-responses.ts'
import { normaliseOtel } from './otel.ts'
import type { Dialect, NormalisedCall } from './usage.ts'

const NORMALISERS: Readonly<Record<Dialect, (raw: unknown) => NormalisedCall>> = {
  anthropic: normaliseAnthropic,
  openai_chat: normaliseOpenAiChat,
  openai_responses: normaliseOpenAiResponses,
  gemini: normaliseGemini,
  otel: normaliseOtel,
  ai_sdk: normaliseAiSdk,
}

/**
 * Reads one response into normal form: disjoint quantities whose sum is the provider's own total.
 *
 * `raw` is the provider's response object, `{ model, service_tier?, usage }` in the dialect's own
 * field names, or a bare usage object. Never throws: a malformed count is flagged and absent, missing
 * usage is `null`, and counts that contradict each other are read at their lowest and flagged.
 */
export const normalise = (dialect: Dialect, raw: unknown): NormalisedCall =>
  NORMALISERS[dialect](raw)
