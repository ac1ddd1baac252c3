import { receiptId } from '../contract/receipt/index.ts'
import type { Timers } from '../engine/timers.ts'
import type { KeyHolder } from '../store/control/keys.ts'
import { type Authorized, authorize } from './authorize.ts'
import { type AuthorizedCall, actorOf } from './authorized-call.ts'
import { blockError } from './block.ts'
import type { CallEnds } from './call-ends.ts'
import { CallRun } from './call-run.ts'
import { ClientWriter } from './client-writer.ts'
import { readMessages } from './dialects/anthropic/request.ts'
import { readChat, readEmbeddings, readResponses } from './dialects/openai/request.ts'
import type { Exchange } from './exchange.ts'
import { FreeRun } from './free-run.ts'
import { engineOverloaded, type Gate } from './gate.ts'
import type { HoldKeeper } from './hold-keeper.ts'
import { fingerprintOf, type Identity, identify, retryCountOf } from './identity.ts'
import { withMembers } from './json-members.ts'
import { conclude } from './outcome.ts'
import type { GatewayPolicy } from './policy.ts'
import { post } from './posting.ts'
import type { ProgressKeeper } from './progress-keeper.ts'
import { readBody } from './read-body.ts'
import type { RecentCalls, RememberedCall } from './recent-calls.ts'
import type { ReplayCache } from './replay-cache.ts'
import {
  type BadRequest,
  type MeteredRequest,
  type ParsedBody,
  parseBody,
  type ReadContext,
} from './request.ts'
import type { Surface } from './routes.ts'
import type { CallReport, GatewayDeps } from './types.ts'
import type { Upstream } from './upstream.ts'

export interface ServeDeps {
  readonly deps: GatewayDeps
  readonly policy: GatewayPolicy
  /** What this gateway calls itself in its holds. */
  readonly askedBy: string
  readonly timers: Timers
  readonly context: ReadContext
  readonly recent: RecentCalls
  readonly replays: ReplayCache
  readonly holds: HoldKeeper
  readonly ends: CallEnds
  readonly gate: Gate
  readonly progress: ProgressKeeper | null
  /** Runs until it is done, or until the gateway closes. */
  track(run: { readonly done: Promise<void>; readonly waitingBytes: number; cutOff(): void }): void
}

type Reader = (body: ParsedBody, context: ReadContext) => MeteredRequest | BadRequest

const READERS: Readonly<Record<Surface, Reader>> = {
  anthropic_messages: readMessages,
  openai_chat: readChat,
  openai_responses: readResponses,
  openai_embeddings: readEmbeddings,
}

/** One metered request: read, told apart from retries, authorized, clamped, sent. */
export class CallService {
  readonly #own: ServeDeps

  constructor(own: ServeDeps) {
    this.#own = own
  }

  async serve(
    exchange: Exchange,
    holder: KeyHolder,
    surface: Surface,
    upstream: Upstream,
  ): Promise<void> {
    const { nowMs } = this.#own.deps
    const askedMs = nowMs()
    const read = await readBody(exchange, this.#own.policy.bodyBytesMax, this.#own.gate)
    exchange.waitedMs = nowMs() - askedMs
    if (read.type === 'gone') return
    if (read.type === 'refused') {
      exchange.refuse(read.error)
      return
    }
    const parsed = parseBody(read.bytes)
    const request = parsed.ok ? READERS[surface](parsed, this.#own.context) : parsed
    if (!parsed.ok || !request.ok) {
      refuseBadRequest(exchange, request as BadRequest)
      return
    }
    const fingerprint = fingerprintOf(exchange.route.name, read.bytes)
    const identity = await this.#identify(exchange, holder, fingerprint)
    const run = { exchange, holder, upstream, parsed, request }
    if (identity.type === 'attempt') await this.#attempt(run, identity)
    else this.#answerKnown(run, identity)
  }

  #identify(exchange: Exchange, holder: KeyHolder, fingerprint: string): Promise<Identity> {
    const { deps, policy, recent, timers } = this.#own
    const { nowMs, newCallId, findRecentCall } = deps
    return identify({ recent, policy, nowMs, timers, newCallId, findRecentCall }, holder, {
      exchange,
      fingerprint,
    })
  }

  async #attempt(run: Run, { call, fresh }: Identity & { type: 'attempt' }): Promise<void> {
    const { exchange } = run
    const { deps, policy, askedBy } = this.#own
    const { engine, findGoneAsker } = deps
    let authorized: Authorized
    try {
      const own = { engine, policy, askedBy, ...(findGoneAsker && { findGoneAsker }) }
      authorized = await authorize(own, { ...run, call, fresh })
    } catch (error) {
      call.end('failed')
      throw error
    }
    if (authorized.type === 'undecided') this.#undecided(run, call, authorized)
    else if (authorized.type === 'refused') {
      call.end(authorized.refused.refused.code === 'call_already_settled' ? 'settled' : 'refused')
      const error = blockError(authorized.refused, call.callId, policy.retryAfterMaxMs)
      exchange.refuse(error, ['everycent-receipt', receiptId(call.callId), 'everycent-cost', '0'])
      this.#report(exchange, 'refused')
    } else await this.#send(run, call, authorized)
  }

