import { faultAt } from '../contract/problem-words/faults.ts'
import type { AuthorizeBody, EstimateBody, RecordBody } from '../contract/schemas/calls.ts'
import type { CallDescription } from '../core/decisions/commands.ts'
import type { UsageBound } from '../core/pricing/types.ts'
import { derivedId } from '../store/control/index.ts'
import type { Caller } from './caller.ts'
import { ProblemError } from './problem-answer.ts'

type Described = AuthorizeBody | EstimateBody | RecordBody

/** The call's id: given, or following from the idempotency key, so that a repeat is the same call. */
export function callIdOf(
  given: string | undefined,
  accountId: string,
  idempotencyKey: string | null,
): string {
  if (given !== undefined) return given
  if (idempotencyKey === null)
    throw new ProblemError('idempotency_key_missing', {
      detail: { code: 'call_id_missing' },
    })
  return derivedId('call', accountId, idempotencyKey)
}

/** Attempts of a call are told apart by their request id. */
export const attemptId = (callId: string, attempt: number): string =>
  attempt === 1 ? callId : `${callId}#${attempt}`

/**
 * Whose call it is. What a key is bound to holds whatever the body says; a body that says otherwise is
 * refused, since one of the two is a mistake.
 */
function holderFacts(body: Described, caller: Caller) {
  if (caller.type !== 'key')
    return {
      keyId: body.key_id ?? null,
      memberId: body.member_id ?? null,
      projectId: body.project_id ?? null,
      client: body.client ?? null,
    }
  const { holder } = caller
  return {
    keyId: bound('key_id', body.key_id, holder.keyId),
    memberId: bound('member_id', body.member_id, holder.memberId),
    projectId: bound('project_id', body.project_id, holder.projectId),
    client: bound('client', body.client, holder.client),
  }
}

function bound(name: string, given: string | undefined, own: string | null): string | null {
  if (own === null || given === undefined || given === own) return own ?? given ?? null
  throw new ProblemError('invalid_request', {
    errors: [faultAt(`body/${name}`, 'bound_to_key')],
  })
}

/** In one order, so that a repeat that sends them in another is the same. */
function tagsOf(tags: readonly string[] | undefined): { readonly tags?: readonly string[] } {
  if (tags === undefined || tags.length === 0) return {}
  const keys = new Set(tags.map((tag) => tag.slice(0, tag.indexOf(':'))))
  if (keys.size === tags.length) return { tags: [...tags].sort() }
  throw new ProblemError('invalid_request', {
    errors: [faultAt('body/tags', 'tag_key_twice')],
  })
}

export const callDescription = (
  body: Described,
  caller: Caller,
  own: { readonly callId: string; readonly attempt: number; readonly route: string },
): CallDescription => ({
  ...holderFacts(body, caller),
  callId: own.callId,
  attempt: own.attempt,
  model: body.model,
  // a set: in one order, like tags
  features: [...(body.features ?? [])].sort(),
  sessionId: body.session_id ?? null,
  ...(body.parent_call_id !== undefined && { parentCallId: body.parent_call_id }),
  ...tagsOf(body.tags),
  tier: body.tier ?? null,
  speed: body.speed ?? null,
  region: body.region ?? null,
  dialect: ('dialect' in body ? body.dialect : undefined) ?? null,
  route: ('route' in body ? body.route : undefined) ?? own.route,
  fingerprint: ('fingerprint' in body ? body.fingerprint : undefined) ?? null,
})

export function usageBound(
  body: AuthorizeBody | EstimateBody,
  maxOutputTokens: number,
): UsageBound {
  const expected = body.prompt_tokens_expected ?? body.prompt_tokens_max
  if (expected > body.prompt_tokens_max)
    throw new ProblemError('invalid_request', {
      errors: [faultAt('body/prompt_tokens_expected', 'expected_above_max')],
    })
  return {
    promptTokensMax: body.prompt_tokens_max,
    promptTokensExpected: expected,
    promptKinds: body.prompt_kinds ?? ['input'],
    maxOutputTokens,
    outputKinds: body.output_kinds ?? ['output'],
    fees: Object.fromEntries(Object.entries(body.fees ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
