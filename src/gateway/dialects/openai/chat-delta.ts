import { READ } from '../delta.ts'

const DELTA = '"delta":{"content":"'
const UNFINISHED = '"finish_reason":null'

/** Measures chunks that bring one piece of one choice's text and nothing else. */
export function chatDelta(data: string): number {
  const delta = data.indexOf(DELTA)
  if (delta < 0 || data.includes('\\')) return READ
  const start = delta + DELTA.length
  const end = data.indexOf('"', start)
  if (end < 0 || data[end + 1] !== '}' || !data.includes(UNFINISHED, end)) return READ
  // a second choice in the same chunk, an error or a usage beside the text are read properly
  if (data.includes('"delta"', end) || data.includes('"error"')) return READ
  return data.includes('"usage":{') ? READ : end - start
}
