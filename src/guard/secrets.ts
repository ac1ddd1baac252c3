import { createHash, timingSafeEqual } from 'node:crypto'

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** A secret that is kept for comparison only: in memory is its hash. */
export class KeptSecret {
  readonly #digest: Buffer

  constructor(secret: string) {
    this.#digest = digestOf(secret)
  }

  /** Whether it is the one given. Takes as long for any other, of whatever length. */
  is(given: string): boolean {
    return timingSafeEqual(this.#digest, digestOf(given))
  }

  /** What it can be called by: the beginning of its hash. */
  get name(): string {
    return this.#digest.toString('hex').slice(0, 8)
  }
}

/** Whether two secrets, or what was computed from them, are the same. */
export const isSameSecret = (own: string, given: string): boolean => new KeptSecret(own).is(given)
