import { createHash, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  type ChallengeKind,
  keepChallenge,
  listPasskeys,
  type Person,
  personKey,
  type SessionRecord,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { neededParty } from './relying-party.ts'
import { personOf } from './session-of.ts'

const CHALLENGE_BYTES = 32
const MINUTE_MS = 60_000
/** A page that offers passkeys by itself waits until somebody takes one. */
const LASTS_MS: Readonly<Record<ChallengeKind, number>> = {
  register: 5 * MINUTE_MS,
  sign_in: 15 * MINUTE_MS,
  second_factor: 5 * MINUTE_MS,
  step_up: 5 * MINUTE_MS,
}

/** Says nothing of the person to whoever looks into a device. */
export const handleOf = (person: Person): Buffer =>
  createHash('sha256')
    .update(`everycent passkey ${personKey(person)}`)
    .digest()

interface Asked {
  readonly kind: ChallengeKind
  readonly person: Person | null
}

async function newChallenge({ kind, person }: Asked, { pool, nowMs }: Services) {
  const bytes = randomBytes(CHALLENGE_BYTES)
  const expiresAt = instant(nowMs() + LASTS_MS[kind])
  await keepChallenge(pool, {
    ...{ kind, person, expiresAt },
    challenge: bytes.toString('base64url'),
  })
  return { challenge: new Uint8Array(bytes), timeout: LASTS_MS[kind], expiresAt }
}

/** What a browser is asked so that somebody shows a passkey. */
export async function askForPasskey(
  asked: Asked & { readonly kind: Exclude<ChallengeKind, 'register'> },
  request: FastifyRequest,
  services: Services,
) {
  const { id: rpID } = neededParty(request, services)
  const own = asked.person === null ? [] : await listPasskeys(services.pool, asked.person)
  const { challenge, timeout, expiresAt } = await newChallenge(asked, services)
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server')
  const options = await generateAuthenticationOptions({
    ...{ rpID, challenge, timeout, userVerification: 'required' },
    allowCredentials: own.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
  })
  return { options, expires_at: formatInstant(expiresAt) }
}

/** What a browser is asked so that it makes a passkey for whoever is signed in. */
export async function askForNewPasskey(
  session: SessionRecord,
  request: FastifyRequest,
  services: Services,
) {
  const { id: rpID } = neededParty(request, services)
  const person = personOf(session)
  const own = await listPasskeys(services.pool, person)
  const asked = { kind: 'register', person } as const
  const { challenge, timeout, expiresAt } = await newChallenge(asked, services)
  const { generateRegistrationOptions } = await import('@simplewebauthn/server')
  const options = await generateRegistrationOptions({
    ...{ rpID, rpName: 'Everycent', challenge, timeout },
    userID: new Uint8Array(handleOf(person)),
    userName: session.email ?? session.staffId ?? session.name,
    userDisplayName: session.name,
    attestationType: 'none',
    excludeCredentials: own.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { options, expires_at: formatInstant(expiresAt) }
}
