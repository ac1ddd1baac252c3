import type { OutcomeCode, Release, Settle } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/results.ts'
import type { EntryBody } from '../core/ledger/entry.ts'
import type { Timers } from '../engine/timers.ts'
import { type AuthorizedCall, actorOf } from './authorized-call.ts'
import { evidenceOf, type Observed, storableCall } from './evidence.ts'
import type { HoldKeeper } from './hold-keeper.ts'
import type { Ending } from './outcome.ts'
import type { GatewayPolicy } from './policy.ts'
import { post, within } from './posting.ts'
import type { RememberedCall } from './recent-calls.ts'
import type { KeptAnswer, ReplayCache } from './replay-cache.ts'
import type { GatewayDeps } from './types.ts'

/** Outcomes whose answer a retry may be given again. */
const REPLAYABLE: ReadonlySet<OutcomeCode> = new Set([
  'succeeded',
  'refused_before_output',
  'refused_after_output',
])

/** A settled call whose client has not got what it asked for: asking again is a new call. */
export const isReplayable = (outcome: OutcomeCode | null): boolean =>
  outcome !== null && REPLAYABLE.has(outcome)

/** Posts how attempts ended, and remembers it for retries. */
export class CallEnds {
  readonly #deps: GatewayDeps
  readonly #policy: GatewayPolicy
  readonly #replays: ReplayCache
  readonly #holds: HoldKeeper
  readonly #timers: Timers
  readonly #pending = new Set<Promise<unknown>>()

  constructor(
    deps: GatewayDeps,
    parts: { policy: GatewayPolicy; replays: ReplayCache; holds: HoldKeeper; timers: Timers },
  ) {
    this.#deps = deps
    this.#policy = parts.policy
    this.#replays = parts.replays
    this.#holds = parts.holds
    this.#timers = parts.timers
  }

  /**
   * Posts an end. Gives its entry, `null` when the engine posted none, and `undefined` when the client
   * should not wait for it any longer: the posting goes on, and keeps the answer when it is done.
   */
  async post(
    own: AuthorizedCall,
    ending: Ending,
    observed: Observed,
    keepAnswer: () => void,
  ): Promise<EntryBody | null | undefined> {
    const posting = this.#post(own, ending, observed).then((entry) => {
      keepAnswer()
      own.call.end(ending.action === 'settle' ? 'settled' : 'failed', ending.outcome)
      this.#report(own, ending, observed, entry)
      return { entry }
    })
    this.#pending.add(posting)
    posting.finally(() => this.#pending.delete(posting)).catch(() => {})
    return (await within(this.#timers, posting, this.#policy.endWaitMs))?.entry
  }

  /** Room for what a retry may be given again; see `release`. */
  reserve(bytes: number): boolean {
    return this.#replays.reserve(bytes)
  }

  release(bytes: number): void {
    this.#replays.release(bytes)
  }

  keep(call: RememberedCall, outcome: OutcomeCode, answer: KeptAnswer): void {
    if (!isReplayable(outcome) || answer.bytes > this.#policy.replayEntryBytesMax) return
    this.#replays.keep(call.accountId, call.callId, answer, this.#deps.nowMs())
  }

  /** Something that must not happen: the hold is left to expire, which charges nothing. */
  failed(own: AuthorizedCall, error: unknown): void {
    this.#holds.drop(own)
    own.call.end('failed')
    this.#deps.log.error({ ...named(own), err: error }, 'a call could not be ended')
  }

  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled([...this.#pending])
  }

  async #post(own: AuthorizedCall, ending: Ending, observed: Observed): Promise<EntryBody | null> {
    // from here on it is the end that may come late, so the hold is still kept
    const result = await this.#execute(commandOf(own, ending, observed), own)
    this.#holds.drop(own)
    if (result?.status === 'posted') return result.entry
    const { log, metrics } = this.#deps
    if (result === null) {
      log.error(named(own), 'the end of a call could not be posted in time; its hold will expire')
      metrics?.onEvent?.('end_not_posted')
    } else {
      const code = result.status === 'refused' ? result.refused.code : result.status
      log.warn({ ...named(own), code }, 'the end of a call was refused; nothing was charged')
      metrics?.onEvent?.('end_refused')
    }
    return null
  }

  async #execute(command: Settle | Release, own: AuthorizedCall): Promise<Result | null> {
    const { engine, nowMs, log } = this.#deps
    try {
      const timers = this.#timers
      return await post({ engine, nowMs, timers, retryMs: this.#policy.endRetryMs }, command)
    } catch (error) {
      log.error({ ...named(own), err: error }, 'the engine failed at the end of a call')
      return null
    }
  }

  #report(
    { exchange }: AuthorizedCall,
    { outcome }: Ending,
    observed: Observed,
    entry: EntryBody | null,
  ): void {
    const { metrics, nowMs } = this.#deps
    if (observed.error?.kind === 'bounded') metrics?.onEvent?.('drain_bounded')
    const { receivedMs, authorizedMs, firstByteMs, lastByteMs, stream } = observed
    // an answer in one piece waits for its end to be posted, a stream does not
    const after = stream || lastByteMs === null ? 0 : nowMs() - lastByteMs
    metrics?.onCall?.({
      dialect: exchange.route.dialect,
      outcome,
      attempt: {
        entry,
        upstreamStatus: observed.upstreamStatus,
        stream,
        clientLeft: observed.abortedMs !== null,
        firstByteMs: firstByteMs === null ? null : firstByteMs - authorizedMs,
        lastByteMs: lastByteMs === null ? null : lastByteMs - authorizedMs,
        addedMs: authorizedMs - receivedMs - exchange.waitedMs + after,
      },
    })
  }
}

const named = (own: AuthorizedCall) => ({
  account_id: own.holder.accountId,
  call_id: own.call.callId,
  request_id: own.requestId,
})

function commandOf(own: AuthorizedCall, ending: Ending, observed: Observed): Settle | Release {
  const common = {
    accountId: own.holder.accountId,
    requestId: own.requestId,
    callId: own.call.callId,
    actor: actorOf(own),
    outcome: ending.outcome,
    evidence: evidenceOf(observed),
  }
  return ending.action === 'settle'
    ? { kind: 'settle', ...common, usage: storableCall(ending.usage) }
    : { kind: 'release', ...common }
}
