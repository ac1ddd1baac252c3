import { parse, serialize } from 'cookie'
import type { FastifyRequest } from 'fastify'

/**
 * `__Host-` holds a cookie to this host, to `/` and to TLS. Without TLS (on the own machine) browsers do
 * not take such a cookie, so it has a plain name there.
 */
const NAMES = { secure: '__Host-everycent', plain: 'everycent' } as const

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

/** `maxAgeS` 0 takes it away. */
export const sessionCookie = (token: string, how: How & { readonly maxAgeS: number }): string =>
  serialize(how.secure ? NAMES.secure : NAMES.plain, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: how.secure,
    maxAge: how.maxAgeS,
  })