  async #send(
    run: Run,
    call: RememberedCall,
    { admission, requestId }: Authorized & { type: 'admitted' },
  ): Promise<void> {
    const { exchange, holder, request, parsed, upstream } = run
    const { limit } = request
    call.clampedTokens = admission.clamped ? admission.max_output_tokens : null
    const clampedTo = clampOf(request, call)
    const setTo = clampedTo ?? limit?.assumed ?? null
    const sentMaxOutputTokens = setTo ?? limit?.requested ?? null
    const own: AuthorizedCall = {
      exchange,
      holder,
      request,
      body: changedBody(parsed, request, clampedTo),
      call,
      requestId,
      authorizedMs: this.#own.deps.nowMs(),
      clampedTo: setTo,
      sentMaxOutputTokens,
      outputTokensMax:
        limit && sentMaxOutputTokens !== null
          ? sentMaxOutputTokens * limit.choices
          : request.bound.maxOutputTokens,
      retryCount: retryCountOf(exchange),
    }
    const { policy, timers, ends, holds, progress, deps } = this.#own
    holds.keep(own)
    const callRun = new CallRun(own, {
      ...{ upstream, policy, timers, ends },
      nowMs: deps.nowMs,
      conclude: deps.conclude ?? conclude,
    })
    this.#own.track(callRun)
    exchange.useBody(callRun.done)
    progress?.watch(own, () => callRun.soFar(), callRun.ended)
    if (exchange.gone) await callRun.leftBeforeSending()
    else callRun.start()
  }

  /** What a request gets whose call is under way or over already. */
  #answerKnown(run: Run, identity: Exclude<Identity, { type: 'attempt' }>): void {
    const { exchange } = run
    switch (identity.type) {
      case 'gone':
        return
      case 'conflict':
      case 'in_flight': {
        const code = identity.type === 'conflict' ? 'request_conflict' : 'call_in_flight'
        this.#refuseKnown(exchange, identity.callId, code)
        return
      }
      case 'settled':
        this.#again(run, identity.call, identity.keyed)
    }
  }

  /** The answer of a settled call, once more and for nothing. */
  #again(run: Run, call: RememberedCall, keyed: boolean): void {
    const { exchange } = run
    const { replays, deps, policy, timers } = this.#own
    const own = ['everycent-cost', '0', 'everycent-replayed', 'true']
    const kept = replays.find(call.accountId, call.callId, deps.nowMs())
    call.abandoned = false
    if (kept) {
      const length = ['content-length', String(kept.bytes)]
      const writer = new ClientWriter(exchange, policy.upstreamTimeoutMs, timers)
      this.#own.track(writer)
      writer.head(kept.status, [...kept.headers, ...length, ...own])
      for (const chunk of kept.chunks) writer.write(chunk)
      writer.end(null, [])
      deps.metrics?.onEvent?.('replayed')
      this.#report(exchange, 'replayed')
    } else if (keyed || call.freeForwards >= policy.freeForwardsMax)
      this.#refuseKnown(exchange, call.callId, 'call_already_settled')
    else this.#forwardFree(run, call)
  }

  /** The answer was lost and is not kept: it is made again at the platform's cost. */
  #forwardFree({ exchange, parsed, request, upstream }: Run, call: RememberedCall): void {
    call.freeForwards += 1
    const { deps, policy, timers } = this.#own
    const { callId, accountId } = call
    deps.log.warn({ account_id: accountId, call_id: callId }, 'a settled call is made again free')
    deps.metrics?.onEvent?.('forwarded_free')
    this.#report(exchange, 'forwarded_free')
    const headers = ['everycent-receipt', receiptId(callId), 'everycent-cost', '0']
    const run = new FreeRun(exchange, { stallMs: policy.upstreamTimeoutMs, timers, headers })
    this.#own.track(run)
    exchange.useBody(run.done)
    const clampedTo = clampOf(request, call)
    run.start(upstream, changedBody(parsed, { ...request, changes: {} }, clampedTo))
  }

  #refuseKnown(
    exchange: Exchange,
    callId: string,
    code: 'request_conflict' | 'call_in_flight' | 'call_already_settled',
  ): void {
    const field = code === 'request_conflict' ? { field: 'call' } : {}
    const error = blockError(
      { status: 'refused', refused: { code, ...field }, entry: null },
      callId,
      this.#own.policy.retryAfterMaxMs,
    )
    exchange.refuse(error, ['everycent-receipt', receiptId(callId)])
    this.#report(exchange, 'refused')
  }

  #undecided(
    { exchange, holder }: Run,
    call: RememberedCall,
    { retryAfterMs, requestId }: Authorized & { type: 'undecided' },
  ): void {
    const { deps, policy, timers } = this.#own
    deps.metrics?.onEvent?.(requestId === null ? 'overloaded' : 'unavailable')
    // nothing was decided: the same attempt may be asked for again
    if (requestId === null) call.end('undecided')
    else {
      call.end('failed')
      // a hold may have been placed all the same, and would lock funds until it expires
      const { engine, nowMs, log } = deps
      void post(
        { engine, nowMs, timers, retryMs: policy.endRetryMs },
        {
          kind: 'release',
          accountId: holder.accountId,
          requestId,
          callId: call.callId,
          actor: actorOf({ holder, exchange }),
          outcome: 'error_before_output',
          evidence: { attempt: call.attempt, flags: ['not_sent'] },
        },
      ).catch((error: unknown) => log.error({ err: error, call_id: call.callId }, 'release failed'))
    }
    exchange.refuse({
      ...(requestId === null ? engineOverloaded({ retryAfterMs }) : UNAVAILABLE),
      callId: call.callId,
      retryAfterMs,
    })
    this.#report(exchange, 'not_authorized')
  }

  #report({ route }: Exchange, outcome: CallReport['outcome']): void {
    this.#own.deps.metrics?.onCall?.({ dialect: route.dialect, outcome })
  }
}

