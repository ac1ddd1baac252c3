import type { FastifyRequest } from 'fastify'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { addressOf } from './client.ts'

/** Far more than people do, also those behind one address; far less than a machine tries. */
const BURST = 300
const PER_SECOND = 5
const ADDRESSES_MAX = 10_000

interface Bucket {
  left: number
  atMs: number
}

const guards = new WeakMap<Services['pool'], Map<string, Bucket>>()

function bucketsOf({ pool }: Services): Map<string, Bucket> {
  const known = guards.get(pool) ?? new Map<string, Bucket>()
  guards.set(pool, known)
  return known
}

/**
 * At every door that nobody has to be known for: so many tries from one address, on this server.
 * @throws ProblemError sign_in_too_many
 */
export function admitTry(request: FastifyRequest, services: Services): void {
  const buckets = bucketsOf(services)
  const nowMs = services.nowMs()
  const address = addressOf(request)
  const known = buckets.get(address)
  const passedS = known ? Math.max(0, nowMs - known.atMs) / 1_000 : 0
  const left = Math.min(BURST, (known?.left ?? BURST) + passedS * PER_SECOND) - 1
  if (left < 0)
    throw new ProblemError('sign_in_too_many', {
      headers: { 'retry-after': String(Math.ceil(-left / PER_SECOND)) },
    })
  // Taken out and put in again: the map’s first is the one that has been quiet the longest.
  buckets.delete(address)
  buckets.set(address, { left, atMs: nowMs })
  const [quiet] = buckets.size > ADDRESSES_MAX ? buckets.keys() : []
  if (quiet !== undefined) buckets.delete(quiet)
}
