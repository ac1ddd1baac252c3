import { READ, SKIP } from '../delta.ts'

const DELTA = '{"type":"content_block_delta"'
const KIND = '"delta":{"type":"'
/** What comes between the kind's name and the text, by the kind's name. */
const TEXT_AT: readonly (readonly [string, string])[] = [
  ['text_delta', '","text":"'],
  ['thinking_delta', '","thinking":"'],
  ['input_json_delta', '","partial_json":"'],
]
const END = '"}}'

/** Measures `content_block_delta` events in the form in which the provider writes them. */
export function messagesDelta(data: string): number {
  if (data === '{"type":"ping"}') return SKIP
  if (!data.startsWith(DELTA) || !data.endsWith(END) || data.includes('\\')) return READ
  const kind = data.indexOf(KIND, DELTA.length) + KIND.length
  if (kind < KIND.length) return READ
  for (const [name, between] of TEXT_AT)
    if (data.startsWith(name, kind) && data.startsWith(between, kind + name.length)) {
      const start = kind + name.length + between.length
      // a quote inside would mean that the text is not the last member
      return data.indexOf('"', start) === data.length - END.length
        ? data.length - END.length - start
        : READ
    }
  return READ
}
