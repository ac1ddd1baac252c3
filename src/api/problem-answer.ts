import { explainBlock } from '../contract/explain/index.ts'
import { type ProblemCode, problemOf } from '../contract/problems.ts'
import { blockCard } from '../contract/receipt/index.ts'
import type { Problem } from '../contract/schemas/problem.ts'
import type { Fault } from '../contract/validate.ts'
import type { Refused } from '../core/decisions/results.ts'

export interface ProblemExtras {
  /** Instead of the catalogue's words. */
  readonly detail?: string
  readonly errors?: readonly Fault[]
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
}

export const PROBLEM_TYPE = 'application/problem+json'

export function problemAnswer(code: ProblemCode, extras: ProblemExtras = {}): Answer {
  const { title, status, retryable, detail, docs } = problemOf(code)
  const body: Problem = {
    type: docs,
    title,
    status,
    detail: extras.detail ?? detail,
    code,
    retryable,
    ...(extras.field !== undefined && { field: extras.field }),
    ...(extras.campaign && { campaign: extras.campaign }),
    ...(extras.errors && { errors: extras.errors.map((fault) => ({ ...fault })) }),
  }
  return {
    status,
    body,
    contentType: PROBLEM_TYPE,
    ...(extras.headers && { headers: extras.headers }),
  }
}

/**
 * A refused decision. What was refused is in the journal where the account is known; the answer is made
 * from that entry alone, so that a repeat gets the same bytes.
 */
export function refusalAnswer({ refused, entry }: Refused): Answer {
  const { code, field, message } = refused
  const base = problemAnswer(code, {
    ...(field !== undefined && { field }),
    ...(message !== undefined && { detail: `${problemOf(code).detail} (${message})` }),
  })
  if (!entry) return base
  const card = blockCard(refused, entry)
  const body: Problem = {
    ...(base.body as Problem),
    detail: explainBlock(card, 'en').join(' '),
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
