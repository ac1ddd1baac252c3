import { explainBlock, inUtc } from '../contract/explain/index.ts'
import type { Detail } from '../contract/problem-words/details.ts'
import { faultTexts } from '../contract/problem-words/faults.ts'
import { type Occurrence, problemDetail } from '../contract/problem-words/index.ts'
import { type ProblemCode, problemOf } from '../contract/problems.ts'
import { blockCard } from '../contract/receipt/index.ts'
import type { Problem } from '../contract/schemas/problem.ts'
import type { Refused } from '../core/decisions/results.ts'

export interface ProblemExtras extends Occurrence {
  readonly field?: string
  /** Why a campaign cannot be claimed: every rule with its value. */
  readonly campaign?: NonNullable<Problem['campaign']>
  readonly headers?: Readonly<Record<string, string>>
}

/** Thrown by the edge where a request cannot be understood or permitted; never by a decision. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly extras: ProblemExtras
  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(code)
    this.name = 'ProblemError'
    this.code = code
    this.extras = extras
  }
}

/** An answer before it is sent. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  /** Several cookies are several headers. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly contentType?: string
  /** What a problem says of this occurrence, or an answer of a document, so that it can be said in another language. */
  readonly occurrence?: Occurrence
}

export const PROBLEM_TYPE = 'application/problem+json'

export function problemAnswer(code: ProblemCode, extras: ProblemExtras = {}): Answer {
  const { detail, note, errors } = extras
  const occurrence = {
    ...(detail && { detail }),
    ...(note !== undefined && { note }),
    ...(errors && { errors }),
  }
  const { title, status, retryable, docs } = problemOf(code)
  const body: Problem = {
    type: docs,
    title,
    status,
    detail: problemDetail(code, occurrence, 'en'),
    code,
    retryable,
    ...(extras.field !== undefined && { field: extras.field }),
    ...(extras.campaign && { campaign: extras.campaign }),
    ...(errors && { errors: faultTexts(errors, 'en') }),
  }
  return {
    status,
    body,
    contentType: PROBLEM_TYPE,
    occurrence,
    ...(extras.headers && { headers: extras.headers }),
  }
}

/**
 * A refused decision. What was refused is in the journal where the account is known; the answer is made
 * from that entry alone, so that a repeat gets the same bytes.
 */
export function refusalAnswer({ refused, currency, entry }: Refused): Answer {
  const { code, field, message } = refused
  const detail = figuresOf(refused, currency)
  const base = problemAnswer(code, {
    ...(field !== undefined && { field }),
    ...(detail && { detail }),
    ...(message !== undefined && saidOf(refused, message)),
  })
  if (!entry)
    return { ...base, body: { ...(base.body as Problem), ...amountsOf(refused, currency) } }
  const card = blockCard(refused, entry)
  const body: Problem = {
    ...(base.body as Problem),
    detail: explainBlock(card, inUtc('en')).join(' '),
    retryable: card.retryable,
    charged: '0',
    block: card,
    as_of: entry.at,
    seq: entry.seq,
  }
  const wait = card.retryable ? card.retry_after_s : undefined
  return {
    ...base,
    body,
    ...(wait !== undefined && { headers: { 'retry-after': `${wait}` } }),
  }
}

/** What the amounts of a refusal say that no journal entry keeps. */
function amountsOf({ needed, limit }: Refused['refused'], currency?: string) {
  if (currency === undefined || needed === undefined) return {}
  return { needed, ...(limit?.amount !== undefined && { limit: limit.amount }), currency }
}

const SENTENCES = {
  refund_exceeds_charge: 'refund_beyond',
  payment_exceeds_owed: 'payment_beyond',
} as const

function figuresOf(refused: Refused['refused'], currency?: string): Detail | undefined {
  const { code, needed, limit } = refused
  if (currency === undefined || needed === undefined) return undefined
  if (code === 'payment_required')
    return { code: 'fee_of', values: { needed: { amount: needed, currency } } }
  if ((code !== 'refund_exceeds_charge' && code !== 'payment_exceeds_owed') || !limit?.amount)
    return undefined
  const values = { needed: { amount: needed, currency }, limit: { amount: limit.amount, currency } }
  return { code: SENTENCES[code], values }
}

/**
 * A message of the core is a name or words of the operator, but for the one sentence that it makes itself, and
 * for the purchase that is to be refunded.
 */
function saidOf({ code, field }: Refused['refused'], message: string): Occurrence {
  if (code === 'not_reversible')
    return { detail: { code: 'purchase_not_reversed', values: { payment: message } } }
  if (code === 'request_conflict' && field !== undefined)
    return { note: { code: 'request_reused', values: { field } } }
  return { note: message }
}
