import type { Authorize } from '../core/decisions/commands.ts'
import type { Refused } from '../core/decisions/results.ts'
import type { Admission } from '../core/ledger/entry.ts'
import { type Executed, Overloaded, Unavailable } from '../engine/types.ts'
import type { KeyHolder } from '../store/control/keys.ts'
import type { Exchange } from './exchange.ts'
import { attemptRequestId } from './identity.ts'
import type { ClientPattern, GatewayPolicy } from './policy.ts'
import type { RememberedCall } from './recent-calls.ts'
import { type MeteredRequest, wordOf } from './request.ts'
import type { GatewayDeps } from './types.ts'

export type Authorized =
  | { readonly type: 'admitted'; readonly admission: Admission; readonly requestId: string }
  | { readonly type: 'refused'; readonly refused: Refused }
  /** Nothing was decided, or nothing is known of it. */
  | { readonly type: 'undecided'; readonly retryAfterMs: number; readonly requestId: string | null }

export interface AuthorizeDeps extends Pick<GatewayDeps, 'engine' | 'findGoneAsker'> {
  readonly policy: GatewayPolicy
  /** This gateway: what another one has begun is not begun here as well. */
  readonly askedBy: string
}

export interface Asking {
  readonly exchange: Exchange
  readonly holder: KeyHolder
  readonly request: MeteredRequest
  readonly call: RememberedCall
  readonly fresh: boolean
}

/** More attempts than any client makes: an end for the search of the next free one. */
const ATTEMPTS_MAX = 100
const UNAVAILABLE_RETRY_MS = 1_000

/**
 * Asks the engine whether the call may go on. An attempt that this node does not remember may have ended
 * long ago, so the first number that has not been used is looked for.
 */
export async function authorize(deps: AuthorizeDeps, asking: Asking): Promise<Authorized> {
  const { call } = asking
  for (; call.attempt <= ATTEMPTS_MAX; call.attempt += 1) {
    const requestId = attemptRequestId(call.callId, call.attempt)
    try {
      const { result, replayed } = await ask(deps, asking, requestId)
      if (result.status === 'refused') return { type: 'refused', refused: result }
      if (result.status !== 'admitted') throw new Error(`authorize answered ${result.status}`)
      if (result.hold || !replayed)
        return { type: 'admitted', admission: result.admission, requestId }
    } catch (error) {
      return undecided(error, requestId)
    }
  }
  const refused = { code: 'call_already_settled' } as const
  return { type: 'refused', refused: { status: 'refused', refused, entry: null } }
}

/** Asks once, and once more where whoever makes the call has died over it. */
async function ask(deps: AuthorizeDeps, asking: Asking, requestId: string): Promise<Executed> {
  const command = commandOf(deps, asking, requestId)
  const executed = await deps.engine.execute(command)
  const { result } = executed
  if (result.status !== 'refused' || result.refused.code !== 'call_in_flight') return executed
  const gone = await deps.findGoneAsker?.(command.accountId, asking.call.callId)
  if (!gone || gone === deps.askedBy) return executed
  return deps.engine.execute({ ...command, inPlaceOf: gone })
}

/** An overloaded engine has decided nothing; of an unavailable one nothing is known. */
function undecided(error: unknown, requestId: string): Authorized {
  if (error instanceof Overloaded)
    return { type: 'undecided', retryAfterMs: error.retryAfterMs, requestId: null }
  if (error instanceof Unavailable)
    return { type: 'undecided', retryAfterMs: UNAVAILABLE_RETRY_MS, requestId }
  throw error
}

function commandOf(
  { policy, askedBy }: AuthorizeDeps,
  asking: Asking,
  requestId: string,
): Authorize {
  const { exchange, holder, request, call } = asking
  return {
    kind: 'authorize',
    accountId: holder.accountId,
    requestId,
    actor: { type: 'key', id: holder.keyId, from: exchange.route.name },
    call: {
      callId: call.callId,
      attempt: call.attempt,
      model: request.model,
      features: request.features,
      client: clientOf(exchange, holder, policy.clients),
      keyId: holder.keyId,
      memberId: holder.memberId,
      projectId: holder.projectId,
      sessionId: wordOf(exchange.header('everycent-session')) ?? request.sessionId,
      ...labelsOf(exchange),
      tier: request.tier,
      speed: request.speed,
      region: request.region,
      dialect: request.dialect,
      route: exchange.route.name,
      fingerprint: call.fingerprint,
    },
    bound: request.bound,
    minOutputTokens: Math.min(request.minOutputTokens, request.bound.maxOutputTokens),
    fit: exchange.header('everycent-fit') === 'refuse' ? 'refuse' : 'clamp',
    ttlMs: policy.holdTtlMs,
    askedBy,
    ...(asking.fresh && call.attempt === 1 && { freshCallId: true }),
  }
}

/** What a client may say of where a call belongs. What cannot be kept as it is says nothing. */
function labelsOf(exchange: Exchange): Pick<Authorize['call'], 'parentCallId' | 'tags'> {
  const parent = wordOf(exchange.header('everycent-parent-call'))
  const tags = tagsOf(exchange.header('everycent-tags') ?? '')
  return { ...(parent !== null && { parentCallId: parent }), ...(tags.length > 0 && { tags }) }
}

const TAG = /^[A-Za-z0-9._-]{1,32}:[A-Za-z0-9._:/@-]{1,64}$/
const TAGS_MAX = 8

/** `team:search, env:prod`: the first of each key, in one order. */
function tagsOf(header: string): string[] {
  const byKey = new Map<string, string>()
  for (const part of header.split(',')) {
    const tag = part.trim()
    const key = tag.slice(0, tag.indexOf(':'))
    if (TAG.test(tag) && !byKey.has(key) && byKey.size < TAGS_MAX) byKey.set(key, tag)
  }
  return [...byKey.values()].sort()
}

/** The client class: what the key says counts before what the request says of itself. */
function clientOf(
  exchange: Exchange,
  holder: KeyHolder,
  patterns: readonly ClientPattern[],
): string | null {
  const named = holder.client ?? wordOf(exchange.header('everycent-client'))
  if (named !== null || patterns.length === 0) return named
  const userAgent = exchange.header('user-agent') ?? ''
  return patterns.find((pattern) => pattern.userAgent.test(userAgent))?.client ?? null
}
