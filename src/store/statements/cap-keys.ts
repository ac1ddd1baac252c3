import { type CallFacts, type Cap, capBucket, EACH } from '../../core/funding/index.ts'
import type { Instant } from '../../core/time/index.ts'

/** `scope:scope_id` of every cap beside the state that could limit a call. */
export const scopesOf = (call: CallFacts): string[] => [
  'account:',
  ...ofEach('member', call.memberId),
  ...ofEach('key', call.keyId),
  ...ofEach('project', call.projectId),
  `model:${call.model}`,
]

const ofEach = (scope: Cap['scope'], id: string | null): string[] =>
  id === null ? [] : [`${scope}:${id}`, `${scope}:${EACH}`]

const PERIODS = ['session', 'day', 'week', 'cycle', 'lifetime'] as const
const SCOPES = ['member', 'key', 'project'] as const

/** Every bucket that a call at this time could count in, whatever the cap's period and scope. */
export function bucketsOf(call: CallFacts, anchor: Instant, at: Instant): string[] {
  const buckets = PERIODS.flatMap((period) => [
    capBucket({ scope: 'account', scopeId: null, period } as Cap, call, anchor, at),
    ...SCOPES.map((scope) => capBucket({ scope, scopeId: EACH, period } as Cap, call, anchor, at)),
  ])
  return [...new Set(buckets)]
}
