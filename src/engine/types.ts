import type { Command } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/results.ts'
import type { Instant } from '../core/time/index.ts'

/** An executed command: what was decided, and whether it was decided now or long ago. */
export interface Executed {
  readonly result: Result
  /** The same request was decided before; this is its first answer. */
  readonly replayed: boolean
}

/**
 * Thrown when the queue is full, or a command has waited too long in it: answer 503 with `Retry-After`.
 * Nothing was decided.
 */
export class Overloaded extends Error {
  readonly retryAfterMs: number
  constructor(retryAfterMs: number) {
    // made thousands of times a second just when there is no time: where it was made tells nobody anything
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super('more is asked than can be decided')
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'Overloaded'
    this.retryAfterMs = retryAfterMs
  }
}

/** Thrown when the database does not answer: nothing is known to be decided; ask again with the same id. */
export class Unavailable extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'Unavailable'
  }
}

export interface Engine {
  /** The time that decisions go by; it never runs backwards. */
  now(): Instant
  /**
   * Decides a command and returns once the decision is durable. Business refusals are results.
   * @throws Overloaded, Unavailable
   */
  execute(command: Command): Promise<Executed>
  /** The decision that `execute` would make now, from the same code, without committing anything. */
  preview(command: Command): Promise<Result>
  /** Each of several commands of one account, as if it were the only one: all rest on the same entry. */
  previewAll(commands: readonly Command[]): Promise<readonly Result[]>
  /**
   * Why `execute` would turn a new call away now: for callers who turn it away before they do work for it.
   * It counts as refused.
   */
  overload(): Overloaded | null
  /** Called after each commit with the accounts that moved: a wake-up hint for feeds. */
  onCommit(listener: (accountIds: readonly string[]) => void): () => void
  /** Forgets cached plans and price books and loads them again. */
  reloadCatalogue(): Promise<void>
  stats(): EngineStats
  /** Finishes what is queued, then stops. */
  close(): Promise<void>
}

export interface EngineStats {
  readonly queued: number
  /** Of these, ends of calls. */
  readonly endsQueued: number
  /** Commands turned away since the start. */
  readonly refused: number
  /** Of these, after they had waited. */
  readonly expired: number
  readonly inFlight: number
  readonly commits: number
  readonly decisions: number
  readonly conflicts: number
  readonly cachedAccounts: number
}
