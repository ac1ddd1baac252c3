import type { Command, OutcomeCode } from '../../../src/core/decisions/index.ts'
import { release } from '../../engine/support/commands.ts'
import { settle } from '../../engine/support.ts'
import { Random } from './random.ts'

/** What becomes of a call at the provider, by share of calls. */
const KINDS = [
  'whole',
  'whole',
  'whole',
  'fails_before',
  'fails_in_the_middle',
  'no_usage',
  'zero_usage',
  'rate_limited',
] as const
export type UpstreamKind = (typeof KINDS)[number]

/** The kinds in which the provider's bill for the call, and so the charge, is above zero. */
export const isCharged = (kind: UpstreamKind): boolean => kind === 'whole'

const ENDS: Readonly<Partial<Record<UpstreamKind, OutcomeCode>>> = {
  fails_in_the_middle: 'upstream_failed_mid_stream',
  zero_usage: 'usage_zero_with_output',
}

/** A call's fate belongs to its id: however often it is asked for, the provider does the same. */
export const upstreamKind = (seed: number, call: number): UpstreamKind =>
  new Random(seed * 7_919 + call).pick(KINDS)

/** How the gateway ends a call of this fate. */
export function endOf(kind: UpstreamKind, account: string, callId: string): Command {
  if (kind === 'fails_before') return release(account, callId)
  if (kind === 'rate_limited')
    return { ...release(account, callId), evidence: { upstream_status: 429 } }
  const whole = settle(account, callId)
  if (kind === 'no_usage') return { ...whole, usage: null }
  return { ...whole, outcome: ENDS[kind] ?? 'succeeded' }
}
