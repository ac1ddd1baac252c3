import type { NormalisedCall } from '../core/usage/index.ts'
import type { Cancel, Timers } from '../engine/timers.ts'
import type { CallProgress } from '../store/usage/progress.ts'
import type { AuthorizedCall } from './authorized-call.ts'
import { storableCall } from './evidence.ts'
import type { GatewayLog } from './types.ts'

export interface ProgressKeeperDeps {
  readonly keep: (calls: readonly CallProgress[]) => Promise<void>
  readonly nowMs: () => number
  readonly timers: Timers
  readonly log: GatewayLog
}

/** A call that is over sooner is never written down. */
const EVERY_MS = 2_000

/** Tells how far calls have come, all of them at once and now and then: their own path is not touched. */
export class ProgressKeeper {
  readonly #deps: ProgressKeeperDeps
  readonly #running = new Map<AuthorizedCall, () => NormalisedCall | null>()
  #stopTicking: Cancel | null = null
  #writing = false

  constructor(deps: ProgressKeeperDeps) {
    this.#deps = deps
  }

  /** @param read what would be billed if the call ended now */
  watch(own: AuthorizedCall, read: () => NormalisedCall | null, done: Promise<void>): void {
    this.#running.set(own, read)
    void done.then(() => this.#running.delete(own))
    if (this.#stopTicking) return
    this.#stopTicking = this.#deps.timers.every(EVERY_MS, () => void this.#write())
  }

  stop(): void {
    this.#stopTicking?.()
    this.#stopTicking = null
  }

  async #write(): Promise<void> {
    const { keep, nowMs, log } = this.#deps
    const since = nowMs() - EVERY_MS
    const due = [...this.#running].filter(([{ authorizedMs }]) => authorizedMs <= since)
    if (due.length === 0 || this.#writing) return
    this.#writing = true
    try {
      await keep(due.map(([own, read]) => progressOf(own, read)))
    } catch (error) {
      // nobody is charged by it, and the next round says more
      log.debug({ err: error }, 'how far calls have come could not be written down')
    } finally {
      this.#writing = false
    }
  }
}

const progressOf = (
  { holder, call }: AuthorizedCall,
  read: () => NormalisedCall | null,
): CallProgress => ({
  accountId: holder.accountId,
  callId: call.callId,
  attempt: call.attempt,
  served: storableCall(read()),
})
