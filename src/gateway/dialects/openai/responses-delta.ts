import { READ, SKIP } from '../delta.ts'

/** Events that deliver text, and those that only repeat what was delivered. */
const DELTAS = ['{"type":"response.output_text.delta"', '{"type":"response.reasoning_text.delta"']
const REPEATING = [
  '{"type":"response.output_text.done"',
  '{"type":"response.content_part.',
  '{"type":"response.reasoning_text.done"',
]
const DELTA = '"delta":"'

/** Measures text deltas in the form in which the provider writes them. */
export function responsesDelta(data: string): number {
  if (REPEATING.some((type) => data.startsWith(type))) return SKIP
  if (!DELTAS.some((type) => data.startsWith(type)) || data.includes('\\')) return READ
  const delta = data.indexOf(DELTA)
  if (delta < 0) return READ
  const start = delta + DELTA.length
  const end = data.indexOf('"', start)
  return end < 0 ? READ : end - start
}
