const REMEMBERED_MAX = 100_000

/**
 * The accounts that have moved on this node, each once, in the order of their first move. What is beyond the
 * bound, or forgotten in a crash, whoever uses it finds by comparing.
 */
export class MovedAccounts {
  readonly #ids = new Set<string>()
  readonly #max: number

  constructor(max = REMEMBERED_MAX) {
    this.#max = max
  }

  /** For `engine.onCommit`. */
  add(accountIds: readonly string[]): void {
    for (const id of accountIds) if (this.#ids.size < this.#max) this.#ids.add(id)
  }

  take(limit = this.#max): string[] {
    const taken: string[] = []
    for (const id of this.#ids) {
      if (taken.length === limit) break
      taken.push(id)
    }
    for (const id of taken) this.#ids.delete(id)
    return taken
  }
}
