import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OutcomeCode } from '../core/decisions/commands.ts'
import type { EntryBody } from '../core/ledger/entry.ts'
import type { PriceBook } from '../core/pricing/types.ts'
import type { Timers } from '../engine/timers.ts'
import type { Engine } from '../engine/types.ts'
import type { Resolve } from '../guard/address.ts'
import type { KeyHolder } from '../store/control/keys.ts'
import type { CallProgress } from '../store/usage/progress.ts'
import type { Ending, Seen } from './outcome.ts'
import type { GatewayPolicy } from './policy.ts'
import type { Upstream } from './upstream.ts'

/** The two wire formats that clients speak to the gateway. */
export type DialectName = 'anthropic' | 'openai'

export interface UpstreamSettings {
  /** The provider's address; a path in it is kept. */
  readonly baseUrl: string
  /** Ours with the provider. Revealed only when a request is sent. */
  readonly apiKey: { reveal(): string }
  /** Whether its name may lead inside; refused unless told. */
  readonly privateAddresses?: 'refused' | 'allowed'
  /** How its name is looked up, where the system is not asked. */
  readonly resolve?: Resolve
}

/** The part of pino that is used. Fields never hold prompts, answers or keys. */
export interface GatewayLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How a request of a metered route ended, for metrics. */
export interface CallReport {
  readonly dialect: DialectName
  readonly outcome: OutcomeCode | 'refused' | 'replayed' | 'forwarded_free' | 'not_authorized'
  /** Of an attempt that was admitted, so that it was the provider's turn. */
  readonly attempt?: AttemptReport
}

export interface AttemptReport {
  /** The end as it was posted; `null`: none was, and the hold expires. */
  readonly entry: EntryBody | null
  /** The provider's HTTP status; `null`: it never answered. */
  readonly upstreamStatus: number | null
  readonly stream: boolean
  readonly clientLeft: boolean
  /** Milliseconds from the request sent upstream to its first byte; `null`: there was none. */
  readonly firstByteMs: number | null
  /** The same to the last byte that was read. */
  readonly lastByteMs: number | null
  /** Milliseconds that the call spent with us and not with its provider or its client. */
  readonly addedMs: number
}

export type GatewayEvent =
  /** A settlement or release could not be posted in time; the hold will expire. */
  | 'end_not_posted'
  /** The engine refused to settle, e.g. because the hold had expired. */
  | 'end_refused'
  /** A retry of a settled call whose answer is no longer kept was sent upstream without a charge. */
  | 'forwarded_free'
  | 'replayed'
  | 'drain_bounded'
  | 'overloaded'
  | 'unavailable'

export interface GatewayMetrics {
  onCall?(report: CallReport): void
  onEvent?(event: GatewayEvent): void
  /** The gateway answers with an error of its own. */
  onRefused?(dialect: DialectName, code: string): void
}

/** A call with this content that another node (or this one before it restarted) has seen. */
export interface RecentCall {
  readonly callId: string
  readonly attempt: number
  readonly state: 'in_flight' | 'failed' | 'settled'
  /** Of the settlement; a call that its client broke off is not continued by a retry. */
  readonly outcome: OutcomeCode | null
  /** The most output that its funds allowed, where that was less than was asked for. */
  readonly clampedTokens?: number | null
}

export interface GatewayDeps {
  readonly engine: Pick<Engine, 'execute'> & Partial<Pick<Engine, 'overload'>>
  /** Whom a secret speaks for. Rejects when the database does. */
  readonly keys: { authenticate(secret: string): Promise<KeyHolder | null> }
  /** The price books loaded now: for the most that a model can write. */
  readonly books: () => readonly PriceBook[]
  readonly upstreams: Readonly<Partial<Record<DialectName, UpstreamSettings>>>
  readonly policy?: Partial<GatewayPolicy>
  readonly nowMs: () => number
  /** Absent: the machine's. */
  readonly timers?: Timers
  /** Reaches a provider in another way than over the network. */
  readonly connect?: (
    dialect: DialectName,
    settings: UpstreamSettings,
    policy: GatewayPolicy,
  ) => Upstream
  /** A new `call_…` id. */
  readonly newCallId: () => string
  readonly log: GatewayLog
  readonly metrics?: GatewayMetrics
  /**
   * Names the outcome of an attempt. Only whoever composes a server can put in another one, to see what a
   * faulty one does: no setting can.
   */
  readonly conclude?: (seen: Seen) => Ending
  /** Writes down what calls in flight have come to, for people who look on. */
  readonly keepProgress?: (calls: readonly CallProgress[]) => Promise<void>
  /** Looks in the database for calls that this node does not remember. */
  readonly findRecentCall?: (
    accountId: string,
    fingerprint: string,
    sinceMs: number,
  ) => Promise<RecentCall | null>
  /** The gateway that holds a call and has shown no sign of life for it of late, as it named itself. */
  readonly findGoneAsker?: (accountId: string, callId: string) => Promise<string | null>
}

export interface GatewayStats {
  /** Calls being served or drained. */
  readonly inFlight: number
  /** Requests being read, looked up or authorized. */
  readonly serving: number
  /** Bytes of request bodies in memory. */
  readonly heldBytes: number
  /** Bytes of answers that their clients have not taken yet. */
  readonly waitingBytes: number
  readonly replayBytes: number
  readonly rememberedCalls: number
}

export interface Gateway {
  /** Serves the request if its path is the gateway's; `false` leaves it untouched. */
  handle(req: IncomingMessage, res: ServerResponse): boolean
  stats(): GatewayStats
  /** Takes no more calls, waits for those in flight up to the policy's bound, then cuts them off. */
  close(): Promise<void>
}
