import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-answer.ts'

const HEADER = 'everycent-csrf'

/**
 * What a browser sends on its own it also sends for other sites. Three things tell our pages from those:
 * the cookie is `SameSite=Strict`; a header that no form can send; and where the request says it comes
 * from.
 * @throws ProblemError cross_site_request
 */
export function needOwnPage(request: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site, [HEADER]: header } = request.headers
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none'
  const isOwnOrigin = origin === undefined || hostOf(origin) === host
  if (header === '1' && isOwnSite && isOwnOrigin) return
  throw new ProblemError('cross_site_request')
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    // `null`, of pages without an origin.
    return undefined
  }
}
