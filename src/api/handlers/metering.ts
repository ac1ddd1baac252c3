import { faultAt } from '../../contract/problem-words/faults.ts'
import { rateResponse } from '../../contract/rate.ts'
import { receiptId } from '../../contract/receipt/index.ts'
import type { Admitted } from '../../core/decisions/results.ts'
import { bookInForce, type PriceBook, parsePriceBook } from '../../core/pricing/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { attemptId, callDescription, callIdOf, usageBound } from '../call-in.ts'
import { actorOf } from '../caller.ts'
import { decidePosting, replayedIf, unexpected } from '../decide.ts'
import type { Services } from '../deps.ts'
import { accountOf, type Handlers, memberInSight, ok } from '../handler.ts'
import { ProblemError, refusalAnswer } from '../problem-answer.ts'
import { bookFaults, instantIn } from '../read-in.ts'
import { readUsage } from '../usage-in.ts'
import { estimate } from './estimate.ts'

const TTL_SECONDS_DEFAULT = 600
const SECOND_MS = 1_000

type Metering = 'authorize' | 'extend' | 'settle' | 'release' | 'record' | 'estimate' | 'rate'

export const meteringHandlers: Handlers<Metering> = {
  authorize: async (inbound, { engine }) => {
    const { body, caller } = inbound
    const accountId = accountOf(inbound, body.account_id)
    const callId = callIdOf(body.call_id, accountId, inbound.idempotencyKey)
    const attempt = body.attempt ?? 1
    const { result, replayed } = await engine.execute({
      kind: 'authorize',
      accountId,
      requestId: attemptId(callId, attempt),
      actor: actorOf(caller, inbound.from),
      call: callDescription(body, caller, { callId, attempt, route: inbound.from }),
      bound: usageBound(body, body.max_output_tokens),
      minOutputTokens: Math.min(body.min_output_tokens ?? 1, body.max_output_tokens),
      fit: body.fit ?? 'refuse',
      ttlMs: (body.ttl_seconds ?? TTL_SECONDS_DEFAULT) * SECOND_MS,
    })
    if (result.status === 'refused') return replayedIf(replayed, refusalAnswer(result))
    if (result.status !== 'admitted') throw unexpected(result)
    return replayedIf(replayed, ok(admissionAnswer(result)))
  },

  extend: async (inbound, { engine, nowMs }) => {
    const { body } = inbound
    const memberId = memberInSight(inbound)
    const { result } = await engine.execute({
      kind: 'extend',
      ...(memberId !== null && { memberId }),
      accountId: accountOf(inbound, body.account_id),
      requestId: attemptId(body.call_id, body.attempt ?? 1),
      actor: actorOf(inbound.caller, inbound.from),
      callId: body.call_id,
      ttlMs: body.ttl_seconds * SECOND_MS,
    })
    if (result.status === 'refused') return refusalAnswer(result)
    if (result.status !== 'extended') throw unexpected(result)
    const { callId, expiresAt } = result
    return ok({
      status: 'extended',
      call_id: callId,
      expires_at: formatInstant(expiresAt),
      as_of: formatInstant(instant(nowMs())),
    })
  },

  settle: async (inbound, { engine }) => {
    const { body } = inbound
    const accountId = accountOf(inbound, body.account_id)
    const memberId = memberInSight(inbound)
    const { answer } = await decidePosting(engine, {
      kind: 'settle',
      ...(memberId !== null && { memberId }),
      accountId,
      requestId: attemptId(body.call_id, body.attempt ?? 1),
      actor: actorOf(inbound.caller, inbound.from),
      callId: body.call_id,
      outcome: body.outcome ?? 'succeeded',
      ...readUsage(body.usage, body.evidence),
    })
    return answer
  },

  release: async (inbound, { engine }) => {
    const { body } = inbound
    const memberId = memberInSight(inbound)
    const { answer } = await decidePosting(engine, {
      kind: 'release',
      ...(memberId !== null && { memberId }),
      accountId: accountOf(inbound, body.account_id),
      requestId: attemptId(body.call_id, body.attempt ?? 1),
      actor: actorOf(inbound.caller, inbound.from),
      callId: body.call_id,
      outcome: body.outcome ?? 'error_before_output',
      evidence: readUsage(null, body.evidence).evidence,
    })
    return answer
  },

  record: async (inbound, { engine }) => {
    const { body, caller } = inbound
    const accountId = accountOf(inbound, body.account_id)
    const callId = callIdOf(body.call_id, accountId, inbound.idempotencyKey)
    const attempt = body.attempt ?? 1
    const { answer } = await decidePosting(engine, {
      kind: 'record',
      accountId,
      requestId: attemptId(callId, attempt),
      actor: actorOf(caller, inbound.from),
      call: callDescription(body, caller, { callId, attempt, route: inbound.from }),
      eventAt: instantIn(body.event_at),
      outcome: body.outcome ?? 'succeeded',
      ...readUsage(body.usage, body.evidence),
    })
    return answer
  },

  estimate,

  rate: async ({ body }, services) => {
    const at = body.at === undefined ? instant(services.nowMs()) : instantIn(body.at)
    return ok(
      rateResponse({
        dialect: body.dialect,
        response: body.response,
        book: await bookFor(body, at, services),
        at,
        features: body.features ?? [],
        plan: body.plan ?? null,
      }),
    )
  },
}

const admissionAnswer = ({ admission: own }: Admitted) => ({
  status: 'admitted',
  call_id: own.call_id,
  attempt_id: own.request_id,
  receipt_id: receiptId(own.call_id),
  plan: own.plan,
  price_book: own.book,
  worst: own.worst,
  expected: own.expected,
  max_output_tokens: own.max_output_tokens,
  clamped: own.clamped,
  held: { money: own.money, included: own.included },
  expires_at: own.expires_at,
  as_of: own.at,
  seq: own.seq,
})

interface BookChoice {
  readonly price_book?: unknown
  readonly price_book_id?: string
  readonly currency?: string
}

/** The price book to rate with: given in full, published under an id, or the one in force. */
async function bookFor(
  given: BookChoice,
  at: Instant,
  { catalogue }: Services,
): Promise<PriceBook | null> {
  if (given.price_book !== undefined && given.price_book_id !== undefined)
    throw new ProblemError('invalid_request', {
      errors: [faultAt('body/price_book_id', 'price_book_twice')],
    })
  if (given.price_book !== undefined) {
    const parsed = parsePriceBook(given.price_book)
    if (parsed.ok) return parsed.book
    throw new ProblemError('price_book_invalid', {
      errors: bookFaults(parsed.problems, 'body/price_book'),
    })
  }
  const { books } = await catalogue.current()
  if (given.price_book_id === undefined)
    return given.currency === undefined
      ? bookInForce(books, at)
      : bookInForce(
          books.filter((book) => book.currency === given.currency),
          at,
        )
  const found = books.find((book) => book.id === given.price_book_id)
  if (!found) throw new ProblemError('price_book_unknown')
  return found
}
