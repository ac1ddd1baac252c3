import type { Mutant } from './mutants.ts'

/** Tests of one suite. */
export interface Chosen {
  readonly suite: string
  readonly tests: readonly Place[]
}

/** A test by its place in its suite. */
export interface Place {
  readonly index: number
  /** Its properties are asked as often as they are written: asked less often, the test fails by itself. */
  readonly whole: boolean
}

export interface Trial {
  readonly kind: 'try'
  /** null: the core as it is. */
  readonly mutant: Mutant | null
  readonly tests: readonly Chosen[]
}

export type Job = Trial | { readonly kind: 'map'; readonly suite: string }

/** One test, and what it reaches: of each file that it loads, the probes. */
export interface Mapped extends Place {
  readonly suite: string
  readonly name: string
  readonly ms: number
  /** Why the test fails with nothing changed. It is then of no use. */
  readonly failure: string | null
  readonly reached: readonly (readonly [string, readonly number[]])[]
}

export interface Answer {
  readonly mapped?: readonly Mapped[]
  readonly killedBy?: string | null
  /** Why the job could not be done. That says nothing of a mutant. */
  readonly failure?: string
}
