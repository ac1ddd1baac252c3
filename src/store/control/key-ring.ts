import type pg from 'pg'
import { hashSecret, isWellFormedSecret } from './key-format.ts'
import { authenticateKey, type KeyHolder } from './keys.ts'

export interface KeyRingSettings {
  /** How long a key in force is remembered: also how long another node still honours a revoked one. */
  readonly knownTtlMs: number
  /** How long it is remembered that a secret is no key: a new key must work at once. */
  readonly unknownTtlMs: number
  readonly entriesMax: number
}

const DEFAULTS: KeyRingSettings = { knownTtlMs: 5_000, unknownTtlMs: 1_000, entriesMax: 10_000 }

interface Remembered {
  readonly holder: KeyHolder | null
  readonly untilMs: number
}

/**
 * Looks keys up with a small memory in front: a busy key costs one look-up in five seconds, and many
 * requests with the same unknown key cost one look-up together.
 */
export class KeyRing {
  readonly #pool: pg.Pool
  readonly #nowMs: () => number
  readonly #settings: KeyRingSettings
  /** By hash, so that a memory dump of the cache holds no keys; oldest first. */
  readonly #remembered = new Map<string, Remembered>()
  readonly #asking = new Map<string, Promise<KeyHolder | null>>()
  /** Raised by `forget`, so that a look-up that began before it is not remembered after it. */
  #generation = 0

  constructor(pool: pg.Pool, nowMs: () => number, settings: Partial<KeyRingSettings> = {}) {
    this.#pool = pool
    this.#nowMs = nowMs
    this.#settings = { ...DEFAULTS, ...settings }
  }

  /** Whom the secret speaks for; `null` when it is not a key in force. Rejects when the database does. */
  async authenticate(secret: string): Promise<KeyHolder | null> {
    if (!isWellFormedSecret(secret)) return null
    const hash = hashSecret(secret).toString('base64')
    const remembered = this.#remembered.get(hash)
    if (remembered && this.#nowMs() < remembered.untilMs) return remembered.holder
    const asking = this.#asking.get(hash)
    if (asking) return asking
    const asked = this.#ask(secret, hash).finally(() => {
      if (this.#asking.get(hash) === asked) this.#asking.delete(hash)
    })
    this.#asking.set(hash, asked)
    return asked
  }

  /** A key was revoked here: it is looked up again at its next use. */
  forget(keyId: string): void {
    this.#generation += 1
    this.#asking.clear()
    for (const [hash, { holder }] of this.#remembered)
      if (holder?.keyId === keyId) this.#remembered.delete(hash)
  }

  /** A member changed here: what its keys may do is looked up again at their next use. */
  forgetMember(accountId: string, memberId: string): void {
    this.#generation += 1
    this.#asking.clear()
    for (const [hash, { holder }] of this.#remembered)
      if (holder?.accountId === accountId && holder.memberId === memberId)
        this.#remembered.delete(hash)
  }

  async #ask(secret: string, hash: string): Promise<KeyHolder | null> {
    const generation = this.#generation
    const holder = await authenticateKey(this.#pool, secret)
    if (generation === this.#generation) this.#remember(hash, holder)
    return holder
  }

  #remember(hash: string, holder: KeyHolder | null): void {
    this.#remembered.delete(hash)
    const { knownTtlMs, unknownTtlMs, entriesMax } = this.#settings
    this.#remembered.set(hash, {
      holder,
      untilMs: this.#nowMs() + (holder ? knownTtlMs : unknownTtlMs),
    })
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size > entriesMax && oldest !== undefined) this.#remembered.delete(oldest)
  }
}
