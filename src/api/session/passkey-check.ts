import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import { instant } from '../../core/time/index.ts'
import {
  type ChallengeKind,
  type PasskeyRecord,
  type Person,
  passkeyUsed,
  personKey,
  readPasskey,
  takeChallenge,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { handleOf } from './passkey-options.ts'
import { neededParty } from './relying-party.ts'

/** What a browser sends, of a form that only the library knows in full. */
export type Credential = Readonly<Record<string, unknown>>

/** The challenge that the browser says it has answered. Signed with the rest: it is looked up, not believed. */
function challengeIn(credential: Credential): string {
  const { response } = credential
  if (typeof response !== 'object' || response === null) return ''
  const data = 'clientDataJSON' in response ? response.clientDataJSON : ''
  try {
    const client: unknown = JSON.parse(Buffer.from(`${data}`, 'base64url').toString('utf8'))
    const isObject = typeof client === 'object' && client !== null
    return isObject && 'challenge' in client ? String(client.challenge) : ''
  } catch {
    return ''
  }
}

const refused = (): ProblemError => new ProblemError('passkey_refused')

interface Answered {
  readonly credential: Credential
  readonly kinds: readonly ChallengeKind[]
}

async function taken({ credential, kinds }: Answered, { pool, nowMs }: Services) {
  const challenge = challengeIn(credential)
  const asked = await takeChallenge(pool, { challenge, kinds, at: instant(nowMs()) })
  if (asked === null) throw refused()
  return { challenge, asked }
}

interface Shown extends Answered {
  /** Whose passkey it has to be; absent: whoever's it is. */
  readonly person?: Person
}

/**
 * Whose passkey it is that answers a challenge of this server: asked of the person, not answered before,
 * signed for our origin by a device that has verified its holder and has counted on.
 * @throws ProblemError passkey_refused, passkey_unavailable
 */
export async function checkPasskey(
  shown: Shown,
  request: FastifyRequest,
  services: Services,
): Promise<PasskeyRecord> {
  const party = neededParty(request, services)
  const { challenge, asked } = await taken(shown, services)
  const { pool, nowMs } = services
  const { id } = shown.credential
  const passkey = typeof id === 'string' ? await readPasskey(pool, id) : null
  if (passkey === null || !asked.isFor(passkey.person)) throw refused()
  if (shown.person && personKey(shown.person) !== personKey(passkey.person)) throw refused()
  const response = shown.credential as unknown as AuthenticationResponseJSON
  if (!isHolder(response, passkey)) throw refused()
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: passkey.publicKey,
      counter: passkey.counter,
    },
  }).catch(() => {
    throw refused()
  })
  const counter = authenticationInfo.newCounter
  const used = { credentialId: passkey.credentialId, counter, at: instant(nowMs()) }
  if (!verified || !(await passkeyUsed(pool, used))) throw refused()
  return passkey
}

/** A device that says whose passkey it has found says the same as we do. */
function isHolder(response: AuthenticationResponseJSON, { person }: PasskeyRecord): boolean {
  const handle: unknown = response.response.userHandle
  return (
    handle === undefined || handle === null || handle === handleOf(person).toString('base64url')
  )
}

type Made = Extract<VerifiedRegistrationResponse, { readonly verified: true }>['registrationInfo']

/** @throws ProblemError passkey_refused, passkey_unavailable */
export async function checkNewPasskey(
  { credential, person }: { readonly credential: Credential; readonly person: Person },
  request: FastifyRequest,
  services: Services,
): Promise<Made> {
  const party = neededParty(request, services)
  const { challenge, asked } = await taken({ credential, kinds: ['register'] }, services)
  if (!asked.isFor(person)) throw refused()
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  const made = await verifyRegistrationResponse({
    response: credential as unknown as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch(() => {
    throw refused()
  })
  if (!made.verified) throw refused()
  return made.registrationInfo
}
