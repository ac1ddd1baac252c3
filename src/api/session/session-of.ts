import type { FastifyRequest } from 'fastify'
import type { Role, StaffRole } from '../../contract/permissions.ts'
import { STEP_UP_MS } from '../../contract/step-up.ts'
import { type Instant, instant } from '../../core/time/index.ts'
import {
  markUsed,
  type Person,
  readSession,
  type SessionRecord,
} from '../../store/control/index.ts'
import type { Caller } from '../caller.ts'
import type { ApiDeps } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { isSecure, sessionToken } from './cookie.ts'

type Deps = Pick<ApiDeps, 'pool' | 'nowMs' | 'publicUrl'>

/** How often it is written down that a session is used. */
const USED_EVERY_MS = 60_000

/** The session of the request's cookie, in force; `null`: none. */
export async function sessionOf(
  request: FastifyRequest,
  { pool, nowMs, publicUrl }: Deps,
): Promise<SessionRecord | null> {
  const token = sessionToken(request, { secure: isSecure(publicUrl) })
  if (token === undefined) return null
  const now = instant(nowMs())
  const session = await readSession(pool, token, now)
  if (session !== null && now - session.usedAt > USED_EVERY_MS)
    await markUsed(pool, session.sessionId, now)
  return session
}

/**
 * @throws ProblemError session_needed: programs have a key and no session, so that they know what to do
 */
export async function neededSession(request: FastifyRequest, deps: Deps): Promise<SessionRecord> {
  const session = await sessionOf(request, deps)
  if (session === null) throw new ProblemError('session_needed')
  return session
}

/**
 * The session of somebody who signs in by itself: a portal is a look into an account, with no ways in of its own.
 * @throws ProblemError session_needed
 */
export async function ownSession(request: FastifyRequest, deps: Deps): Promise<SessionRecord> {
  const session = await neededSession(request, deps)
  if (session.kind === 'portal') throw new ProblemError('session_needed')
  return session
}

/**
 * As `ownSession`, of the last minutes: whoever adds a way in stays in.
 * @throws ProblemError session_needed, step_up_required
 */
export async function freshSession(request: FastifyRequest, deps: Deps): Promise<SessionRecord> {
  const session = await ownSession(request, deps)
  if (steppedUpUntil(session, instant(deps.nowMs())) === null)
    throw new ProblemError('step_up_required')
  return session
}

/** A session stands for its person, as a key or a token of the person would. */
export function callerOfSession(session: SessionRecord): Caller {
  const { staffId, sessionId, accountId, memberId } = session
  if (staffId !== null) {
    const role = session.role as StaffRole
    return role === 'operator'
      ? { type: 'operator', id: staffId, isPerson: true }
      : { type: 'support', id: staffId, role }
  }
  if (accountId === null) throw new Error('a session of nobody')
  const role = session.role as Role
  const holder = { accountId, keyId: sessionId, memberId, projectId: null, client: null, role }
  return { type: 'key', holder }
}

export const personOf = (session: SessionRecord): Person => {
  const { staffId, accountId, memberId } = session
  if (staffId !== null) return { staffId }
  if (accountId === null) throw new Error('a session of nobody')
  return { accountId, memberId }
}

/** Until when the session may move money; `null`: it has to be shown anew who it is. */
export function steppedUpUntil({ authenticatedAt }: SessionRecord, now: Instant): Instant | null {
  const until = instant(authenticatedAt + STEP_UP_MS)
  return until > now ? until : null
}
