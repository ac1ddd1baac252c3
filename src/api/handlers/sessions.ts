import type { FastifyRequest } from 'fastify'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createLink,
  endSessions,
  listPasskeys,
  listSessions,
  listStaff,
  markAuthenticated,
  membershipsOf,
  type Person,
  setPassword,
  useLink,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needMember } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { answerFor, begin, ended, noSession } from '../session/answers.ts'
import { needOwnPage } from '../session/cross-site.ts'
import { sendEmailLink } from '../session/email-link.ts'
import { noted } from '../session/events.ts'
import { admitTry } from '../session/flood-guard.ts'
import { tellOfNewWay } from '../session/new-way.ts'
import { askForPasskey } from '../session/passkey-options.ts'
import { checkPassword, findPeople } from '../session/password-check.ts'
import { hashPassword, isWeak } from '../session/passwords.ts'
import {
  freshSession,
  neededSession,
  ownSession,
  personOf,
  sessionOf,
} from '../session/session-of.ts'

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

const LINK_MS = 24 * 3_600_000
const OTHERS = 'others'

const doneAt = ({ nowMs }: Services) => ({ as_of: formatInstant(instant(nowMs())) })

export const sessionHandlers: Handlers<Sessions> = {
  getSession: async ({ request }, services) => {
    const session = await sessionOf(request, services)
    return ok(
      session === null ? noSession(request, services) : await answerFor(session, request, services),
    )
  },

  endSession: async ({ request }, services) => {
    const session = await sessionOf(request, services)
    if (session !== null) {
      needOwnPage(request)
      await endSessions(services.pool, [session.sessionId], instant(services.nowMs()))
      const { sessionId } = session
      const person = personOf(session)
      await noted({ person, kind: 'session_ended', sessionId }, request, services)
    }
    return ended(doneAt(services), services)
  },

  changeSessionAccount: async ({ request, body }, services) => {
    const session = await neededSession(request, services)
    needOwnPage(request)
    const { pool, nowMs } = services
    const { provenEmail, authenticatedAt, kind } = session
    // Not by the address that stands in the account: its owner may have written down anybody's.
    const own =
      kind === 'member' && provenEmail !== null ? await membershipsOf(pool, provenEmail) : []
    const other = own.find(({ accountId }) => accountId === body.account_id)
    if (!other) throw new ProblemError('account_unknown')
    const { accountId, memberId } = other
    const person = { accountId, memberId }
    await endSessions(pool, [session.sessionId], instant(nowMs()))
    return begin(
      { person, kind: 'member', role: null, way: 'account', provenEmail, authenticatedAt },
      request,
      services,
    )
  },

  stepUp: async ({ request, body }, services) => {
    const session = await neededSession(request, services)
    needOwnPage(request)
    admitTry(request, services)
    const person = personOf(session)
    const { sessionId } = session
    const event = { person, way: 'password', sessionId } as const
    const onWrong = () => noted({ ...event, kind: 'step_up_failed' }, request, services)
    await checkPassword({ people: [person], password: body.password, onWrong }, services)
    const now = instant(services.nowMs())
    await markAuthenticated(services.pool, sessionId, now)
    await noted({ ...event, kind: 'stepped_up' }, request, services)
    return ok(await answerFor({ ...session, authenticatedAt: now }, request, services))
  },

  setOwnPassword: async ({ request, body }, services) => {
    const session = await freshSession(request, services)
    needOwnPage(request)
    const { pool, nowMs } = services
    const at = instant(nowMs())
    const names = [session.name, ...(session.email?.split('@') ?? [])]
    if (isWeak(body.password, names)) throw new ProblemError('password_weak')
    const person = personOf(session)
    const { provenEmail, sessionId } = session
    await setPassword(pool, person, { hash: await hashPassword(body.password), provenEmail, at })
    await noted({ person, kind: 'password_set', sessionId }, request, services)
    tellOfNewWay({ session, added: 'password' }, request, services)
    const others = (await listSessions(pool, person, at)).map(({ sessionId }) => sessionId)
    await endSessions(
      pool,
      others.filter((id) => id !== sessionId),
      at,
    )
    return ok(await answerFor(session, request, services))
  },

  listSessions: async ({ request }, services) => {
    const session = await ownSession(request, services)
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
    const session = await ownSession(request, services)
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
    const person = personOf(session)
    for (const { sessionId } of wanted)
      await noted({ person, kind: 'session_ended', sessionId }, request, services)
    return ok(doneAt(services))
  },

  requestEmailLink: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    // Not waited for: how long it takes would tell whether somebody has the address.
    sendEmailLink(body, services).catch((error: unknown) =>
      request.log.warn({ err: error }, 'a sign-in link was not sent'),
    )
    return ok(doneAt(services))
  },

  signInWithLink: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    const link = await useLink(services.pool, body.token, instant(services.nowMs()))
    if (link === null) throw new ProblemError('link_over')
    const { person, role, email: provenEmail, portal } = link
    const kind = link.kind === 'portal' ? 'portal' : kindOf(person)
    const way = `${link.kind}_link` as const
    return begin({ person, kind, role, way, provenEmail, portal }, request, services)
  },

  signInWithPassword: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    const people = await findPeople(body.name, services)
    const onWrong = (tried: Person) =>
      noted({ person: tried, kind: 'sign_in_failed', way: 'password' }, request, services)
    const check = { people, password: body.password, onWrong }
    const { person, provenEmail } = await checkPassword(check, services)
    const kind = kindOf(person)
    const asked = kind === 'staff' ? await secondFactor(person, request, services) : null
    if (asked !== null) return ok({ ...noSession(request, services), second_factor: asked })
    return begin({ person, kind, role: null, way: 'password', provenEmail }, request, services)
  },

  createSignInLink: async ({ body }, services) => {
    const { pool, nowMs } = services
    const at = instant(nowMs())
    if ('staff_id' in body) {
      const staff = await listStaff(pool)
      const found = staff.find(({ staffId }) => staffId === body.staff_id)
      if (found?.status !== 'active') throw new ProblemError('staff_unknown')
    } else {
      const { account_id: accountId, member_id: memberId } = body
      await needMember(pool, { accountId, memberId })
    }
    const person =
      'staff_id' in body
        ? { staffId: body.staff_id }
        : { accountId: body.account_id, memberId: body.member_id }
    const expiresAt = instant(at + LINK_MS)
    const token = await createLink(pool, { person, kind: 'issued', role: null, at, expiresAt })
    await noted({ person, kind: 'link_made', way: 'issued_link' }, null, services)
    return created({ path: `/sign-in#token=${token}`, expires_at: formatInstant(expiresAt) })
  },
}

const kindOf = (person: Person): 'staff' | 'member' => ('staffId' in person ? 'staff' : 'member')

/**
 * What a person of the operator is asked after the password; `null`: nothing, the password is enough.
 * @throws ProblemError passkey_required, passkey_unavailable
 */
async function secondFactor(person: Person, request: FastifyRequest, services: Services) {
  const own = await listPasskeys(services.pool, person)
  if (own.length > 0) return askForPasskey({ kind: 'second_factor', person }, request, services)
  if (services.signIn?.staffPasskeys === 'required') throw new ProblemError('passkey_required')
  return null
}
