import type { OutcomeCode } from '../core/decisions/commands.ts'
import { TIMERS, type Timers } from '../engine/timers.ts'

export type RememberedState = 'in_flight' | 'failed' | 'refused' | 'undecided' | 'settled'

/** A call that was seen a short while ago, with the attempt that it is at. */
export class RememberedCall {
  readonly accountId: string
  readonly callId: string
  readonly fingerprint: string
  atMs: number
  attempt = 1
  state: RememberedState = 'in_flight'
  outcome: OutcomeCode | null = null
  /** Retries of it that wait for its end. */
  waiters = 0
  /** Its client left without an answer: the same request again is the same call, marked or not. */
  abandoned = false
  freeForwards = 0
  /** The output that its funds allowed, where that was less than was asked for: for making it again. */
  clampedTokens: number | null = null
  #ended: Promise<void> | null = null
  #resolve: (() => void) | null = null

  constructor(accountId: string, callId: string, fingerprint: string, atMs: number) {
    this.accountId = accountId
    this.callId = callId
    this.fingerprint = fingerprint
    this.atMs = atMs
  }

  begin(attempt: number): void {
    this.attempt = attempt
    this.state = 'in_flight'
    this.outcome = null
    this.abandoned = false
  }

  end(state: Exclude<RememberedState, 'in_flight'>, outcome: OutcomeCode | null = null): void {
    this.state = state
    this.outcome = outcome
    this.#resolve?.()
    this.#resolve = null
    this.#ended = null
  }

  /** Resolves at the end of the attempt in flight, after a while, or when who waits has left. */
  async waitForEnd(
    ms: number,
    onGone: (listener: () => void) => void = () => {},
    timers: Timers = TIMERS,
  ): Promise<void> {
    if (this.state !== 'in_flight') return
    this.#ended ??= new Promise((resolve) => {
      this.#resolve = resolve
    })
    let forget = (): void => {}
    const enough = new Promise<void>((resolve) => {
      forget = timers.after(ms, resolve)
      onGone(resolve)
    })
    this.waiters += 1
    await Promise.race([this.#ended, enough])
    this.waiters -= 1
    forget()
  }
}

/**
 * Remembers calls by id and by content, for a while and up to a number: official clients retry without
 * any key, and a retry must be told from a second call on purpose.
 */
export class RecentCalls {
  readonly #byId = new Map<string, RememberedCall>()
  readonly #byContent = new Map<string, RememberedCall>()
  readonly #windowMs: number
  readonly #callsMax: number

  constructor(windowMs: number, callsMax: number) {
    this.#windowMs = windowMs
    this.#callsMax = callsMax
  }

  get size(): number {
    return this.#byId.size
  }

  byId(accountId: string, callId: string, nowMs: number): RememberedCall | null {
    return this.#fresh(this.#byId.get(key(accountId, callId)), nowMs)
  }

  /** The latest call with this content. */
  byContent(accountId: string, fingerprint: string, nowMs: number): RememberedCall | null {
    return this.#fresh(this.#byContent.get(key(accountId, fingerprint)), nowMs)
  }

  add(call: RememberedCall): void {
    const id = key(call.accountId, call.callId)
    this.#byId.delete(id)
    this.#byId.set(id, call)
    this.#byContent.set(key(call.accountId, call.fingerprint), call)
    this.#forget(call.atMs)
  }

  #fresh(call: RememberedCall | undefined, nowMs: number): RememberedCall | null {
    if (!call) return null
    return call.state === 'in_flight' || nowMs - call.atMs < this.#windowMs ? call : null
  }

  /** Drops what is over and old, oldest first; what is in flight goes to the back of the line. */
  #forget(nowMs: number): void {
    let looks = FORGET_LOOKS_MAX
    for (const [id, call] of this.#byId) {
      const old = nowMs - call.atMs >= this.#windowMs || this.#byId.size > this.#callsMax
      if (!old || looks === 0) return
      looks -= 1
      this.#byId.delete(id)
      if (call.state === 'in_flight') this.#byId.set(id, call)
      else this.#forgetContent(call)
    }
  }

  #forgetContent(call: RememberedCall): void {
    const content = key(call.accountId, call.fingerprint)
    if (this.#byContent.get(content) === call) this.#byContent.delete(content)
  }
}

/** Enough to shrink faster than it grows, and little enough not to be noticed. */
const FORGET_LOOKS_MAX = 4

const key = (accountId: string, rest: string): string => `${accountId}\n${rest}`
