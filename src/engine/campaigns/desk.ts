import { Overloaded } from '../types.ts'

/**
 * Lets few claims at a time to the database and the rest wait in line. A thousand at once would
 * otherwise wait for its connections, each with a time limit, and some would fail for no reason.
 */
export class ClaimDesk {
  readonly #atOnce: number
  readonly #waitingMax: number
  readonly #line: (() => void)[] = []
  #busy = 0

  constructor(limits: { readonly atOnce: number; readonly waitingMax: number } = LIMITS) {
    this.#atOnce = limits.atOnce
    this.#waitingMax = limits.waitingMax
  }

  /** @throws Overloaded */
  async serve<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy < this.#atOnce) this.#busy += 1
    else {
      if (this.#line.length >= this.#waitingMax) throw new Overloaded(RETRY_AFTER_MS)
      // Whoever leaves hands the place on.
      await new Promise<void>((next) => this.#line.push(next))
    }
    try {
      return await work()
    } finally {
      const next = this.#line.shift()
      if (next) next()
      else this.#busy -= 1
    }
  }
}

const LIMITS = { atOnce: 4, waitingMax: 20_000 }
const RETRY_AFTER_MS = 1_000
