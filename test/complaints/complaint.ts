/** A class of complaints: a section of docs/why.md. */
export const CLASSES = {
  races: 'Two calls, one credit',
  twice: 'Counted twice, or not at all',
  balances: 'Balances that move by themselves',
  source: 'Paid from the wrong source',
  failed: 'Failed, cut off, retried',
  prices: 'Priced wrongly',
  limits: 'Limits that do not hold, or say what is not so',
  card: 'Charged to a card without being asked',
  told: 'Nobody can say why',
} as const

/** A test, by its file under `test/` and its title; a row of the misbilling vectors by its id. */
export type TestName = readonly [file: string, title: string]

/**
 * Something that people reported in public about other products, read as a report and not as a proven
 * fault, and what keeps it from happening here.
 */
export interface Complaint {
  readonly id: string
  /** `owner/repository#number`; the number of an issue or of a pull request. */
  readonly refs: readonly string[]
  readonly wrong: string
  readonly rule: string
  readonly tests: readonly TestName[]
  /** Why there is no test yet: what it needs is not part of the product. */
  readonly waits?: string
}
