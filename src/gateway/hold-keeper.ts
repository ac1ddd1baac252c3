import type { Cancel, Timers } from '../engine/timers.ts'
import type { Engine } from '../engine/types.ts'
import { type AuthorizedCall, actorOf } from './authorized-call.ts'
import { isPassing } from './posting.ts'
import type { GatewayLog } from './types.ts'

export interface HoldKeeperDeps {
  readonly engine: Pick<Engine, 'execute'>
  readonly nowMs: () => number
  readonly timers: Timers
  readonly log: GatewayLog
  readonly ttlMs: number
}

/** Extended at a third of their life, so that two attempts to extend may fail. */
const PARTS = 3
const TICKS_PER_PART = 4
const TICK_MS_MIN = 50

/** Lengthens the holds of calls that go on: as long as this process lives and sees them, no longer. */
export class HoldKeeper {
  readonly #deps: HoldKeeperDeps
  /** When each hold was placed or last extended. */
  readonly #kept = new Map<AuthorizedCall, number>()
  #stopTicking: Cancel | null = null

  constructor(deps: HoldKeeperDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#kept.size
  }

  keep(own: AuthorizedCall): void {
    this.#kept.set(own, own.authorizedMs)
    if (this.#stopTicking) return
    const tickMs = Math.max(TICK_MS_MIN, this.#deps.ttlMs / PARTS / TICKS_PER_PART)
    this.#stopTicking = this.#deps.timers.every(tickMs, () => this.#extendDue())
  }

  drop(own: AuthorizedCall): void {
    this.#kept.delete(own)
  }

  stop(): void {
    this.#stopTicking?.()
    this.#stopTicking = null
  }

  #extendDue(): void {
    const now = this.#deps.nowMs()
    for (const [own, since] of this.#kept) {
      if (now - since < this.#deps.ttlMs / PARTS) continue
      this.#kept.set(own, now)
      void this.#extend(own, since)
    }
  }

  async #extend(own: AuthorizedCall, since: number): Promise<void> {
    const { engine, log, ttlMs } = this.#deps
    const call = { account_id: own.holder.accountId, call_id: own.call.callId }
    try {
      const { result } = await engine.execute({
        kind: 'extend',
        accountId: own.holder.accountId,
        requestId: own.requestId,
        callId: own.call.callId,
        actor: actorOf(own),
        ttlMs,
      })
      // it was settled while this was on its way, or it had expired
      if (result.status === 'refused' && this.#kept.has(own))
        log.warn({ ...call, code: result.refused.code }, 'a hold could not be extended')
    } catch (error) {
      if (this.#kept.has(own)) this.#kept.set(own, since)
      if (!isPassing(error)) log.error({ ...call, err: error }, 'a hold could not be extended')
    }
  }
}
