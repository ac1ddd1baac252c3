import { problemOf } from '../contract/problems.ts'
import { ROUTES, type Route } from '../contract/routes/index.ts'
import { instant } from '../core/time/index.ts'
import { beginOrder, endOrder } from '../store/control/staff-orders.ts'
import { callerId, principalOf } from './caller.ts'
import type { Services } from './deps.ts'
import { type Answer, ProblemError } from './problem-answer.ts'
import type { Looking } from './support-sight.ts'

/** Sent with POST because of their content; they change nothing. */
const READS: ReadonlySet<string> = new Set([
  'rate',
  'estimate',
  'validatePriceBook',
  'previewPriceImpact',
  'simulatePlan',
  'previewSubscription',
  'previewAutoReload',
  'previewPurchase',
  'checkAccount',
])

/** Whether a request is an order of the operator's people. Calls are metered by the million: their journal has them. */
function isOrder({ id, caller }: Looking): boolean {
  const { method, permission }: Route = ROUTES[id]
  return caller.type !== 'key' && method !== 'GET' && permission !== 'meter' && !READS.has(id)
}

/**
 * Runs an order of the operator's people. It is in the log before it is done, so that nothing is ever done that is
 * not there, and its end is added to it.
 */
export async function ordered(
  looking: Looking,
  services: Services,
  run: () => Promise<Answer | 'sent'>,
): Promise<Answer | 'sent'> {
  if (!isOrder(looking)) return run()
  const { pool, ids, nowMs } = services
  const orderId = ids('order')
  const { caller, id } = looking
  await beginOrder(pool, {
    ...{ orderId, at: instant(nowMs()), operation: id },
    actorType: caller.type,
    actorId: callerId(caller),
    role: principalOf(caller),
    permission: ROUTES[id].permission,
    accountId: accountNamed(looking),
    facts: factsOf(looking),
  })
  const end = (status: number, code: string | null): Promise<void> =>
    endOrder(pool, { orderId, status, code }).catch((error: unknown) => {
      services.log?.warn({ err: error, order_id: orderId }, 'the end of an order was not noted')
    })
  try {
    const answer = await run()
    if (answer === 'sent') await end(200, null)
    else await end(answer.status, codeOf(answer.body))
    return answer
  } catch (error) {
    if (error instanceof ProblemError) await end(problemOf(error.code).status, error.code)
    else await end(500, 'internal_error')
    throw error
  }
}

const codeOf = (body: unknown): string | null => {
  const code = (body as { readonly code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}

/** Fields of a body that say what was wanted; none of them is a secret, or names a person at an account. */
const SAID = [
  'id',
  'plan_id',
  'version',
  'plan',
  'staff_id',
  'role',
  'step',
  'state',
  'amount',
  'price',
  'rule',
  'reason',
  'note',
  'revision',
  'key_id',
  'paid_use',
  'overage_limit',
] as const
const TEXT_MAX = 200

function factsOf({ params, body }: Looking): Record<string, unknown> {
  const facts: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params)) if (name !== 'account_id') facts[name] = value
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  for (const name of SAID) {
    const value = fields[name]
    if (typeof value === 'string') facts[name] = value.slice(0, TEXT_MAX)
    else if (typeof value === 'number' || typeof value === 'boolean') facts[name] = value
  }
  return facts
}

function accountNamed({ params, query, body }: Looking): string | null {
  for (const part of [params, query, body]) {
    const named = (part as { readonly account_id?: unknown } | null | undefined)?.account_id
    if (typeof named === 'string') return named
  }
  return null
}
