import { usageError } from './exit.ts'

/** One recorded call: when it came, how much it asked, how much it got. */
export interface TraceLine {
  readonly index: number
  readonly offsetMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly blockIds?: readonly number[]
}

const TOKENS_MAX = 10_000_000
const FORMATS =
  'Two forms are read: JSON lines with "timestamp", "input_length", "output_length" (and "hash_ids"), or CSV with TIMESTAMP,ContextTokens,GeneratedTokens.'

/** Reads a trace of either form. A line that cannot be read is named, and nothing is replayed. */
export function parseTrace(text: string, file: string): TraceLine[] {
  const lines = text.split(/\r?\n/)
  const first = lines.find((line) => line.trim() !== '') ?? ''
  const calls = first.trimStart().startsWith('{') ? jsonCalls(lines, file) : csvCalls(lines, file)
  if (calls.length > 0) return calls
  throw usageError(`The trace ${file} holds no call.`, { next: FORMATS })
}

function jsonCalls(lines: readonly string[], file: string): TraceLine[] {
  const calls: TraceLine[] = []
  lines.forEach((line, at) => {
    if (line.trim() === '') return
    let fields: unknown
    try {
      fields = JSON.parse(line)
    } catch {
      throw unreadable(file, at)
    }
    calls.push(jsonCall(fields, calls.length) ?? fail(file, at))
  })
  return calls
}

function jsonCall(fields: unknown, index: number): TraceLine | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined
  const { timestamp, input_length, output_length, hash_ids } = fields as Record<string, unknown>
  const hashes = Array.isArray(hash_ids) && hash_ids.every((id) => Number.isSafeInteger(id))
  if (hash_ids !== undefined && !hashes) return undefined
  if (typeof timestamp !== 'number' || !isTokens(input_length) || !isTokens(output_length))
    return undefined
  return {
    index,
    offsetMs: timestamp,
    inputTokens: input_length,
    outputTokens: output_length,
    ...(hashes && { blockIds: hash_ids as number[] }),
  }
}

const isTokens = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= TOKENS_MAX

function csvCalls(lines: readonly string[], file: string): TraceLine[] {
  const calls: TraceLine[] = []
  let startMs: number | undefined
  lines.slice(1).forEach((line, at) => {
    if (line.trim() === '') return
    const [time = '', input = '', output = ''] = line.trim().split(',')
    const atMs = Date.parse(`${time.trim().replace(' ', 'T').slice(0, 23)}Z`)
    const [inputTokens, outputTokens] = [Number(input), Number(output)]
    const readable = /^\d+$/.test(input) && /^\d+$/.test(output) && !Number.isNaN(atMs)
    if (!readable || !isTokens(inputTokens) || !isTokens(outputTokens))
      throw unreadable(file, at + 1)
    startMs ??= atMs
    calls.push({ index: calls.length, offsetMs: atMs - startMs, inputTokens, outputTokens })
  })
  return calls
}

function fail(file: string, at: number): never {
  throw unreadable(file, at)
}

const unreadable = (file: string, at: number) =>
  usageError(`Line ${at + 1} of the trace ${file} cannot be read.`, { next: FORMATS })
