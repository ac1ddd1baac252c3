import type { IncomingHttpHeaders } from 'node:http'

/** As the official SDKs have it by default. */
export const RETRIES_MAX = 2
const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 8_000
const SERVER_WAIT_MAX_MS = 60_000

/** The statuses that the SDKs try again, unless the server says otherwise. */
export function isRetried(status: number, headers: IncomingHttpHeaders): boolean {
  const told = headers['x-should-retry']
  if (told === 'true') return true
  if (told === 'false') return false
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/** How long the SDKs wait before the next attempt: what the server asks, else doubling. */
export function waitMs(
  headers: IncomingHttpHeaders,
  retryCount: number,
  random: () => number,
): number {
  const asked = askedMs(headers)
  if (asked !== undefined && asked >= 0 && asked < SERVER_WAIT_MAX_MS) return asked
  const backoff = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** retryCount)
  return backoff * (1 - random() * 0.25)
}

function askedMs(headers: IncomingHttpHeaders): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (Number.isFinite(exact)) return exact
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined
}
