import type { AuditState } from '../../core/audit/index.ts'

/** Where the audit of an account stands in memory. */
export interface Remembered {
  readonly state: AuditState
  /** What of it the database has: up to this entry. */
  readonly savedSeq: number
}

/** Calls in mind, of all accounts together: about a quarter of a kilobyte each. */
const CALLS_MAX = 200_000

/**
 * Sums of accounts that were audited by this node, so that a round need not read and write them whole. What
 * is not here, or was overtaken by another node, is read from the database.
 */
export class AuditMemory {
  readonly #known = new Map<string, Remembered>()
  readonly #callsMax: number
  #calls = 0

  constructor(callsMax = CALLS_MAX) {
    this.#callsMax = callsMax
  }

  /** Takes it out: a round that fails half-way leaves sums that nobody can use. */
  take(accountId: string): Remembered | null {
    const known = this.#known.get(accountId)
    if (!known) return null
    this.#known.delete(accountId)
    this.#calls -= sizeOf(known)
    return known
  }

  keep(accountId: string, own: Remembered): void {
    this.take(accountId)
    this.#known.set(accountId, own)
    this.#calls += sizeOf(own)
    for (const oldest of this.#known.keys()) {
      if (this.#calls <= this.#callsMax) return
      this.take(oldest)
    }
  }
}

const sizeOf = ({ state }: Remembered): number => state.charges.size + 1
