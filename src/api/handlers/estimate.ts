import { faultAt } from '../../contract/problem-words/faults.ts'
import type { BlockCard } from '../../contract/receipt/index.ts'
import { blockCard } from '../../contract/receipt/index.ts'
import type { Authorize } from '../../core/decisions/commands.ts'
import { bookAt } from '../../core/decisions/rating.ts'
import type { Result } from '../../core/decisions/results.ts'
import { formatNanos } from '../../core/money/index.ts'
import { type BoundRating, bound, type PriceBook, resolveModel } from '../../core/pricing/index.ts'
import { formatInstant } from '../../core/time/index.ts'
import type { StoredState } from '../../store/reads/account-state.ts'
import { callDescription, usageBound } from '../call-in.ts'
import { actorOf } from '../caller.ts'
import { unexpected } from '../decide.ts'
import { accountOf, type Handler, type Inbound, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { ProblemError, refusalAnswer } from '../problem-answer.ts'

/**
 * What a call would cost, and what an authorize of it would do now: decided by the very code that would
 * decide it, with nothing kept.
 */
export const estimate: Handler<'estimate'> = async (inbound, services) => {
  const accountId = accountOf(inbound, inbound.body.account_id)
  const stored = await needState(services, accountId)
  const catalogue = await services.catalogue.current()
  const book = bookAt(catalogue, stored.state.currency, stored.at)
  const command = commandOf(inbound, accountId, {
    callId: services.ids('call'),
    maxOutputTokens: maxOutputOf(inbound.body, book),
  })
  const price = priceOf(command, book, stored)
  const result = await services.engine.preview(command)
  if (result.status === 'refused' && !result.entry) return refusalAnswer(result)
  return ok({ ...costs(command, price), ...admission(command, result, stored) })
}

function maxOutputOf(body: Inbound<'estimate'>['body'], book: PriceBook | null): number {
  if (body.max_output_tokens !== undefined) return body.max_output_tokens
  const model = book && resolveModel(book, body.model)?.model
  const known = model ? book.models.get(model)?.max_output_tokens : undefined
  if (known !== undefined) return known
  throw new ProblemError('invalid_request', {
    errors: [faultAt('body/max_output_tokens', 'output_unknown')],
  })
}

const HOLD_MS = 600_000

const commandOf = (
  inbound: Inbound<'estimate'>,
  accountId: string,
  own: { readonly callId: string; readonly maxOutputTokens: number },
): Authorize => ({
  kind: 'authorize',
  accountId,
  requestId: own.callId,
  actor: actorOf(inbound.caller, inbound.from),
  call: callDescription(inbound.body, inbound.caller, {
    callId: own.callId,
    attempt: 1,
    route: inbound.from,
  }),
  bound: usageBound(inbound.body, own.maxOutputTokens),
  minOutputTokens: Math.min(1, own.maxOutputTokens),
  fit: 'clamp',
  ttlMs: HOLD_MS,
})

function priceOf(
  command: Authorize,
  book: PriceBook | null,
  { state, at }: StoredState,
): BoundRating {
  const { call } = command
  if (!book) return { status: 'unpriced', reason: 'no_price_book', missing: [call.model] }
  const context = {
    model: call.model,
    tier: call.tier,
    speed: call.speed,
    region: call.region,
    features: call.features,
    plan: state.plan.split('@')[0] ?? null,
    eventAt: at,
  }
  return bound(book, context, command.bound)
}

function costs(command: Authorize, price: BoundRating) {
  const { model } = command.call
  if (price.status === 'unpriced')
    return {
      model,
      price_book: null,
      low: null,
      expected: null,
      worst: null,
      missing: price.missing,
    }
  return {
    model,
    price_book: price.bookId,
    low: formatNanos(price.expectedFor(0)),
    expected: formatNanos(price.expected),
    worst: formatNanos(price.worst),
    missing: [],
  }
}

function admission(command: Authorize, result: Result, stored: StoredState) {
  const base = {
    currency: stored.state.currency,
    as_of: formatInstant(stored.at),
    seq: stored.state.seq,
  }
  if (result.status === 'refused' && result.entry) {
    const { entry, refused } = result
    return {
      ...base,
      status: 'refused',
      max_output_tokens: 0,
      clamped: false,
      held: { money: '0', included: '0' },
      coverage: entry.coverage ?? null,
      funding: entry.funding ?? [],
      windows: entry.windows ?? [],
      block: previewed(blockCard(refused, entry, base), base.seq),
    }
  }
  if (result.status !== 'admitted') throw unexpected(result)
  const { admission: own, hold } = result
  return {
    ...base,
    status: own.book === null ? 'unpriced' : 'admitted',
    max_output_tokens: own.max_output_tokens,
    clamped: own.max_output_tokens < command.bound.maxOutputTokens,
    held: { money: own.money, included: own.included },
    coverage: hold?.coverage ?? null,
    funding: hold?.funding ?? [],
    windows: hold?.windows ?? [],
    block: null,
  }
}

/** A card of what did not happen: it has no receipt, and no entry of its own. */
const previewed = (card: BlockCard, seq: number): BlockCard => ({ ...card, receipt_id: null, seq })
