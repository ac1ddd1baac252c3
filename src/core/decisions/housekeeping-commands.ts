import type { Common } from './commands.ts'

export interface ExpireLot extends Common {
  readonly kind: 'expire_lot'
  readonly lotId: string
}

export interface ExpireHold extends Common {
  readonly kind: 'expire_hold'
  readonly callId: string
}

/** Moves money drawn by covered calls back to the windows that have room again. Made by the engine. */
export interface Reattribute extends Common {
  readonly kind: 'reattribute'
  readonly causeCallId: string
}

/** Stops billing an account whose self-check failed, until a person has looked. */
export interface Park extends Common {
  readonly kind: 'park'
  readonly reason: string
}

export interface Unpark extends Common {
  readonly kind: 'unpark'
  readonly reason: string
}
