import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createLink,
  endSessions,
  listSessions,
  listStaff,
  markAuthenticated,
  membershipsOf,
  readMember,
  setPassword,
  useLink,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { answerFor, begin, ended, noSession } from '../session/answers.ts'
import { needOwnPage } from '../session/cross-site.ts'
import { sendEmailLink } from '../session/email-link.ts'
import { checkPassword, findPerson } from '../session/password-check.ts'
import { hashPassword, isWeak } from '../session/passwords.ts'
import { neededSession, personOf, sessionOf, steppedUpUntil } from '../session/session-of.ts'

type Sessions =
  | 'getSession'
  | 'endSession'
  | 'changeSessionAccount'
  | 'stepUp'
  | 'setOwnPassword'
  | 'listSessions'
  | 'endOtherSession'
  | 'requestEmailLink'
  | 'signInWithLink'
  | 'signInWithPassword'
  | 'createSignInLink'
  | 'createPortalLink'

const LINK_MS = 24 * 3_600_000
const PORTAL_S = 300
const OTHERS = 'others'

const doneAt = ({ nowMs }: Services) => ({ as_of: formatInstant(instant(nowMs())) })

export const sessionHandlers: Handlers<Sessions> = {
  getSession: async ({ request }, services) => {
    const session = await sessionOf(request, services)
    return ok(session === null ? noSession(services) : await answerFor(session, services))
  },

  endSession: async ({ request }, services) => {
    const session = await sessionOf(request, services)
    if (session !== null) {
      needOwnPage(request)
      await endSessions(services.pool, [session.sessionId], instant(services.nowMs()))
    }
    return ended(doneAt(services), services)
  },

  changeSessionAccount: async ({ request, body }, services) => {
    const session = await neededSession(request, services)
    needOwnPage(request)
    const { pool, nowMs } = services
    const { email, kind } = session
    const own = kind === 'member' && email !== null ? await membershipsOf(pool, email) : []
    const other = own.find(({ accountId }) => accountId === body.account_id)
    if (!other) throw new ProblemError('account_unknown')
    const { accountId, memberId } = other
    const person = { accountId, memberId }
    await endSessions(pool, [session.sessionId], instant(nowMs()))
    return begin({ person, kind: 'member', role: null }, request, services)
  },

  stepUp: async ({ request, body }, services) => {
    const session = await neededSession(request, services)
    needOwnPage(request)
    await checkPassword(personOf(session), body.password, services)
    const now = instant(services.nowMs())
    await markAuthenticated(services.pool, session.sessionId, now)
    return ok(await answerFor({ ...session, authenticatedAt: now }, services))
  },

  setOwnPassword: async ({ request, body }, services) => {
    const session = await neededSession(request, services)
    needOwnPage(request)
    const { pool, nowMs } = services
    const at = instant(nowMs())
    if (session.kind === 'portal') throw new ProblemError('session_needed')
    if (steppedUpUntil(session, at) === null) throw new ProblemError('step_up_required')
    const names = [session.name, ...(session.email?.split('@') ?? [])]
    if (isWeak(body.password, names)) throw new ProblemError('password_weak')
    const person = personOf(session)
    await setPassword(pool, person, { hash: await hashPassword(body.password), at })
    const others = (await listSessions(pool, person, at)).map(({ sessionId }) => sessionId)
    await endSessions(
      pool,
      others.filter((id) => id !== session.sessionId),
      at,
    )
    return ok(await answerFor(session, services))
  },

  listSessions: async ({ request }, services) => {
    const session = await neededSession(request, services)
    const { pool, nowMs } = services
    const items = await listSessions(pool, personOf(session), instant(nowMs()))
    return ok({
      items: items.map((own) => ({
        session_id: own.sessionId,
        kind: own.kind,
        user_agent: own.userAgent,
        created_at: formatInstant(own.createdAt),
        used_at: formatInstant(own.usedAt),
        expires_at: formatInstant(own.expiresAt),
        current: own.sessionId === session.sessionId,
      })),
      ...doneAt(services),
    })
  },

  endOtherSession: async ({ request, params }, services) => {
    const session = await neededSession(request, services)
    needOwnPage(request)
    const { pool, nowMs } = services
    const at = instant(nowMs())
    const own = await listSessions(pool, personOf(session), at)
    const wanted = own.filter(({ sessionId }) =>
      params.session_id === OTHERS
        ? sessionId !== session.sessionId
        : sessionId === params.session_id,
    )
    await endSessions(
      pool,
      wanted.map(({ sessionId }) => sessionId),
      at,
    )
    return ok(doneAt(services))
  },

  requestEmailLink: async ({ request, body }, services) => {
    needOwnPage(request)
    // Not waited for: how long it takes would tell whether somebody has the address.
    sendEmailLink(body, services).catch((error: unknown) =>
      request.log.warn({ err: error }, 'a sign-in link was not sent'),
    )
    return ok(doneAt(services))
  },

  signInWithLink: async ({ request, body }, services) => {
    needOwnPage(request)
    const link = await useLink(services.pool, body.token, instant(services.nowMs()))
    if (link === null) throw new ProblemError('link_over')
    const { person, role } = link
    const kind = link.kind === 'portal' ? 'portal' : 'staffId' in person ? 'staff' : 'member'
    return begin({ person, kind, role }, request, services)
  },

  signInWithPassword: async ({ request, body }, services) => {
    needOwnPage(request)
    const person = await findPerson(body.name, services)
    await checkPassword(person, body.password, services)
    if (person === null) throw new ProblemError('sign_in_failed')
    const kind = 'staffId' in person ? 'staff' : 'member'
    return begin({ person, kind, role: null }, request, services)
  },

  createSignInLink: async ({ body }, { pool, nowMs }) => {
    const at = instant(nowMs())
    if ('staff_id' in body) {
      const staff = await listStaff(pool)
      const found = staff.find(({ staffId }) => staffId === body.staff_id)
      if (found?.status !== 'active') throw new ProblemError('staff_unknown')
    } else await needMember(body.account_id, body.member_id, pool)
    const person =
      'staff_id' in body
        ? { staffId: body.staff_id }
        : { accountId: body.account_id, memberId: body.member_id }
    const expiresAt = instant(at + LINK_MS)
    const token = await createLink(pool, { person, kind: 'issued', role: null, at, expiresAt })
    return created({ path: `/sign-in#token=${token}`, expires_at: formatInstant(expiresAt) })
  },

  createPortalLink: async ({ params, body }, { pool, nowMs }) => {
    const at = instant(nowMs())
    const { account_id: accountId } = params
    await needAccount(pool, accountId)
    const memberId = body.member_id ?? null
    if (memberId !== null) await needMember(accountId, memberId, pool)
    const expiresAt = instant(at + (body.expires_in_s ?? PORTAL_S) * 1_000)
    const role = memberId === null ? (body.role ?? 'usage_viewer') : null
    const person = { accountId, memberId }
    const token = await createLink(pool, { person, kind: 'portal', role, at, expiresAt })
    return created({ path: `/portal#token=${token}`, expires_at: formatInstant(expiresAt) })
  },
}

async function needMember(
  accountId: string,
  memberId: string,
  pool: Services['pool'],
): Promise<void> {
  await needAccount(pool, accountId)
  const member = await readMember(pool, { accountId, memberId })
  if (member?.status !== 'active') throw new ProblemError('member_unknown')
}
