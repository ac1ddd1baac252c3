import { retrySpreadMs } from '../engine/retry-spread.ts'
import type { Engine, Overloaded } from '../engine/types.ts'
import type { GatewayError } from './errors.ts'

export interface GateDeps {
  /** How many requests are being served at this moment. */
  readonly underWay: () => number
  readonly callsMax: number
  readonly heldBytesMax: number
  readonly engine: Partial<Pick<Engine, 'overload'>>
}

const RETRY_MS = 1_000

/**
 * Lets in as many calls as can be served, and refuses the others before their bodies are read: what is
 * refused costs next to nothing. Counts the bytes of request bodies, which live as long as their calls.
 */
export class Gate {
  readonly #deps: GateDeps
  #heldBytes = 0
  #refused = 0

  constructor(deps: GateDeps) {
    this.#deps = deps
  }

  /** Bytes of request bodies in memory. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /** Why a call is not let in now; `null`: it is. */
  refusal(): GatewayError | null {
    const { underWay, callsMax, heldBytesMax, engine } = this.#deps
    if (underWay() >= callsMax || this.#heldBytes >= heldBytesMax) return this.full()
    const overload = engine.overload?.() ?? null
    return overload && engineOverloaded(overload)
  }

  /** Counts bytes of a body; `false`: there is no room for them, and they are not counted. */
  hold(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#deps.heldBytesMax) return false
    this.#heldBytes += bytes
    return true
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes
  }

  full(): GatewayError {
    this.#refused += 1
    return {
      status: OVERLOADED_STATUS,
      code: 'gateway_overloaded',
      message:
        'This server has as many calls under way as it serves, so the call was not made. Nothing was charged; try again in a moment.',
      retry: true,
      retryAfterMs: RETRY_MS + retrySpreadMs(this.#refused),
    }
  }
}

/** Stands for the status of each dialect's own. */
export const OVERLOADED_STATUS = 503

export const engineOverloaded = ({ retryAfterMs }: Pick<Overloaded, 'retryAfterMs'>) =>
  ({
    status: OVERLOADED_STATUS,
    code: 'engine_overloaded',
    message:
      'More calls wait to be authorized than can be, so the call was not made. Nothing was charged; try again in a moment.',
    retry: true,
    retryAfterMs,
  }) satisfies GatewayError
