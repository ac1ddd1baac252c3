import type pg from 'pg'
import type { Engine } from '../../engine/types.ts'
import { readSeqs } from '../../store/reads/account-state.ts'

export interface FeedLimits {
  readonly total: number
  readonly perAccount: number
  /** A comment this often keeps proxies from closing a quiet feed. */
  readonly heartbeatMs?: number
}

export const FEEDS_MAX: FeedLimits = { total: 10_000, perAccount: 50 }
const HEARTBEAT_MS = 15_000

/** How soon a feed sees what another node has written. */
const POLL_MS = 1_000

export interface Subscription {
  readonly accountId: string
  close(): void
}

interface Subscriber {
  readonly accountId: string
  readonly wake: () => void
}

/**
 * Wakes event feeds: at once for commits of this node, within a second for those of others. One small
 * query a second serves all feeds together; without feeds there is none.
 */
export class FeedHub {
  readonly #pool: pg.Pool
  readonly #limits: FeedLimits
  readonly #byAccount = new Map<string, Set<Subscriber>>()
  readonly #stopListening: () => void
  #seqs: ReadonlyMap<string, number> = new Map()
  #total = 0
  #timer: NodeJS.Timeout | null = null
  #polling = false
  #closed = false

  constructor(engine: Engine, pool: pg.Pool, limits: FeedLimits) {
    this.#pool = pool
    this.#limits = limits
    this.#stopListening = engine.onCommit((accountIds) => {
      for (const accountId of accountIds) this.#wake(accountId)
    })
  }

  get open(): number {
    return this.#total
  }

  get heartbeatMs(): number {
    return this.#limits.heartbeatMs ?? HEARTBEAT_MS
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** `null`: as many feeds are open as are served. */
  subscribe(accountId: string, wake: () => void): Subscription | null {
    const own = this.#byAccount.get(accountId) ?? new Set()
    const full = this.#total >= this.#limits.total || own.size >= this.#limits.perAccount
    if (full || this.#closed) return null
    const subscriber: Subscriber = { accountId, wake }
    own.add(subscriber)
    this.#byAccount.set(accountId, own)
    this.#total += 1
    this.#timer ??= setInterval(() => void this.#poll(), POLL_MS).unref()
    return { accountId, close: () => this.#leave(subscriber) }
  }

  /** Ends all feeds: each is woken and finds the hub closed. */
  close(): void {
    this.#closed = true
    this.#stopListening()
    this.#stopPolling()
    for (const accountId of this.#byAccount.keys()) this.#wake(accountId)
  }

  #leave(subscriber: Subscriber): void {
    const own = this.#byAccount.get(subscriber.accountId)
    if (!own?.delete(subscriber)) return
    this.#total -= 1
    if (own.size === 0) this.#byAccount.delete(subscriber.accountId)
    if (this.#total === 0) this.#stopPolling()
  }

  #stopPolling(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  #wake(accountId: string): void {
    for (const subscriber of this.#byAccount.get(accountId) ?? []) subscriber.wake()
  }

  async #poll(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      const before = this.#seqs
      this.#seqs = await readSeqs(this.#pool, [...this.#byAccount.keys()])
      for (const [accountId, seq] of this.#seqs)
        if (before.get(accountId) !== seq) this.#wake(accountId)
    } catch {
      // The next round tries again; feeds stay open and miss nothing.
    } finally {
      this.#polling = false
    }
  }
}
