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
import { framedToken, isSecure, sessionToken } from './cookie.ts'
import { isForeign } from './cross-site.ts'
import { mayBeFramed } from './framing.ts'

type Deps = Pick<ApiDeps, 'pool' | 'nowMs' | 'publicUrl' | 'portal'>

/** How often it is written down that a session is used. */
const USED_EVERY_MS = 60_000

/** The session of the request's cookie, in force; `null`: none. */
export async function sessionOf(
  request: FastifyRequest,
  deps: Deps,
): Promise<SessionRecord | null> {
  const { pool, nowMs } = deps
  const now = instant(nowMs())
  const mayBePortal = !(isRead(request) && isForeign(request))
  const session =
    (mayBePortal ? await framedSession(request, deps) : null) ??
    (await strictSession(request, deps, now))
  if (session !== null && now - session.usedAt > USED_EVERY_MS)
    await markUsed(pool, session.sessionId, now)
  return session
}

/**
 * Of a portal that other sites may frame; `null`: none. They can have its cookie sent: what they make a
 * browser read is read as if it had none, and what they make it change is refused by `needOwnPage`.
 */
export async function framedSession(
  request: FastifyRequest,
  { pool, nowMs, publicUrl, portal }: Deps,
): Promise<SessionRecord | null> {
  if (!mayBeFramed(portal)) return null
  const token = framedToken(request, { secure: isSecure(publicUrl) })
  const session = token === undefined ? null : await readSession(pool, token, instant(nowMs()))
  return session?.kind === 'portal' ? session : null
}

const isRead = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD'

async function strictSession(
  request: FastifyRequest,
  { pool, publicUrl }: Deps,
  now: Instant,
): Promise<SessionRecord | null> {
  const token = sessionToken(request, { secure: isSecure(publicUrl) })
  return token === undefined ? null : readSession(pool, token, now)
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
