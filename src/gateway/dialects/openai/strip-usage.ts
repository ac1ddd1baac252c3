import type { RawEvent } from '../../sse-reader.ts'

const NULL_USAGE = ',"usage":null'
/** A quote inside a JSON string is escaped, so these only match members. */
const NULL_USAGE_LATER = /,\s*"usage"\s*:\s*null(?=\s*[,}])/
const NULL_USAGE_FIRST = /"usage"\s*:\s*null\s*,\s*/

/**
 * What the client would have got had we not asked for usage: without the extra chunk that carries it,
 * and without the `"usage":null` that all other chunks then have.
 */
export function withoutUsage({ data, raw }: RawEvent): string {
  if (data === null || !data.includes('"usage"')) return raw
  if (isUsageChunk(data)) return ''
  const at = raw.lastIndexOf(NULL_USAGE)
  if (at >= 0) return raw.slice(0, at) + raw.slice(at + NULL_USAGE.length)
  return NULL_USAGE_LATER.test(raw)
    ? raw.replace(NULL_USAGE_LATER, '')
    : raw.replace(NULL_USAGE_FIRST, '')
}

const EMPTY_CHOICES = /"choices"\s*:\s*\[\s*\]/

function isUsageChunk(data: string): boolean {
  if (!EMPTY_CHOICES.test(data)) return false
  try {
    const chunk = JSON.parse(data) as { choices?: unknown; usage?: unknown }
    const { choices, usage } = chunk
    return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && !!usage
  } catch {
    return false
  }
}
