import { createHash, hash } from 'node:crypto'
import { pause, type Timers } from '../engine/timers.ts'
import type { KeyHolder } from '../store/control/keys.ts'
import { isReplayable } from './call-ends.ts'
import type { Exchange } from './exchange.ts'
import type { GatewayPolicy } from './policy.ts'
import { type RecentCalls, RememberedCall } from './recent-calls.ts'
import type { GatewayDeps, RecentCall } from './types.ts'

/** Which call a request is, and how it is to be treated. */
export type Identity =
  | {
      readonly type: 'attempt'
      readonly call: RememberedCall
      /** The call id was made just now. */
      readonly fresh: boolean
    }
  /** An attempt of the call is still under way. */
  | { readonly type: 'in_flight'; readonly callId: string }
  /** The call is settled; its answer is kept, or is got again without a charge. */
  | { readonly type: 'settled'; readonly call: RememberedCall; readonly keyed: boolean }
  /** The client's call id was used for another content. */
  | { readonly type: 'conflict'; readonly callId: string }
  | { readonly type: 'gone' }

export interface IdentityDeps {
  readonly recent: RecentCalls
  readonly policy: GatewayPolicy
  readonly nowMs: () => number
  readonly timers: Timers
  readonly newCallId: () => string
  readonly findRecentCall: GatewayDeps['findRecentCall']
}

const CALL_ID = /^[A-Za-z0-9._:-]{1,128}$/
const HASH_CHARACTERS = 40

/** The id that a client gives its call; one that cannot be an id becomes one by its hash. */
function givenCallId(exchange: Exchange): string | null {
  const given = exchange.header('everycent-call-id') ?? exchange.header('idempotency-key')
  if (given === null || given === '') return null
  if (CALL_ID.test(given)) return given
  return `ik_${hash('sha256', given).slice(0, HASH_CHARACTERS)}`
}

/** Short bodies are copied, which is quicker than hashing in parts. */
const COPIED_BYTES_MAX = 65_536

/** The content of a request: where it goes and what it says. */
export function fingerprintOf(name: string, body: Buffer): string {
  const start = Buffer.from(`${name}\n`)
  return body.length <= COPIED_BYTES_MAX
    ? hash('sha256', Buffer.concat([start, body]))
    : createHash('sha256').update(start).update(body).digest('hex')
}

const RETRY_COUNT = /^\d{1,4}$/

/** Which retry this is by the word of an official client; 0 for a first attempt. */
export function retryCountOf(exchange: Exchange): number {
  const count = exchange.header('x-stainless-retry-count') ?? ''
  return RETRY_COUNT.test(count) ? Number(count) : 0
}

interface Asked {
  readonly exchange: Exchange
  readonly accountId: string
  readonly fingerprint: string
}

/**
 * Tells a new call from another attempt of one. A client's own id decides; without one, the same content
 * from the same account within the retry window is the same call if it is marked as a retry, or if the
 * client of the call before never got its answer.
 */
export async function identify(
  deps: IdentityDeps,
  holder: KeyHolder,
  asked: Omit<Asked, 'accountId'>,
): Promise<Identity> {
  const own: Asked = { ...asked, accountId: holder.accountId }
  const given = givenCallId(asked.exchange)
  if (given !== null) return identifyGiven(deps, own, given)
  const known = deps.recent.byContent(own.accountId, own.fingerprint, deps.nowMs())
  if (retryCountOf(asked.exchange) === 0 && !known?.abandoned)
    return begin(deps, own, deps.newCallId(), true)
  if (known) return follow(deps, own, known, false)
  const found = await foundElsewhere(deps, own)
  // retries that were looking at the same time share one memory of the call: the first one's
  const call = rememberedSince(deps, own, found) ?? remember(deps, own, found)
  if (call) return follow(deps, own, call, false)
  return found
    ? { type: 'in_flight', callId: found.callId }
    : begin(deps, own, deps.newCallId(), true)
}

function identifyGiven(
  deps: IdentityDeps,
  asked: Asked,
  callId: string,
): Promise<Identity> | Identity {
  const call = deps.recent.byId(asked.accountId, callId, deps.nowMs())
  if (!call) return begin(deps, asked, callId, false)
  if (call.fingerprint !== asked.fingerprint) return { type: 'conflict', callId }
  return follow(deps, asked, call, true)
}

function begin(deps: IdentityDeps, asked: Asked, callId: string, fresh: boolean): Identity {
  const call = new RememberedCall(asked.accountId, callId, asked.fingerprint, deps.nowMs())
  deps.recent.add(call)
  return { type: 'attempt', call, fresh }
}

/** Another attempt of a remembered call: waits for the one in flight, then goes by how it ended. */
async function follow(
  deps: IdentityDeps,
  asked: Asked,
  call: RememberedCall,
  keyed: boolean,
): Promise<Identity> {
  const { exchange } = asked
  const onGone = (listener: () => void): void => exchange.onGone(listener)
  await call.waitForEnd(deps.policy.attachWaitMs, onGone, deps.timers)
  if (exchange.gone) return { type: 'gone' }
  if (call.state === 'in_flight') return { type: 'in_flight', callId: call.callId }
  if (call.state === 'settled') {
    // a client that has no whole answer, and paid for none, begins anew: that is a call of its own
    if (call.outcome !== null && !isReplayable(call.outcome) && !keyed)
      return begin(deps, asked, deps.newCallId(), true)
    return { type: 'settled', call, keyed }
  }
  // a refusal is the answer to a client's own id for ever; without one, the next attempt may fare better
  const again = call.state === 'undecided' || (call.state === 'refused' && keyed)
  call.begin(again ? call.attempt : call.attempt + 1)
  return { type: 'attempt', call, fresh: false }
}

/** How often the database is asked for the end of a call that another node is serving. */
const LOOK_AGAIN_MS = 500

/** A call that this node does not remember; one that is under way elsewhere is waited for. */
async function foundElsewhere(deps: IdentityDeps, asked: Asked): Promise<RecentCall | null> {
  const deadline = deps.nowMs() + deps.policy.attachWaitMs
  for (;;) {
    const since = deps.nowMs() - deps.policy.retryWindowMs
    const found = (await deps.findRecentCall?.(asked.accountId, asked.fingerprint, since)) ?? null
    if (found?.state !== 'in_flight' || rememberedSince(deps, asked, found)) return found
    if (asked.exchange.gone || deps.nowMs() + LOOK_AGAIN_MS > deadline) return found
    await pause(deps.timers, LOOK_AGAIN_MS)
  }
}

/** What this node has come to remember while the database was asked. */
function rememberedSince(
  { recent, nowMs }: IdentityDeps,
  { accountId, fingerprint }: Asked,
  found: RecentCall | null,
): RememberedCall | null {
  const now = nowMs()
  const same = recent.byContent(accountId, fingerprint, now)
  return same ?? (found && recent.byId(accountId, found.callId, now))
}

/** One that is under way is not kept: its end would not be seen here. */
function remember(
  { recent, nowMs }: IdentityDeps,
  { accountId, fingerprint }: Asked,
  found: RecentCall | null,
): RememberedCall | null {
  if (!found || found.state === 'in_flight') return null
  const call = new RememberedCall(accountId, found.callId, fingerprint, nowMs())
  call.attempt = found.attempt
  call.clampedTokens = found.clampedTokens ?? null
  call.end(found.state, found.outcome)
  recent.add(call)
  return call
}

/** The id of an attempt's commands. */
export const attemptRequestId = (callId: string, attempt: number): string =>
  attempt === 1 ? callId : `${callId}#${attempt}`
