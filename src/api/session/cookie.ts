import { parse, serialize } from 'cookie'
import type { FastifyRequest } from 'fastify'

/**
 * `__Host-` holds a cookie to this host, to `/` and to TLS. Without TLS (on the own machine) browsers do
 * not take such a cookie, so it has a plain name there.
 */
const NAMES = { secure: '__Host-everycent', plain: 'everycent' } as const

const OIDC_NAMES = { secure: '__Host-everycent-oidc', plain: 'everycent-oidc' } as const

interface How {
  /** The server is reached over TLS. */
  readonly secure: boolean
}

export const isSecure = (publicUrl: string | undefined): boolean =>
  publicUrl?.startsWith('https:') ?? false

export function sessionToken(request: FastifyRequest, { secure }: How): string | undefined {
  const { cookie } = request.headers
  if (cookie === undefined) return undefined
  return parse(cookie)[secure ? NAMES.secure : NAMES.plain]
}

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

/** Of a browser that was sent to a provider: what comes back is taken from it only. */
export const oidcCookie = (token: string, how: Lasting): string => cookieOf(OIDC_NAMES, token, how)

export const oidcToken = ({ headers: { cookie } }: FastifyRequest, { secure }: How) =>
  cookie === undefined ? undefined : parse(cookie)[secure ? OIDC_NAMES.secure : OIDC_NAMES.plain]
