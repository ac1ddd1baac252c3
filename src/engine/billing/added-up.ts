import type { StatementFold } from '../../core/ledger/index.ts'

/** A statement as far as it is added up. */
export interface AddedUp {
  readonly fold: StatementFold
  /** The last entry that was added, and its hash. */
  seq: number
  hash: string
}

/** Open statements that are kept. */
const KEPT_MAX = 200

/**
 * Open statements as far as this server has added them up. Entries never change, so whoever looks at one again
 * goes on from there: 20,000 entries are added up once, and not with every look.
 */
class KeptStatements {
  readonly #kept = new Map<string, AddedUp>()

  /**
   * The kept one, which is the caller's alone until it is put back.
   * `undefined`: there is none, or it has entries after the last one that is wanted.
   */
  take(name: string, lastSeq: number): AddedUp | undefined {
    const own = this.#kept.get(name)
    if (own === undefined || own.seq > lastSeq) return undefined
    this.#kept.delete(name)
    return own
  }

  keep(name: string, own: AddedUp): void {
    if ((this.#kept.get(name)?.seq ?? -1) >= own.seq) return
    this.#kept.delete(name)
    this.#kept.set(name, own)
    if (this.#kept.size > KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!)
  }
}

const ofPools = new WeakMap<object, KeptStatements>()

/** Of the database behind a pool. */
export function keptStatements(pool: object): KeptStatements {
  const known = ofPools.get(pool) ?? new KeptStatements()
  ofPools.set(pool, known)
  return known
}
