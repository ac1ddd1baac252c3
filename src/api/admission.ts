import type { FastifyRequest } from 'fastify'
import type { Reach } from '../contract/permissions.ts'
import { type OperationId, ROUTES, type Route } from '../contract/routes/index.ts'
import { needsStepUp } from '../contract/step-up.ts'
import { instant } from '../core/time/index.ts'
import { admitted } from './admitted.ts'
import { authenticate, type Caller } from './caller.ts'
import type { Services } from './deps.ts'
import { memberInSight } from './handler.ts'
import { ProblemError } from './problem-answer.ts'
import { needOwnPage } from './session/cross-site.ts'
import { callerOfSession, sessionOf, steppedUpUntil } from './session/session-of.ts'

/** Who asks, and how far it may go. */
export interface Admission {
  readonly caller: Caller
  readonly reach: Reach
}

/**
 * Who asks, and whether they may: before the body is read. `null`: a public route, which does not look.
 * @throws ProblemError unauthenticated, permission_denied, account_unknown, cross_site_request, step_up_required
 */
export async function admission(
  request: FastifyRequest,
  id: OperationId,
  services: Services,
): Promise<Admission | null> {
  const route: Route = ROUTES[id]
  if (route.permission === 'public') return null
  const caller =
    (await bySession(request, { id, route, services })) ?? (await byToken(request, services))
  if (!caller)
    throw new ProblemError('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
  return { caller, reach: admitted(route, caller, request.params as object) }
}

/**
 * Whether the same credentials would be let in at this moment, with the same sight: for answers that go on for
 * hours. Rejects when that cannot be known, because the database does not answer.
 */
export async function stillAdmitted(
  request: FastifyRequest,
  { id, before }: { readonly id: OperationId; readonly before: Admission },
  services: Services,
): Promise<boolean> {
  try {
    const now = await admission(request, id, services)
    return now !== null && memberInSight(now) === memberInSight(before)
  } catch (error) {
    if (error instanceof ProblemError) return false
    throw error
  }
}

const byToken = (request: FastifyRequest, { operatorTokens, keys, pool }: Services) =>
  authenticate(request.headers.authorization, { operators: operatorTokens, keys, pool })

interface Asked {
  readonly id: OperationId
  readonly route: Route
  readonly services: Services
}

/**
 * The caller of a browser's session. A token wins over a cookie: one that is wrong is never replaced by it.
 * @throws ProblemError cross_site_request, step_up_required
 */
async function bySession(
  request: FastifyRequest,
  { id, route, services }: Asked,
): Promise<Caller | null> {
  if (request.headers.authorization !== undefined) return null
  const session = await sessionOf(request, services)
  if (session === null) return null
  const { method, permission } = route
  if (method !== 'GET') needOwnPage(request)
  const caller = callerOfSession(session)
  // Who may not do it at all is not asked for a password first.
  admitted(route, caller, request.params as object)
  const isOld = steppedUpUntil(session, instant(services.nowMs())) === null
  if (isOld && needsStepUp({ id, method, permission })) throw new ProblemError('step_up_required')
  return caller
}
