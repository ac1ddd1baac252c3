import type { FastifyRequest } from 'fastify'
import type { Services } from '../deps.ts'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Where this server is reached, without a trailing slash; `null`: it is not known, and no stranger may say it. */
export function ownAddress(
  { headers: { host } }: FastifyRequest,
  { publicUrl }: Pick<Services, 'publicUrl'>,
): string | null {
  if (publicUrl !== undefined) return publicUrl
  return host !== undefined && LOOPBACK.test(host) ? `http://${host}` : null
}
