import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'

/** To whom passkeys are bound: a name, and the origin of the pages that may ask for them. */
export interface RelyingParty {
  readonly id: string
  readonly origin: string
}

/**
 * By `public_url`; without it, where the own machine is called `localhost`. Browsers bind no passkey to an
 * address in numbers, nor to what comes without TLS from elsewhere: `null`.
 */
export function relyingParty(
  request: FastifyRequest,
  { publicUrl }: Pick<Services, 'publicUrl'>,
): RelyingParty | null {
  const address = publicUrl ?? `http://${request.headers.host ?? ''}`
  if (!URL.canParse(address)) return null
  const { hostname, protocol, origin } = new URL(address)
  const isLocal = hostname === 'localhost'
  if (publicUrl === undefined && !isLocal) return null
  if (protocol !== 'https:' && !isLocal) return null
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { id: hostname, origin } : null
}

/** @throws ProblemError passkey_unavailable */
export function neededParty(request: FastifyRequest, services: Services): RelyingParty {
  const party = relyingParty(request, services)
  if (party === null) throw new ProblemError('passkey_unavailable')
  return party
}
