import type { Caller } from '../../../src/api/caller.ts'
import type { Services } from '../../../src/api/deps.ts'
import type { Handler, Inbound } from '../../../src/api/handler.ts'
import { ProblemError } from '../../../src/api/problem-answer.ts'
import type { OperationId } from '../../../src/contract/routes/index.ts'
import type { Life } from './node.ts'

type Asked<Id extends OperationId> = Partial<
  Pick<Inbound<Id>, 'params' | 'query' | 'body' | 'idempotencyKey'>
> & { readonly caller: Caller }

export interface DeskAnswer<Body> {
  /** Of HTTP; `null`: it was refused for `code`. */
  readonly status: number | null
  readonly code: string | null
  readonly body: Body | null
}

/** Without an answer, although the route says so by itself: it is asked again. */
const PASSING = ['processor_unavailable']

/**
 * Has a route of the API answer, behind its permissions and its schema. What fails otherwise than by a
 * problem has no answer.
 */
export async function askDesk<Body, Id extends OperationId = OperationId>(
  { engine, pool, payments }: Pick<Life, 'engine' | 'pool' | 'payments'>,
  handler: Handler<Id>,
  asked: Asked<Id>,
): Promise<DeskAnswer<Body>> {
  const { nowMs, ids } = payments
  // of what the routes work with, as much as those that are asked here look at
  const services = { engine, pool, payments, nowMs, ids } as unknown as Services
  const inbound = { query: {}, idempotencyKey: null, from: 'desk', ...asked }
  try {
    const answer = await handler(inbound as unknown as Inbound<Id>, services)
    if (answer === 'sent') throw new Error('a desk has no reply to take over')
    const { code } = answer.body as { code?: string }
    return { status: answer.status, code: code ?? null, body: answer.body as Body }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    if (PASSING.includes(error.code)) throw new Error(`${error.code}: Unavailable`)
    return { status: null, code: error.code, body: null }
  }
}

export const operator = (id: string): Caller => ({ type: 'operator', id, isPerson: true })
