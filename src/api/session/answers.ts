import type { FastifyRequest } from 'fastify'
import type { WayIn } from '../../contract/sign-in-events.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createSession,
  LIFETIMES,
  listPasskeys,
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
import { framedCookie, isSecure, sessionCookie } from './cookie.ts'
import { noted } from './events.ts'
import { mayBeFramed } from './framing.ts'
import { portalAnswer } from './portal-answer.ts'
import { relyingParty } from './relying-party.ts'
import { personOf, steppedUpUntil } from './session-of.ts'
import { sendsLinks } from './ways-in.ts'

const signIn = (request: FastifyRequest, services: Services) => ({
  email: sendsLinks(services),
  passkey: relyingParty(request, services) !== null,
  oidc: services.signIn?.oidc ? { label: services.signIn.oidc.label } : null,
})

export const noSession = (request: FastifyRequest, services: Services) => ({
  session: null,
  sign_in: signIn(request, services),
})

/** Who is signed in, as the web app reads it. */
export async function answerFor(
  session: SessionRecord,
  request: FastifyRequest,
  services: Services,
) {
  const { pool, nowMs } = services
  const { accountId, email, provenEmail, kind } = session
  const until = steppedUpUntil(session, instant(nowMs()))
  const names = accountId === null ? new Map<string, string>() : await namesOf(pool, [accountId])
  const others =
    kind === 'member' && provenEmail !== null ? await membershipsOf(pool, provenEmail) : []
  const password = await readPassword(pool, personOf(session))
  const passkeys = await listPasskeys(pool, personOf(session))
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
      has_passkey: passkeys.length > 0,
      portal: session.kind === 'portal' ? await portalAnswer(session.portal, services) : null,
    },
    sign_in: signIn(request, services),
  }
}

interface Beginning
  extends Pick<
    NewSession,
    'person' | 'kind' | 'role' | 'provenEmail' | 'authenticatedAt' | 'portal'
  > {
  readonly way: WayIn
}

const USER_AGENT_MAX = 200

/** A new session with its cookie: a token of its own for each sign-in, so that none is fixed beforehand. */
export async function begin(
  { way, ...beginning }: Beginning,
  request: FastifyRequest,
  services: Services,
): Promise<Answer> {
  const { pool, nowMs, ids } = services
  const token = newToken()
  const at = instant(nowMs())
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_MAX)
  const sessionId = ids('sess')
  await createSession(pool, { ...beginning, sessionId, token, userAgent, at })
  const session = await readSession(pool, token, at)
  // Whoever was removed since the link was made.
  if (session === null)
    throw new ProblemError(way.endsWith('_link') ? 'link_over' : 'sign_in_failed')
  const { person } = beginning
  await noted({ person, kind: 'signed_in', way, sessionId }, request, services)
  const maxAgeS = LIFETIMES[beginning.kind].absoluteMs / 1_000
  return {
    status: 200,
    body: await answerFor(session, request, services),
    headers: { 'set-cookie': cookiesOf({ token, maxAgeS, kind: beginning.kind }, services) },
  }
}

/** The cookie goes, whether a session stood behind it or not. */
export const ended = (body: unknown, services: Services): Answer => ({
  status: 200,
  body,
  headers: { 'set-cookie': cookiesOf({ token: '', maxAgeS: 0, kind: 'member' }, services) },
})

interface Cookie extends Pick<NewSession, 'token' | 'kind'> {
  readonly maxAgeS: number
}

/** The cookie of a session, and the end of any other: a browser is one person at a time. */
function cookiesOf({ token, maxAgeS, kind }: Cookie, { publicUrl, portal }: Services): string[] {
  const secure = isSecure(publicUrl)
  const own = { secure, maxAgeS }
  const over = { secure, maxAgeS: 0 }
  if (!mayBeFramed(portal)) return [sessionCookie(token, own)]
  return kind === 'portal'
    ? [framedCookie(token, own), sessionCookie('', over)]
    : [sessionCookie(token, own), framedCookie('', over)]
}
