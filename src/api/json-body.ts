import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DetailCode } from '../contract/problem-words/details.ts'
import { type Fault, faultAt } from '../contract/problem-words/faults.ts'
import { ProblemError } from './problem-answer.ts'

export const BODY_BYTES_MAX = 10_000_000
/** Deeper than any provider's response, and far from what a recursive reader could stand. */
const DEPTH_MAX = 64
/** An embedding has some thousand numbers; nothing that is accepted has more members than this. */
const MEMBERS_MAX = 100_000

/**
 * JSON only, as UTF-8 and nothing else, and nothing in it that the journal could not hold. What is wrong
 * with a body is said before anything is looked at inside.
 */
export function parseJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (request, bytes, done) => {
      // what is packed could be a thousand times as large, and whoever else reads it might unpack it
      if (!/^(?:identity)?$/i.test(request.headers['content-encoding'] ?? ''))
        return done(new ProblemError('unsupported_media_type', { detail: { code: 'body_packed' } }))
      if (request.url.startsWith('/webhooks/')) rawBodies.set(request, bytes)
      if (bytes.length === 0) return done(null, undefined)
      let text: string
      try {
        text = decoder.decode(bytes)
      } catch {
        return done(malformed('body_not_utf8'))
      }
      parseJson(request, text, (error: Error | null, value?: unknown) => {
        if (error) return done(malformed('body_not_json'))
        const fault = unfit(value)
        return fault === null ? done(null, value) : done(fault)
      })
    },
  )
}

const rawBodies = new WeakMap<FastifyRequest, Buffer>()

/** The body of a webhook as it came: what is signed are its bytes. */
export const rawBodyOf = (request: FastifyRequest): string =>
  rawBodies.get(request)?.toString('utf8') ?? ''

type BodyFault = Extract<DetailCode, `body_${string}`>

const malformed = (code: BodyFault): ProblemError =>
  new ProblemError('malformed_json', { detail: { code } })

/** Half of a surrogate pair, or the one character that PostgreSQL cannot store. */
const UNSTORABLE = /[\p{Surrogate}\0]/u

const tooLarge = (fault: Fault): ProblemError =>
  new ProblemError('invalid_request', { errors: [fault] })

/** What makes a value unfit for the journal; `null` when nothing does. Walks without recursion. */
export function unfit(root: unknown): ProblemError | null {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next
    if (typeof value === 'string' && UNSTORABLE.test(value))
      return malformed('body_text_unstorable')
    if (typeof value === 'number' && !Number.isFinite(value))
      return malformed('body_number_too_large')
    if (typeof value !== 'object' || value === null) continue
    if (depth === DEPTH_MAX) return tooLarge(faultAt('body', 'body_too_deep', { max: DEPTH_MAX }))
    const fault = pushMembers(value, depth + 1, open)
    if (fault !== null) return fault
  }
  return null
}

function pushMembers(
  value: object,
  depth: number,
  open: { value: unknown; depth: number }[],
): ProblemError | null {
  const members = Array.isArray(value) ? value : Object.values(value)
  if (members.length > MEMBERS_MAX)
    return tooLarge(faultAt('body', 'body_too_wide', { count: members.length, max: MEMBERS_MAX }))
  if (!Array.isArray(value) && Object.keys(value).some((name) => UNSTORABLE.test(name)))
    return malformed('body_name_unstorable')
  for (const member of members) open.push({ value: member, depth })
  return null
}
