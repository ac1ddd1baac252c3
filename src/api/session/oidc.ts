import type { FastifyRequest } from 'fastify'
import type { Configuration, IDToken } from 'openid-client'
import type { OidcConfig } from '../../config.ts'
import { instant } from '../../core/time/index.ts'
import { rulesOfOperator } from '../../guard/address.ts'
import { guardedFetch } from '../../guard/fetch.ts'
import {
  keepOidcRequest,
  newToken,
  type OidcRequest,
  type Person,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { ownAddress } from './own-address.ts'

/** A page of the web app, which hands on what the provider has said. */
const RETURN_PATH = '/sign-in/oidc'
export const OIDC_MS = 10 * 60_000

/** @throws ProblemError oidc_off */
export function neededOidc(request: FastifyRequest, services: Services) {
  const settings = services.signIn?.oidc
  const address = ownAddress(request, services)
  if (!settings || address === null) throw new ProblemError('oidc_off')
  return { settings, redirectUri: `${address}${RETURN_PATH}` }
}

const known = new WeakMap<OidcConfig, Promise<Configuration>>()

/**
 * What the provider says of itself: read once, and again after it could not be read.
 * @throws ProblemError oidc_unavailable
 */
async function providerOf(settings: OidcConfig, request: FastifyRequest): Promise<Configuration> {
  const reading = known.get(settings) ?? read(settings)
  known.set(settings, reading)
  try {
    return await reading
  } catch (error) {
    known.delete(settings)
    request.log.warn({ err: error }, 'the provider of sign-in was not reached')
    throw new ProblemError('oidc_unavailable')
  }
}

async function read(settings: OidcConfig): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = settings
  const library = await import('openid-client')
  const isPlain = issuer.startsWith('http:')
  return library.discovery(new URL(issuer), clientId, clientSecret.reveal(), undefined, {
    // Its metadata names the addresses that are asked next.
    [library.customFetch]: guardedFetch(rulesOfOperator(issuer, settings.privateAddresses)),
    // A signature is checked although the token comes from the provider itself.
    execute: [
      library.enableNonRepudiationChecks,
      ...(isPlain ? [library.allowInsecureRequests] : []),
    ],
  })
}

interface Asking {
  /** To whom the subject is to be bound; `null`: whoever it is signs in. */
  readonly person: Person | null
  readonly next: string | null
  /** The provider asks anew, although it knows its person. */
  readonly again: boolean
}

/** Where the browser goes, and what its cookie has to say when it comes back. */
export async function askProvider(asking: Asking, request: FastifyRequest, services: Services) {
  const { settings, redirectUri } = neededOidc(request, services)
  const provider = await providerOf(settings, request)
  const library = await import('openid-client')
  const [state, nonce, browser] = [newToken(), newToken(), newToken()]
  const codeVerifier = library.randomPKCECodeVerifier()
  const { person, next, again } = asking
  const expiresAt = instant(services.nowMs() + OIDC_MS)
  await keepOidcRequest(services.pool, {
    ...{ state, browser, person, nonce, codeVerifier, next, expiresAt },
  })
  const url = library.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: settings.scopes,
    ...{ state, nonce },
    code_challenge: await library.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(again && { prompt: 'login' }),
  })
  return { url: url.href, browser, expiresAt }
}

/** Who it is, in the words of the provider. */
export interface Said {
  readonly subject: string
  readonly email: string | null
  /** The provider has seen that its person reads there. */
  readonly isVerified: boolean
  readonly shown: string
  /** When its person has shown who it is; `null`: it does not say. */
  readonly authTimeS: number | null
}

interface Answered {
  readonly query: URLSearchParams
  readonly state: string
  readonly asked: OidcRequest
}

/**
 * Takes the code to the provider and reads what it says: signed by it, for us, in answer to what was asked.
 * @throws ProblemError oidc_refused, oidc_unavailable
 */
export async function hearProvider(
  { query, state, asked }: Answered,
  request: FastifyRequest,
  services: Services,
): Promise<Said> {
  const { settings, redirectUri } = neededOidc(request, services)
  const provider = await providerOf(settings, request)
  const library = await import('openid-client')
  try {
    const tokens = await library.authorizationCodeGrant(
      provider,
      new URL(`${redirectUri}?${query}`),
      {
        pkceCodeVerifier: asked.codeVerifier,
        expectedNonce: asked.nonce,
        expectedState: state,
        idTokenExpected: true,
      },
    )
    const claims = tokens.claims()
    if (!claims) throw new Error('no id token')
    const hasMore = claims.email === undefined && provider.serverMetadata().userinfo_endpoint
    const more = hasMore
      ? await library.fetchUserInfo(provider, tokens.access_token, claims.sub)
      : {}
    return saidIn({ ...more, ...claims })
  } catch (error) {
    request.log.warn({ err: error }, 'what the provider of sign-in has answered is not taken')
    throw new ProblemError(isUnreached(error) ? 'oidc_unavailable' : 'oidc_refused')
  }
}

/** The network, and not what somebody has said. */
const isUnreached = (error: unknown): boolean =>
  error instanceof TypeError ||
  (error instanceof Error && 'code' in error && error.code === 'OAUTH_TIMEOUT')

function saidIn(claims: IDToken): Said {
  const { sub, email, email_verified: verified, name, auth_time: authTime } = claims
  const address = typeof email === 'string' && email !== '' ? email : null
  const shown = address ?? (typeof name === 'string' && name !== '' ? name : sub)
  return {
    ...{ subject: sub, email: address, isVerified: verified === true },
    shown: shown.slice(0, 200),
    authTimeS: typeof authTime === 'number' ? Math.floor(authTime) : null,
  }
}
