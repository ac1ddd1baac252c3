import type { FastifyBaseLogger } from 'fastify'
import type { ProblemCode } from '../contract/problems.ts'
import { isConnectionLoss } from '../engine/faults.ts'
import { Overloaded, Unavailable } from '../engine/types.ts'
import { ArchiveProblem } from '../store/archive/problem.ts'
import { PoolFull } from '../store/pool.ts'
import { type Answer, ProblemError, problemAnswer } from './problem-answer.ts'

const FASTIFY_CODES: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
}

const SECOND_MS = 1_000

/** Turns whatever was thrown into a problem. Nothing of an unexpected error leaves the server. */
export function faultAnswer(error: unknown, log: FastifyBaseLogger): Answer {
  if (error instanceof ProblemError) return problemAnswer(error.code, error.extras)
  if (error instanceof Overloaded) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / SECOND_MS))
    return problemAnswer('overloaded', { headers: { 'retry-after': `${seconds}` } })
  }
  if (error instanceof PoolFull)
    return problemAnswer('overloaded', { headers: { 'retry-after': '1' } })
  if (error instanceof Unavailable || (error instanceof Error && isConnectionLoss(error))) {
    log.warn({ err: error }, 'the database does not answer')
    return problemAnswer('unavailable', { headers: { 'retry-after': '1' } })
  }
  if (error instanceof ArchiveProblem) {
    log.error({ err: error, file: error.file, next: error.next }, 'the archive does not answer')
    return problemAnswer('archive_unavailable', { headers: { 'retry-after': '60' } })
  }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  const known = typeof code === 'string' ? FASTIFY_CODES[code] : undefined
  if (known) return problemAnswer(known)
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return problemAnswer('invalid_request')
  log.error({ err: error }, 'unexpected error')
  return problemAnswer('internal_error')
}
