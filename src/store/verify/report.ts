/** The invariants that data can show, by their number in the law of the ledger. */
export const CHECKS = {
  1: 'postings of an entry sum to zero per asset, and are those of its body',
  2: 'state = fold of the journal + open holds',
  3: 'seq gap-free, hash chain unbroken',
  6: 'posted + held ≤ cap',
  7: 'no lot or window below zero, held ≤ remaining',
  8: 'every source passed over has a stated reason',
  10: 'settled + released = held',
  14: 'no transition of a plan touches a lot',
  15: 'receipt total = lines = money + included + absorbed; plan fee = lines = credit + payment',
  19: 'closed statements say what the journal says',
  20: 'evidence is that of its entry, or its retention removed it',
  21: 'the log of sealed heads is what its leaves give, true and signed',
  22: 'facts of calls, which usage is summed from, say what the receipts say',
  23: 'archived bodies are in their files, which are as they were written',
  24: 'sums of usage by hour and model say what the journal says',
} as const

export type Invariant = keyof typeof CHECKS

export interface Difference {
  readonly account_id: string
  readonly seq: number
  readonly invariant: Invariant
  readonly message: string
}

export interface VerifyReport {
  readonly ok: boolean
  readonly accounts: number
  readonly entries: number
  /** Of the entries: those whose body was read from the archive. */
  readonly archived: number
  readonly postings: number
  readonly open_holds: number
  readonly checks: readonly {
    readonly invariant: Invariant
    readonly name: string
    readonly checked: number
    readonly failed: number
  }[]
  /** The first difference by account and `seq`. */
  readonly first: Difference | null
}

/** Counts what was checked, so that a run that has seen nothing cannot look like a pass. */
export class Findings {
  readonly #checked = new Map<Invariant, number>()
  readonly #failed = new Map<Invariant, number>()
  first: Difference | null = null
  accounts = 0
  entries = 0
  archived = 0
  postings = 0
  openHolds = 0

  /** One check; `message` is what is wrong, or `null`. */
  check(invariant: Invariant, accountId: string, seq: number, message: string | null): void {
    this.#checked.set(invariant, (this.#checked.get(invariant) ?? 0) + 1)
    if (message === null) return
    this.#failed.set(invariant, (this.#failed.get(invariant) ?? 0) + 1)
    this.first ??= { account_id: accountId, seq, invariant, message }
  }

  report(): VerifyReport {
    const invariants = Object.keys(CHECKS).map((key) => parseInt(key, 10) as Invariant)
    return {
      ok: this.first === null,
      accounts: this.accounts,
      entries: this.entries,
      archived: this.archived,
      postings: this.postings,
      open_holds: this.openHolds,
      checks: invariants.map((invariant) => ({
        invariant,
        name: CHECKS[invariant],
        checked: this.#checked.get(invariant) ?? 0,
        failed: this.#failed.get(invariant) ?? 0,
      })),
      first: this.first,
    }
  }
}
