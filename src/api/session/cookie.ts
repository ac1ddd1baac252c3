import { parse, serialize } from 'cookie'
import type { FastifyRequest } from 'fastify'

/**
 * `__Host-` holds a cookie to this host, to `/` and to TLS. Without TLS (on the own machine) browsers do
 * not take such a cookie, so it has a plain name there.
 */
const NAMES = { secure: '__Host-everycent', plain: 'everycent' } as const

/**
 * Of a portal where other sites may frame it. Browsers send it in their frames, so it alone is no
 * `SameSite=Strict`; it is kept apart for each site that frames, and opens nothing but a portal.
 */
const FRAMED_NAMES = { secure: '__Host-everycent-portal', plain: 'everycent-portal' } as const

const OIDC_NAMES = { secure: '__Host-everycent-oidc', plain: 'everycent-oidc' } as const

interface How {
  /** The server is reached over TLS. */
  readonly secure: boolean
}

export const isSecure = (publicUrl: string | undefined): boolean =>
  publicUrl?.startsWith('https:') ?? false

export function sessionToken(request: FastifyRequest, { secure }: How): string | undefined {
  return cookieNamed(request, secure ? NAMES.secure : NAMES.plain)
}

export const framedToken = (request: FastifyRequest, { secure }: How): string | undefined =>
  cookieNamed(request, secure ? FRAMED_NAMES.secure : FRAMED_NAMES.plain)

const cookieNamed = ({ headers: { cookie } }: FastifyRequest, name: string): string | undefined =>
  cookie === undefined ? undefined : parse(cookie)[name]

interface Lasting extends How {
  /** 0 takes it away. */
  readonly maxAgeS: number
}

const cookieOf = (names: typeof NAMES | typeof OIDC_NAMES, token: string, how: Lasting): string =>
  serialize(how.secure ? names.secure : names.plain, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: how.secure,
    maxAge: how.maxAgeS,
  })

export const sessionCookie = (token: string, how: Lasting): string => cookieOf(NAMES, token, how)

/** Always with `Secure`: browsers take `SameSite=None` in no other way, and the own machine counts as safe. */
export const framedCookie = (token: string, how: Lasting): string =>
  serialize(how.secure ? FRAMED_NAMES.secure : FRAMED_NAMES.plain, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'none',
    secure: true,
    partitioned: true,
    maxAge: how.maxAgeS,
  })

/** Of a browser that was sent to a provider: what comes back is taken from it only. */
export const oidcCookie = (token: string, how: Lasting): string => cookieOf(OIDC_NAMES, token, how)

export const oidcToken = (request: FastifyRequest, { secure }: How): string | undefined =>
  cookieNamed(request, secure ? OIDC_NAMES.secure : OIDC_NAMES.plain)
