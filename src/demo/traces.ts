import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asciiFiller, BYTES_PER_TOKEN } from './upstream/filler.ts'

export const TRACES = {
  azure: 'azure-llm-2023-conv.csv',
  mooncake: 'mooncake-conversation-3000.jsonl',
} as const

export type TraceName = keyof typeof TRACES

/** One recorded call: when it came, how much it asked, how much it got. */
export interface TraceCall {
  readonly index: number
  /** Since the first call of the trace. */
  readonly offsetMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  /**
   * Where the trace knows them, one id for each begun 512 tokens of the prompt: a block seen before
   * is a cache read, a new one a cache write.
   */
  readonly blockIds?: readonly number[]
}

export const BLOCK_TOKENS = 512

/** The traces lie beside the sources as well as beside the bundle, at different depths. */
function findTraces(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'data', 'traces')
    if (existsSync(join(candidate, TRACES.azure))) return candidate
    if (folder === dirname(folder)) throw new Error('The folder data/traces was not found.')
  }
}

export function readTrace(name: TraceName, folder = findTraces()): TraceCall[] {
  const lines = readFileSync(join(folder, TRACES[name]), 'utf8').split('\n')
  const calls = name === 'azure' ? parseAzure(lines) : parseMooncake(lines)
  if (calls.length === 0) throw new Error(`The trace ${TRACES[name]} holds no call.`)
  return calls
}

/** `2023-11-16 18:15:46.6805900`: UTC, with more digits of a second than a Date can hold. */
function timeMs(text: string): number {
  const wholeSeconds = Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`)
  return wholeSeconds + Math.floor(Number(`0${text.slice(19)}`) * 1000)
}

function parseAzure(lines: readonly string[]): TraceCall[] {
  const calls: TraceCall[] = []
  let startMs = 0
  for (const line of lines.slice(1)) {
    const [time, input, output] = line.trim().split(',')
    if (!time || !input || !output) continue
    const atMs = timeMs(time)
    if (calls.length === 0) startMs = atMs
    calls.push({
      index: calls.length,
      offsetMs: atMs - startMs,
      inputTokens: Number(input),
      outputTokens: Number(output),
    })
  }
  return calls
}

interface MooncakeLine {
  readonly timestamp: number
  readonly input_length: number
  readonly output_length: number
  readonly hash_ids: number[]
}

function parseMooncake(lines: readonly string[]): TraceCall[] {
  const calls: TraceCall[] = []
  for (const line of lines) {
    if (line === '') continue
    const read = JSON.parse(line) as MooncakeLine
    calls.push({
      index: calls.length,
      offsetMs: read.timestamp,
      inputTokens: read.input_length,
      outputTokens: read.output_length,
      blockIds: read.hash_ids,
    })
  }
  return calls
}

export interface TextBlock {
  readonly type: 'text'
  readonly text: string
  readonly cache_control?: { readonly type: 'ephemeral'; readonly ttl?: '5m' | '1h' }
}

export interface PromptText {
  /** Whole blocks of 2,048 bytes, shared between calls that share their ids. */
  readonly blocks: readonly string[]
  /** What is left after the whole blocks; empty when nothing is. */
  readonly rest: string
}

/** Kept block texts: 16 MiB. A trace has several times as many, most of them used once. */
const KEPT_BLOCKS = 8192

/** Writes the prompts of a trace, so that its blocks and token counts are those of the record. */
export class PromptWriter {
  readonly #kept = new Map<number, string>()
  readonly #keptMax: number

  constructor(keptBlocks = KEPT_BLOCKS) {
    this.#keptMax = keptBlocks
  }

  /** The prompt as text: exactly four bytes a token. */
  textOf(call: TraceCall): PromptText {
    const ids = call.blockIds ?? []
    const whole = Math.min(ids.length, Math.floor(call.inputTokens / BLOCK_TOKENS))
    const blocks: string[] = []
    for (let index = 0; index < whole; index += 1) blocks.push(this.#block(ids[index] as number))
    const restTokens = call.inputTokens - whole * BLOCK_TOKENS
    // A prompt repeated in full repeats its last, partial block as well.
    const restId = ids[whole]
    const label = restId === undefined ? `call ${call.index}` : `part ${restId}`
    return { blocks, rest: filled(label, restTokens, restId ?? call.index) }
  }

  /** Anthropic: one content block each, with the cache mark on the last shared one. */
  contentOf(call: TraceCall, ttl?: '5m' | '1h'): TextBlock[] {
    const { blocks, rest } = this.textOf(call)
    const content: TextBlock[] = blocks.map((text) => ({ type: 'text', text }))
    const last = content.at(-1)
    if (last) {
      const mark = ttl ? ({ type: 'ephemeral', ttl } as const) : ({ type: 'ephemeral' } as const)
      content[content.length - 1] = { ...last, cache_control: mark }
    }
    if (rest !== '') content.push({ type: 'text', text: rest })
    return content
  }

  /** OpenAI: one text; its cache finds the shared beginning by itself. */
  stringOf(call: TraceCall): string {
    const { blocks, rest } = this.textOf(call)
    return blocks.join('') + rest
  }

  #block(id: number): string {
    const kept = this.#kept.get(id)
    if (kept !== undefined) {
      // Moved to the young end: the first in the map is always the longest unused.
      this.#kept.delete(id)
      this.#kept.set(id, kept)
      return kept
    }
    const text = filled(`block ${id}`, BLOCK_TOKENS, id)
    if (this.#kept.size >= this.#keptMax) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest)
        break
      }
    }
    this.#kept.set(id, text)
    return text
  }
}

/** `tokens` of text that begins with its label, where that fits. */
function filled(label: string, tokens: number, offset: number): string {
  const bytes = tokens * BYTES_PER_TOKEN
  const head = `[${label}] `
  if (bytes <= head.length) return head.slice(0, bytes)
  return (head + asciiFiller(tokens, offset * 31)).slice(0, bytes)
}

/** What the cache of a provider reads and writes for a trace: the record's own truth. */
export function expectedCache(calls: readonly TraceCall[]): { read: number; written: number }[] {
  const seen = new Set<string>()
  return calls.map((call) => {
    const ids = call.blockIds ?? []
    const whole = Math.min(ids.length, Math.floor(call.inputTokens / BLOCK_TOKENS))
    let read = 0
    let prefix = ''
    for (let index = 0; index < whole; index += 1) {
      prefix += `${ids[index]},`
      if (read === index && seen.has(prefix)) read = index + 1
      else seen.add(prefix)
    }
    return { read: read * BLOCK_TOKENS, written: (whole - read) * BLOCK_TOKENS }
  })
}
