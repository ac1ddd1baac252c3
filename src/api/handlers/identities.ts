import { formatInstant, instant } from '../../core/time/index.ts'
import {
  addIdentity,
  listIdentities,
  listPasskeys,
  type Person,
  removeIdentity,
  takeOidcRequest,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { answerFor, begin } from '../session/answers.ts'
import { isSecure, oidcCookie, oidcToken } from '../session/cookie.ts'
import { needOwnPage } from '../session/cross-site.ts'
import { noted } from '../session/events.ts'
import { admitTry } from '../session/flood-guard.ts'
import { tellOfNewWay } from '../session/new-way.ts'
import { askProvider, hearProvider, neededOidc, OIDC_MS } from '../session/oidc.ts'
import { isFor, personSaid } from '../session/oidc-person.ts'
import { freshSession, neededSession, personOf } from '../session/session-of.ts'
import { hasOtherWay } from '../session/ways-in.ts'

type Identities = 'askProvider' | 'answerProvider' | 'listIdentities' | 'removeIdentity'

export const identityHandlers: Handlers<Identities> = {
  askProvider: async ({ request, body }, services) => {
    const session = body.connect ? await freshSession(request, services) : null
    needOwnPage(request)
    admitTry(request, services)
    const { settings } = neededOidc(request, services)
    const person = session && personOf(session)
    if (person && !isFor(person, settings.for)) throw new ProblemError('oidc_off')
    const asking = { person, next: body.next ?? null, again: body.again ?? false }
    const { url, browser, expiresAt } = await askProvider(asking, request, services)
    const how = { secure: isSecure(services.publicUrl), maxAgeS: OIDC_MS / 1_000 }
    return {
      status: 200,
      body: { url, expires_at: formatInstant(expiresAt) },
      headers: { 'set-cookie': oidcCookie(browser, how) },
    }
  },

  answerProvider: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    const { settings } = neededOidc(request, services)
    const query = new URLSearchParams(body.query)
    const state = query.get('state') ?? ''
    const browser = oidcToken(request, { secure: isSecure(services.publicUrl) }) ?? ''
    const at = instant(services.nowMs())
    const asked = await takeOidcRequest(services.pool, { state, browser, at })
    if (asked === null) throw new ProblemError('oidc_refused')
    const said = await hearProvider({ query, state, asked }, request, services)
    if (asked.person !== null) {
      const session = await freshSession(request, services)
      if (JSON.stringify(personOf(session)) !== JSON.stringify(asked.person))
        throw new ProblemError('oidc_refused')
      await bind({ person: asked.person, said, issuer: settings.issuer }, services)
      const { sessionId } = session
      const event = { person: asked.person, kind: 'identity_added', sessionId } as const
      await noted(event, request, services)
      tellOfNewWay({ session, added: 'identity' }, request, services)
      return ok({ ...(await answerFor(session, request, services)), next: asked.next })
    }
    const person = await personSaid(said, settings, services)
    const shownAt = said.authTimeS === null ? at : instant(Math.min(at, said.authTimeS * 1_000))
    const answer = await begin(
      {
        ...{ person, kind: kindOf(person), role: null, way: 'oidc' },
        provenEmail: said.isVerified ? said.email : null,
        authenticatedAt: shownAt,
      },
      request,
      services,
    )
    return { ...answer, body: { ...(answer.body as object), next: asked.next } }
  },

  listIdentities: async ({ request }, services) => {
    const session = await neededSession(request, services)
    const items = await listIdentities(services.pool, personOf(session))
    return ok({
      items: items.map((own) => ({
        identity_id: own.identityId,
        issuer: own.issuer,
        shown: own.shown,
        created_at: formatInstant(own.createdAt),
        used_at: own.usedAt && formatInstant(own.usedAt),
      })),
      as_of: formatInstant(instant(services.nowMs())),
    })
  },

  removeIdentity: async ({ request, params }, services) => {
    const session = await freshSession(request, services)
    needOwnPage(request)
    const person = personOf(session)
    const { pool } = services
    const identityId = params.identity_id
    const own = await listIdentities(pool, person)
    if (!own.some((identity) => identity.identityId === identityId))
      throw new ProblemError('identity_unknown')
    const hasPasskey = (await listPasskeys(pool, person)).length > 0
    if (!hasPasskey && own.length === 1 && !(await hasOtherWay(session, services)))
      throw new ProblemError('last_way_in')
    await removeIdentity(pool, { person, identityId })
    const { sessionId } = session
    await noted({ person, kind: 'identity_removed', sessionId }, request, services)
    return ok({ as_of: formatInstant(instant(services.nowMs())) })
  },
}

const kindOf = (person: Person): 'staff' | 'member' => ('staffId' in person ? 'staff' : 'member')

interface Binding {
  readonly person: Person
  readonly said: { readonly subject: string; readonly shown: string }
  readonly issuer: string
}

/** @throws ProblemError identity_taken */
async function bind({ person, said, issuer }: Binding, { pool, ids, nowMs }: Services) {
  const { subject, shown } = said
  const identityId = ids('idy')
  const own = { issuer, subject, identityId, person, shown, createdAt: instant(nowMs()) }
  if (!(await addIdentity(pool, own))) throw new ProblemError('identity_taken')
}
