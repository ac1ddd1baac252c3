import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import type { Common } from './commands.ts'

/** Asks for a higher cap. `requestId` is the raise's own id. Changes no limit. */
export interface RequestRaise extends Common {
  readonly kind: 'request_raise'
  readonly capId: string
  /** Of a cap on each: whose limit; `null` otherwise. */
  readonly for: string | null
  readonly amount: Nanos
  /** When the raise is to end; `null` = without end. */
  readonly until: Instant | null
  readonly reason: string
  /** Who wants it; `null`: nobody of the account's members. */
  readonly memberId: string | null
  /** How long it can be approved, in milliseconds. */
  readonly ttlMs: number
}

/** Approves, denies or withdraws a request, once. `requestId` is `<raiseId>#decision`. */
export interface DecideRaise extends Common {
  readonly kind: 'decide_raise'
  readonly raiseId: string
  readonly decision: 'approved' | 'denied' | 'withdrawn'
  /** What is granted; absent = what was asked for. */
  readonly amount?: Nanos
  readonly until?: Instant | null
  readonly reason?: string
  /** Only where the request is of this member; any other looks unknown. */
  readonly memberId?: string
}
