import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-answer.ts'

const HEADER = 'everycent-csrf'

/**
 * What a browser sends on its own it also sends for other sites. Three things tell our pages from those:
 * the cookie is `SameSite=Strict`; a header that no form can send; and where the request says it comes
 * from. Of a portal in a frame the first is missing, so each of the other two is enough.
 * @throws ProblemError cross_site_request
 */
export function needOwnPage(request: FastifyRequest): void {
  const { origin, host, [HEADER]: header } = request.headers
  const isOwnOrigin = origin === undefined || hostOf(origin) === host
  if (header === '1' && !isForeign(request) && isOwnOrigin) return
  throw new ProblemError('cross_site_request')
}

/** Whether the browser says that a page of another origin has asked for it. */
export function isForeign({ headers: { 'sec-fetch-site': site } }: FastifyRequest): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host
  } catch {
    // `null`, of pages without an origin.
    return undefined
  }
}
