import type { FastifyBaseLogger } from 'fastify'
import type { Answered, Asked, Identity, Operations } from '../contract/operations.ts'
import { reachOf } from '../contract/permissions.ts'
import { type OperationId, ROUTES, type Route } from '../contract/routes/index.ts'
import { admitted } from './admitted.ts'
import { authenticate, type Caller, callerId, principalOf } from './caller.ts'
import type { Services } from './deps.ts'
import { faultAnswer } from './faults.ts'
import type { Handler } from './handler.ts'
import { HANDLERS } from './handlers/index.ts'
import { unfit } from './json-body.ts'
import { type Answer, ProblemError } from './problem-answer.ts'
import { inLanguage } from './problem-language.ts'
import { ordered } from './staff-orders.ts'
import { seen } from './support-sight.ts'
import { type RouteValidator, validatorOf } from './validators.ts'

/** Operations that speak HTTP themselves, and so cannot be run without a request. */
const BOUND_TO_HTTP: readonly OperationId[] = ['followEvents', 'takePaymentWebhook']

/** The operations of the API for the other rooms of this server; `log` takes what is unexpected. */
export function operationsOf(services: Services, log: FastifyBaseLogger): Operations {
  const callers = new WeakMap<Identity, Caller>()
  const validators = new Map<OperationId, RouteValidator>()
  const validator = (id: OperationId): RouteValidator => {
    const known = validators.get(id) ?? validatorOf(id)
    validators.set(id, known)
    return known
  }
  return {
    identify: async (authorization) => {
      const caller = await authenticate(authorization, {
        operators: services.operatorTokens,
        keys: services.keys,
        pool: services.pool,
      })
      if (!caller) return null
      const identity = identityOf(caller)
      callers.set(identity, caller)
      return identity
    },
    run: async (id, asked) => {
      try {
        const caller = callers.get(asked.by)
        if (!caller || BOUND_TO_HTTP.includes(id)) throw new ProblemError('unauthenticated')
        return said(await runOne(id, { caller, asked, validator }, services), asked)
      } catch (error) {
        return said(faultAnswer(error, log), asked)
      }
    },
  }
}

function said(answer: Answer, { lang = 'en' }: Pick<Asked<OperationId>, 'lang'>): Answered {
  const { status, body } = inLanguage(answer, lang)
  return { status, body }
}

function identityOf(caller: Caller): Identity {
  const principal = principalOf(caller)
  return {
    principal,
    id: callerId(caller),
    accountId: caller.type === 'key' ? caller.holder.accountId : null,
    reach: (permission) => reachOf(permission, principal),
  }
}

interface Run<Id extends OperationId> {
  readonly caller: Caller
  readonly asked: Asked<Id>
  readonly validator: (id: OperationId) => RouteValidator
}

async function runOne<Id extends OperationId>(
  id: Id,
  { caller, asked, validator }: Run<Id>,
  services: Services,
): Promise<Answer> {
  const route: Route = ROUTES[id]
  const parts = { params: asked.params ?? {}, query: asked.query ?? {}, body: asked.body }
  const reach = admitted(route, caller, parts.params)
  const unwritable = unfit(asked.body)
  if (unwritable) throw unwritable
  const { params, query, faults } = validator(id).check(parts)
  if (faults.length > 0) throw new ProblemError('invalid_request', { errors: faults })
  const inbound = {
    ...{ params, query, body: asked.body, caller, reach },
    idempotencyKey: asked.idempotencyKey ?? null,
    from: asked.from,
  }
  const handler = HANDLERS[id] as unknown as Handler<OperationId>
  const { params: named, query: by } = parts
  const looking = { id, caller, params: named, query: by, body: asked.body, caseId: null }
  const answer = await seen(looking, services, (sight) =>
    ordered(looking, services, () =>
      handler({ ...inbound, sight } as unknown as Parameters<typeof handler>[0], services),
    ),
  )
  if (answer === 'sent') throw new Error(`${id} answered by itself`)
  return answer
}
