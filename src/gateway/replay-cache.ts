import type { HeaderList } from './headers.ts'

/** A whole answer as the client got it, or should have got it. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: HeaderList
  readonly chunks: readonly Buffer[]
  readonly bytes: number
}

interface Kept {
  readonly answer: KeptAnswer
  readonly untilMs: number
}

/** What an entry costs beside its body. */
const ENTRY_BYTES = 1_024

/**
 * Keeps the answers of the last minutes in bounded memory, so that a retry whose answer was lost on the
 * way gets the same bytes and costs nobody anything.
 */
export class ReplayCache {
  readonly #kept = new Map<string, Kept>()
  readonly #bytesMax: number
  readonly #ttlMs: number
  #bytes = 0
  /** Of answers that are still on their way. */
  #reserved = 0

  constructor(bytesMax: number, ttlMs: number) {
    this.#bytesMax = bytesMax
    this.#ttlMs = ttlMs
  }

  get bytes(): number {
    return this.#bytes + this.#reserved
  }

  /** Takes room for an answer that is still on its way: half of all there is, for all of them. */
  reserve(bytes: number): boolean {
    if (this.#reserved + bytes > this.#bytesMax / 2) return false
    this.#reserved += bytes
    return true
  }

  release(bytes: number): void {
    this.#reserved -= bytes
  }

  keep(accountId: string, callId: string, answer: KeptAnswer, nowMs: number): void {
    const id = `${accountId}\n${callId}`
    this.#drop(id)
    if (answer.bytes + ENTRY_BYTES > this.#bytesMax / 2) return
    this.#kept.set(id, { answer, untilMs: nowMs + this.#ttlMs })
    this.#bytes += answer.bytes + ENTRY_BYTES
    this.sweep(nowMs)
  }

  find(accountId: string, callId: string, nowMs: number): KeptAnswer | null {
    const kept = this.#kept.get(`${accountId}\n${callId}`)
    return kept && nowMs < kept.untilMs ? kept.answer : null
  }

  /** Drops what is too old or too much, oldest first. */
  sweep(nowMs: number): void {
    for (const [id, kept] of this.#kept) {
      if (nowMs < kept.untilMs && this.bytes <= this.#bytesMax) return
      this.#drop(id)
    }
  }

  #drop(id: string): void {
    const kept = this.#kept.get(id)
    if (!kept) return
    this.#kept.delete(id)
    this.#bytes -= kept.answer.bytes + ENTRY_BYTES
  }
}
