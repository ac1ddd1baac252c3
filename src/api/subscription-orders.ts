import { isFree, type Plan } from '../core/funding/index.ts'
import type { AccountState } from '../core/ledger/index.ts'
import { latestPublishedPlan } from '../store/control/index.ts'
import { findRequest } from '../store/reads/entries.ts'
import type { Services } from './deps.ts'
import { needState } from './need-account.ts'
import { choosePlan, planNamed } from './plan-choice.ts'
import { ProblemError } from './problem-answer.ts'

interface Wanted {
  readonly plan?: string | undefined
  readonly seats?: number | undefined
  readonly when?: 'now' | 'period_end' | undefined
  readonly fallback?: string | undefined
}

type Request = Parameters<typeof choosePlan>[2]

/** What may be owed is the operator's credit, and so is what is free; but not what the account falls to anyway. */
export const isForOperator = (
  plan: Plan,
  { plan: own, subscription }: Pick<AccountState, 'plan' | 'subscription'>,
): boolean => {
  const ref = `${plan.id}@${plan.version}`
  if (ref === own || ref === subscription?.fallback) return false
  return isFree(plan) || plan.billing === 'invoiced'
}

/**
 * Which plans an account holder may move to without the operator: those that are paid for in advance, and
 * the free one that it falls to anyway. What may be owed is the operator's credit, and so is what is free.
 */
export async function mayChoose(
  services: Services,
  accountId: string,
  ref: string | undefined,
): Promise<void> {
  const { state } = await needState(services, accountId)
  if (ref === undefined) return
  const plan = await planNamed(services.catalogue, ref)
  if (!isForOperator(plan, state)) return
  const code = isFree(plan) ? 'plan_of_operator_free' : 'plan_of_operator_invoiced'
  throw new ProblemError('permission_denied', { detail: { code, values: { plan: ref } } })
}

/** The plan versions that are meant. A repeat means what it meant the first time. */
export async function wantedIn(services: Services, body: Wanted, request: Request) {
  const plan =
    body.plan === undefined ? undefined : await choosePlan(services.pool, body.plan, request)
  const fallback = await fallbackIn(services, body, { ...request, plan })
  return {
    ...(plan !== undefined && { plan }),
    ...(body.seats !== undefined && { seats: body.seats }),
    ...(body.when !== undefined && { when: body.when }),
    ...(fallback !== undefined && { fallback }),
  }
}

async function fallbackIn(
  { pool, catalogue }: Services,
  body: Wanted,
  request: Request & { readonly plan: string | undefined },
): Promise<string | undefined> {
  const first = await findRequest(pool, request)
  if (first) return (first.command.fallback as string | null) ?? undefined
  if (body.fallback !== undefined)
    return choosePlan(pool, body.fallback, { ...request, requestId: '' })
  if (request.plan === undefined) return undefined
  const named = (await planNamed(catalogue, request.plan)).fallback
  const latest = named === undefined ? null : await latestPublishedPlan(pool, named)
  return latest ? `${latest.planId}@${latest.version}` : undefined
}
