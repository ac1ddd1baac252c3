import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Reach } from '../contract/permissions.ts'
import { type Fault, faultAt, faultTexts } from '../contract/problem-words/faults.ts'
import type { BodyOf, OperationId, ParamsOf, QueryOf, Routes } from '../contract/routes/index.ts'
import type { Caller } from './caller.ts'
import type { Services } from './deps.ts'
import { type Answer, ProblemError } from './problem-answer.ts'
import type { Sight } from './support-sight.ts'

/** A request that is permitted and follows the schema of its route. */
export interface Inbound<Id extends OperationId> {
  readonly params: ParamsOf<Routes[Id]>
  readonly query: QueryOf<Routes[Id]>
  readonly body: BodyOf<Routes[Id]>
  /** On public routes: whoever; their handlers do not look. */
  readonly caller: Caller
  /** How far the caller's permission goes: `own` stands for what is of its own member. */
  readonly reach: Reach
  /** Whether names may be in what is put in words; members of the answer are masked by its schema. */
  readonly sight: Sight
  readonly idempotencyKey: string | null
  /** `POST /v1/…`, for the journal. */
  readonly from: string
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** `'sent'`: the handler has taken over the reply. */
export type Handler<Id extends OperationId> = (
  inbound: Inbound<Id>,
  services: Services,
) => Promise<Answer | 'sent'>

/** One handler an operation: a route without one does not compile. */
export type Handlers<Ids extends OperationId = OperationId> = { readonly [Id in Ids]: Handler<Id> }

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const created = (body: unknown): Answer => ({ status: 201, body })

/** An answer that says what is wrong with a document, in the language of whoever asks. */
export const withErrors = (answer: Answer, errors: readonly Fault[]): Answer => ({
  ...answer,
  body: { ...(answer.body as object), errors: faultTexts(errors, 'en') },
  occurrence: { errors },
})

/**
 * The account that a request in whose body it may be named is about. An account key stands for its own;
 * any other is answered as if it did not exist.
 */
export function accountOf(
  { caller }: { readonly caller: Caller },
  named: string | undefined,
  part: 'body' | 'query' = 'body',
): string {
  if (caller.type === 'key') {
    if (named !== undefined && named !== caller.holder.accountId)
      throw new ProblemError('account_unknown')
    return caller.holder.accountId
  }
  if (named !== undefined) return named
  throw new ProblemError('invalid_request', {
    errors: [faultAt(`${part}/account_id`, 'account_missing')],
  })
}

/** The request id of a route that needs the header; registration has made sure of it. */
export function keyOf({ idempotencyKey }: { readonly idempotencyKey: string | null }): string {
  if (idempotencyKey === null) throw new ProblemError('idempotency_key_missing')
  return idempotencyKey
}

/** The member to whom the caller's sight is limited; `null`: it sees the whole account. */
export function memberInSight({
  caller,
  reach,
}: {
  readonly caller: Caller
  readonly reach: Reach
}): string | null {
  if (reach !== 'own') return null
  if (caller.type !== 'key' || caller.holder.memberId === null)
    throw new Error('only a member can be limited to what is its own')
  return caller.holder.memberId
}

/** Whose records are asked for; another member's, by one who sees only its own, do not exist. */
export function memberAsked(
  inbound: { readonly caller: Caller; readonly reach: Reach },
  named: string | undefined,
): string | null {
  const own = memberInSight(inbound)
  if (own !== null && named !== undefined && named !== own) throw new ProblemError('member_unknown')
  return own ?? named ?? null
}
