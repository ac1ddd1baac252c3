import type { Mutant } from './mutants.ts'

/** A change that no test can notice, because what the program does stays the same. */
export interface Equivalent {
  readonly file: string
  /** The line of the file, without what is around it. */
  readonly line: string
  readonly from: string
  readonly replace: string
  readonly why: string
}

/** Each with its reason. A mutant that a test could notice does not belong here. */
export const EQUIVALENTS: readonly Equivalent[] = []

export const isEquivalent = (mutant: Mutant, source: string, one: Equivalent): boolean =>
  mutant.file === one.file &&
  mutant.from === one.from &&
  mutant.replace === one.replace &&
  source.split('\n')[mutant.line - 1]?.trim() === one.line
