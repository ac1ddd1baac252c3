import { BYTES_PER_TOKEN } from './filler.ts'
import { type Prompt, tokensOfBytes } from './prompt.ts'
import { hashText } from './random.ts'

export interface CachedTokens {
  readonly read: number
  readonly write5m: number
  readonly write1h: number
  /** Written without a lifetime of its own: OpenAI's automatic cache. */
  readonly write: number
}

export const NOTHING_CACHED: CachedTokens = { read: 0, write5m: 0, write1h: 0, write: 0 }

/** OpenAI's automatic cache works in whole chunks of the prompt's beginning. */
export const CHUNK_TOKENS = 512
const CHUNK_BYTES = CHUNK_TOKENS * BYTES_PER_TOKEN

/** A running hash over a prompt; its key after each block names the prefix read so far. */
class PrefixHash {
  #low: number
  #high: number

  constructor(seed: number) {
    this.#low = seed | 0
    this.#high = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  }

  add(words: Int32Array, from: number, to: number): void {
    let low = this.#low
    let high = this.#high
    for (let index = from; index < to; index += 1) {
      const word = words[index] as number
      low = Math.imul(low ^ word, 0xcc9e2d51)
      low = (low << 13) | (low >>> 19)
      high = Math.imul(high ^ word ^ (low >>> 7), 0x1b873593)
      high = (high << 11) | (high >>> 21)
    }
    this.#low = low
    this.#high = high
  }

  /** 53 bits, so that a prefix is a plain number in a Set. */
  get key(): number {
    return (this.#high & 0x1fffff) * 4294967296 + (this.#low >>> 0)
  }
}

/**
 * Prefixes seen before. Two generations: when the young one is full the old one is dropped, so a
 * long benchmark with ever new prompts cannot grow without bound.
 */
class SeenPrefixes {
  readonly #generationSize: number
  #young = new Set<number>()
  #old = new Set<number>()

  constructor(generationSize: number) {
    this.#generationSize = generationSize
  }

  has(key: number): boolean {
    if (this.#young.has(key)) return true
    if (!this.#old.has(key)) return false
    this.#young.add(key)
    return true
  }

  add(key: number): void {
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(key)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}

/** What a provider's prompt cache would read and write. Entries do not expire with time. */
export class PromptCache {
  readonly #seen: SeenPrefixes
  #scratch = Buffer.allocUnsafeSlow(64 * 1024)
  #words = new Int32Array(this.#scratch.buffer)

  constructor(generationSize = 500_000) {
    this.#seen = new SeenPrefixes(generationSize)
  }

  clear(): void {
    this.#seen.clear()
  }

  /**
   * Anthropic: the longest prefix of whole blocks seen before is read; the rest up to the last mark
   * is written, with the lifetime of the mark that ends its stretch. `scope` parts models and keys.
   */
  useMarked(prompt: Prompt, scope: string): CachedTokens {
    const marks = prompt.segments.findLastIndex((segment) => segment.mark !== undefined)
    if (marks < 0) return NOTHING_CACHED
    const hash = new PrefixHash(hashText(scope))
    let position = 0
    let readTo = 0
    let open = true
    const written = { '5m': 0, '1h': 0 }
    let writtenTo = 0
    for (const segment of prompt.segments.slice(0, marks + 1)) {
      this.#load(segment.text, segment.bytes)
      hash.add(this.#words, 0, Math.ceil(segment.bytes / 4))
      position += segment.bytes
      open = open && this.#seen.has(hash.key)
      if (open) {
        readTo = position
        writtenTo = position
      } else this.#seen.add(hash.key)
      if (segment.mark && position > writtenTo) {
        written[segment.mark] += tokensOfBytes(position) - tokensOfBytes(writtenTo)
        writtenTo = position
      }
    }
    const read = tokensOfBytes(readTo)
    return { read, write5m: written['5m'], write1h: written['1h'], write: 0 }
  }

  /** OpenAI: whole 512-token chunks of the prompt's beginning, with no marks. */
  useAutomatic(prompt: Prompt, scope: string): CachedTokens {
    if (prompt.bytes < CHUNK_BYTES) return NOTHING_CACHED
    this.#loadAll(prompt)
    const hash = new PrefixHash(hashText(scope))
    const chunks = Math.floor(prompt.bytes / CHUNK_BYTES)
    let read = 0
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      hash.add(this.#words, (chunk * CHUNK_BYTES) / 4, ((chunk + 1) * CHUNK_BYTES) / 4)
      if (read === chunk && this.#seen.has(hash.key)) read = chunk + 1
      else this.#seen.add(hash.key)
    }
    const write = (chunks - read) * CHUNK_TOKENS
    return { read: read * CHUNK_TOKENS, write5m: 0, write1h: 0, write }
  }

  #load(text: string, bytes: number): void {
    this.#reserve(bytes)
    this.#scratch.write(text, 0)
    // The last word's unused bytes would otherwise hold whatever the previous block left there.
    this.#scratch.fill(0, bytes, Math.ceil(bytes / 4) * 4)
  }

  #loadAll(prompt: Prompt): void {
    this.#reserve(prompt.bytes)
    let position = 0
    for (const segment of prompt.segments) {
      this.#scratch.write(segment.text, position)
      position += segment.bytes
    }
  }

  #reserve(bytes: number): void {
    if (bytes + 4 <= this.#scratch.length) return
    this.#scratch = Buffer.allocUnsafeSlow(Math.ceil((bytes * 1.5) / 4) * 4 + 4)
    this.#words = new Int32Array(this.#scratch.buffer)
  }
}
