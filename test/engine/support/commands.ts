import type {
  CallDescription,
  ChangePlan,
  Command,
  GrantLot,
  RecordUsage,
  Refund,
  Release,
  Reverse,
} from '../../../src/core/decisions/index.ts'
import type { Cap } from '../../../src/core/funding/index.ts'
import { readNanos } from '../../../src/core/money/index.ts'
import type { Instant } from '../../../src/core/time/index.ts'
import { authorize, settle } from '../support.ts'

const ACTOR = { type: 'operator', id: 'test' } as const

export const callOf = (callId: string, more: Partial<CallDescription> = {}): CallDescription => ({
  ...authorize('any', callId).call,
  ...more,
})

export const record = (
  accountId: string,
  callId: string,
  eventAt: number,
  more: { input?: number; output?: number; call?: Partial<CallDescription> } = {},
): RecordUsage => ({
  kind: 'record',
  accountId,
  requestId: callId,
  actor: ACTOR,
  call: callOf(callId, more.call),
  eventAt: eventAt as Instant,
  outcome: 'succeeded',
  usage: settle(accountId, callId, more.input, more.output).usage,
  evidence: {},
})

export const release = (accountId: string, callId: string, requestId = callId): Release => ({
  kind: 'release',
  accountId,
  requestId,
  actor: ACTOR,
  callId,
  outcome: 'error_before_output',
  evidence: { upstream_status: 529 },
})

export const refund = (
  accountId: string,
  callId: string,
  reason = 'goodwill',
  amount?: string,
): Refund => ({
  kind: 'refund',
  accountId,
  requestId: `${callId}#refund:${reason}`,
  actor: ACTOR,
  callId,
  reason,
  ...(amount !== undefined && { amount: readNanos(amount) }),
})

export const reverse = (accountId: string, seq: number): Reverse => ({
  kind: 'reverse',
  accountId,
  requestId: `entry:${seq}#reverse`,
  actor: ACTOR,
  seq,
  reason: 'posted in error',
})

export const grant = (
  accountId: string,
  id: string,
  amount: string,
  expiresAt: number | null = null,
): GrantLot => ({
  kind: 'grant',
  accountId,
  requestId: `grant:${id}`,
  actor: ACTOR,
  lotId: `lot_${id}`,
  name: id,
  origin: 'promotion',
  amount: readNanos(amount),
  expiresAt: expiresAt as Instant | null,
  scope: {},
  position: 'after_windows',
  priority: 10,
})

export const cap = (
  id: string,
  scope: Cap['scope'],
  scopeId: string | null,
  amount: string,
  period: Cap['period'] = 'lifetime',
): Cap => ({ id, scope, scopeId, period, amount: readNanos(amount), counts: 'money' })

export const setCaps = (
  accountId: string,
  requestId: string,
  caps: readonly Cap[],
  removeCaps: readonly string[] = [],
): Command => ({
  kind: 'set_controls',
  accountId,
  requestId,
  actor: ACTOR,
  ...(caps.length > 0 && { caps }),
  ...(removeCaps.length > 0 && { removeCaps }),
})

export const changePlan = (accountId: string, plan: string, requestId: string): ChangePlan => ({
  kind: 'change_plan',
  accountId,
  requestId,
  actor: ACTOR,
  plan,
})
