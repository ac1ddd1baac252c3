import type { HoldBody } from '../core/decisions/index.ts'
import type { AccountState } from '../core/ledger/index.ts'

/** What a node knows of an account as of one version of it. */
export interface CachedAccount {
  readonly version: bigint
  readonly state: AccountState
  /**
   * Open holds that this node has placed or read. One that is missing here may exist; one that is
   * here does, as long as the version is the account's.
   */
  readonly holds: Map<string, HoldBody>
}

/** The least recently used accounts are forgotten; the version check makes any staleness harmless. */
export class AccountCache {
  readonly #accounts = new Map<string, CachedAccount>()
  readonly #accountsMax: number

  constructor(accountsMax: number) {
    this.#accountsMax = accountsMax
  }

  get size(): number {
    return this.#accounts.size
  }

  get(accountId: string): CachedAccount | undefined {
    return this.#accounts.get(accountId)
  }

  set(accountId: string, account: CachedAccount): void {
    this.#accounts.delete(accountId)
    this.#accounts.set(accountId, account)
    if (this.#accounts.size <= this.#accountsMax) return
    const [oldest] = this.#accounts.keys()
    if (oldest !== undefined) this.#accounts.delete(oldest)
  }

  delete(accountId: string): void {
    this.#accounts.delete(accountId)
  }
}
