import { formatInstant, instant } from '../../core/time/index.ts'
import {
  addPasskey,
  listIdentities,
  listPasskeys,
  markAuthenticated,
  type PasskeyRecord,
  type Person,
  removePasskey,
  renamePasskey,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { ProblemError } from '../problem-answer.ts'
import { answerFor, begin } from '../session/answers.ts'
import { needOwnPage } from '../session/cross-site.ts'
import { noted } from '../session/events.ts'
import { admitTry } from '../session/flood-guard.ts'
import { tellOfNewWay } from '../session/new-way.ts'
import { checkNewPasskey, checkPasskey } from '../session/passkey-check.ts'
import { askForNewPasskey, askForPasskey } from '../session/passkey-options.ts'
import { freshSession, neededSession, ownSession, personOf } from '../session/session-of.ts'
import { hasOtherWay } from '../session/ways-in.ts'

type Passkeys =
  | 'askForPasskey'
  | 'addPasskey'
  | 'listPasskeys'
  | 'renamePasskey'
  | 'removePasskey'
  | 'signInWithPasskey'
  | 'stepUpWithPasskey'

const PASSKEYS_MAX = 20

const answerOf = (own: PasskeyRecord, { nowMs }: Services) => ({
  ...json(own),
  as_of: formatInstant(instant(nowMs())),
})

const json = (own: PasskeyRecord) => ({
  passkey_id: own.passkeyId,
  name: own.name,
  synced: own.isSynced,
  created_at: formatInstant(own.createdAt),
  used_at: own.usedAt && formatInstant(own.usedAt),
})

export const passkeyHandlers: Handlers<Passkeys> = {
  askForPasskey: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    if (body.for === 'register')
      return ok(await askForNewPasskey(await freshSession(request, services), request, services))
    const session = body.for === 'step_up' ? await neededSession(request, services) : null
    const asked = { kind: body.for, person: session && personOf(session) }
    return ok(await askForPasskey(asked, request, services))
  },

  addPasskey: async ({ request, body }, services) => {
    const session = await freshSession(request, services)
    needOwnPage(request)
    const person = personOf(session)
    const { pool, nowMs, ids } = services
    if ((await listPasskeys(pool, person)).length >= PASSKEYS_MAX)
      throw new ProblemError('passkey_limit_reached')
    const { credential } = body
    const made = await checkNewPasskey({ credential, person }, request, services)
    const passkey = {
      ...{ person, passkeyId: ids('pk'), name: body.name, provenEmail: session.provenEmail },
      credentialId: made.credential.id,
      publicKey: made.credential.publicKey,
      counter: made.credential.counter,
      transports: made.credential.transports ?? [],
      isSynced: made.credentialBackedUp,
      createdAt: instant(nowMs()),
    }
    if (!(await addPasskey(pool, passkey))) throw new ProblemError('passkey_refused')
    const { sessionId } = session
    await noted({ person, kind: 'passkey_added', sessionId }, request, services)
    tellOfNewWay({ session, added: 'passkey' }, request, services)
    return created(answerOf({ ...passkey, usedAt: null }, services))
  },

  listPasskeys: async ({ request }, services) => {
    const session = await neededSession(request, services)
    const items = await listPasskeys(services.pool, personOf(session))
    return ok({ items: items.map(json), as_of: formatInstant(instant(services.nowMs())) })
  },

  renamePasskey: async ({ request, params, body }, services) => {
    const person = personOf(await ownSession(request, services))
    needOwnPage(request)
    const own = { person, passkeyId: params.passkey_id, name: body.name }
    const renamed = await renamePasskey(services.pool, own)
    if (renamed === null) throw new ProblemError('passkey_unknown')
    return ok(answerOf(renamed, services))
  },

  removePasskey: async ({ request, params }, services) => {
    const session = await freshSession(request, services)
    needOwnPage(request)
    const person = personOf(session)
    const passkeyId = params.passkey_id
    const known = await listPasskeys(services.pool, person)
    if (!known.some((own) => own.passkeyId === passkeyId)) throw new ProblemError('passkey_unknown')
    const hasIdentity = (await listIdentities(services.pool, person)).length > 0
    const mayBeLast = hasIdentity || (await hasOtherWay(session, services))
    if (!(await removePasskey(services.pool, { person, passkeyId, mayBeLast })))
      throw new ProblemError('last_way_in')
    const { sessionId } = session
    await noted({ person, kind: 'passkey_removed', sessionId }, request, services)
    return ok({ as_of: formatInstant(instant(services.nowMs())) })
  },

  signInWithPasskey: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    const kinds = ['sign_in', 'second_factor'] as const
    const shown = { credential: body.credential, kinds }
    const { person, provenEmail } = await checkPasskey(shown, request, services)
    const kind = kindOf(person)
    return begin({ person, kind, role: null, way: 'passkey', provenEmail }, request, services)
  },

  stepUpWithPasskey: async ({ request, body }, services) => {
    needOwnPage(request)
    admitTry(request, services)
    const session = await ownSession(request, services)
    const person = personOf(session)
    const { sessionId } = session
    const event = { person, way: 'passkey', sessionId } as const
    await checkPasskey(
      { credential: body.credential, kinds: ['step_up'], person },
      request,
      services,
    ).catch(async (error: unknown) => {
      await noted({ ...event, kind: 'step_up_failed' }, request, services)
      throw error
    })
    const now = instant(services.nowMs())
    await markAuthenticated(services.pool, sessionId, now)
    await noted({ ...event, kind: 'stepped_up' }, request, services)
    return ok(await answerFor({ ...session, authenticatedAt: now }, request, services))
  },
}

const kindOf = (person: Person): 'staff' | 'member' => ('staffId' in person ? 'staff' : 'member')