const UNAVAILABLE = {
  status: 503,
  code: 'engine_unavailable',
  message: 'The call could not be authorized, so it was not made. Nothing was charged.',
  retry: true,
} as const

interface Run {
  readonly exchange: Exchange
  readonly holder: KeyHolder
  readonly upstream: Upstream
  readonly parsed: ParsedBody
  readonly request: MeteredRequest
}

/** The output limit of each answer that is asked for; `null`: as the client wants it. */
const clampOf = (
  { limit }: Pick<MeteredRequest, 'limit'>,
  { clampedTokens }: RememberedCall,
): number | null =>
  limit && clampedTokens !== null ? Math.floor(clampedTokens / limit.choices) : null

/** The body as it goes upstream: the client's bytes, unless something has to be set in them. */
function changedBody(
  parsed: ParsedBody,
  request: Pick<MeteredRequest, 'limit' | 'changes'>,
  clampedTo: number | null,
): Buffer {
  const { limit } = request
  const setTo = clampedTo ?? limit?.assumed ?? null
  const changes = { ...request.changes, ...(limit && setTo !== null && { [limit.member]: setTo }) }
  return Object.keys(changes).length === 0
    ? parsed.bytes
    : withMembers(parsed.bytes, parsed.members, changes)
}

const refuseBadRequest = (exchange: Exchange, { message, param }: BadRequest): void =>
  exchange.refuse({ status: 400, code: 'invalid_request', message, param, retry: false })
