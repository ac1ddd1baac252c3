import type { FastifyRequest } from 'fastify'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createSession,
  LIFETIMES,
  membershipsOf,
  type NewSession,
  namesOf,
  newToken,
  readPassword,
  readSession,
  type SessionRecord,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import type { Answer } from '../problem-answer.ts'
import { ProblemError } from '../problem-answer.ts'
import { isSecure, sessionCookie } from './cookie.ts'
import { personOf, steppedUpUntil } from './session-of.ts'

const signIn = ({ notifier, publicUrl }: Services) => ({
  email: (notifier?.sendsMail ?? false) && publicUrl !== undefined,
})

export const noSession = (services: Services) => ({ session: null, sign_in: signIn(services) })

/** Who is signed in, as the web app reads it. */
export async function answerFor(session: SessionRecord, services: Services) {
  const { pool, nowMs } = services
  const { accountId, email, kind } = session
  const until = steppedUpUntil(session, instant(nowMs()))
  const names = accountId === null ? new Map<string, string>() : await namesOf(pool, [accountId])
  const others = kind === 'member' && email !== null ? await membershipsOf(pool, email) : []
  const password = await readPassword(pool, personOf(session))
  return {
    session: {
      session_id: session.sessionId,
      kind,
      user_agent: session.userAgent,
      created_at: formatInstant(session.createdAt),
      used_at: formatInstant(session.usedAt),
      expires_at: formatInstant(session.expiresAt),
      person: { name: session.name, email },
      role: session.role,
      account:
        accountId === null ? null : { id: accountId, name: names.get(accountId) ?? accountId },
      accounts: others.map((own) => ({ id: own.accountId, name: own.accountName })),
      stepped_up_until: until && formatInstant(until),
      has_password: password !== null,
    },
    sign_in: signIn(services),
  }
}

type Beginning = Pick<NewSession, 'person' | 'kind' | 'role'>

const USER_AGENT_MAX = 200

/** A new session with its cookie: a token of its own for each sign-in, so that none is fixed beforehand. */
export async function begin(
  beginning: Beginning,
  request: FastifyRequest,
  services: Services,
): Promise<Answer> {
  const { pool, nowMs, ids, publicUrl } = services
  const token = newToken()
  const at = instant(nowMs())
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX)
  await createSession(pool, { ...beginning, sessionId: ids('sess'), token, userAgent, at })
  const session = await readSession(pool, token, at)
  // Whoever was removed since the link was made.
  if (session === null) throw new ProblemError('link_over')
  const maxAgeS = LIFETIMES[beginning.kind].absoluteMs / 1_000
  return {
    status: 200,
    body: await answerFor(session, services),
    headers: { 'set-cookie': sessionCookie(token, { secure: isSecure(publicUrl), maxAgeS }) },
  }
}

/** The cookie goes, whether a session stood behind it or not. */
export const ended = (body: unknown, { publicUrl }: Services): Answer => ({
  status: 200,
  body,
  headers: { 'set-cookie': sessionCookie('', { secure: isSecure(publicUrl), maxAgeS: 0 }) },
})
