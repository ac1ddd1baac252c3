import type { Dialect } from '../core/usage/usage.ts'
import { usageError } from './exit.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads the response that is to be priced. JSON only: `NaN`, comments and half an object are not. */
export function parseResponse(text: string): Fields {
  if (text.trim() === '') throw usageError('Nothing came on standard input.', { next: EXAMPLE })
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw usageError('Standard input is not JSON.', {
      why: reasonOf(error),
      next: /\b(NaN|Infinity)\b/.test(text)
        ? 'NaN and Infinity are no counts. Send the response as the provider sent it.'
        : EXAMPLE,
    })
  }
  if (isFields(parsed)) return parsed
  throw usageError('Standard input is not a JSON object.', { next: EXAMPLE })
}

/** The parser quotes the input, line breaks included. */
const reasonOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error)
  return `${text.replace(/\s+/g, ' ').replace(/\.$/, '')}.`
}

const EXAMPLE =
  'Send the provider\'s response, or {"model": "…", "usage": {…}} in its own field names: everycent rate --dialect anthropic < response.json'

/** The response as if this model had served it, in the place where the dialect says so. */
export function withModel(dialect: Dialect, response: Fields, model: string): Fields {
  if (dialect === 'gemini') return { ...response, modelVersion: model }
  if (dialect === 'otel') {
    const named = { 'gen_ai.response.model': model }
    return isFields(response.attributes)
      ? { ...response, attributes: { ...response.attributes, ...named } }
      : { ...response, ...named }
  }
  if (dialect !== 'ai_sdk') return { ...response, model }
  const inner = isFields(response.response) ? response.response : {}
  return { ...response, response: { ...inner, modelId: model } }
}
