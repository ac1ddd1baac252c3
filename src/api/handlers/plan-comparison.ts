import { explainPlan, type Language } from '../../contract/explain/index.ts'
import type { ChangeSubscription } from '../../core/decisions/commands.ts'
import { seatsOf } from '../../core/decisions/index.ts'
import type { Result } from '../../core/decisions/results.ts'
import {
  feeOf,
  isFree,
  type Plan,
  periodOf,
  planRef,
  plansOnOffer,
  seated,
  seatsCompared,
} from '../../core/funding/index.ts'
import { planDocument } from '../../core/funding/plan-document.ts'
import type { AccountState } from '../../core/ledger/index.ts'
import { formatNanos, ZERO } from '../../core/money/index.ts'
import { formatInstant } from '../../core/time/index.ts'
import { listPlans } from '../../store/control/index.ts'
import { actorOf } from '../caller.ts'
import { unexpected } from '../decide.ts'
import type { Services } from '../deps.ts'
import { type Handlers, type Inbound, ok } from '../handler.ts'
import { needState } from '../need-account.ts'
import { planNamed } from '../plan-choice.ts'
import { isForOperator, wantedIn } from '../subscription-orders.ts'

/** Versions of plans that are looked through. */
const VERSIONS_MAX = 1_000

export const planComparisonHandlers: Handlers<'comparePlans'> = {
  comparePlans: async (inbound, services) => {
    const accountId = inbound.params.account_id
    const { state: stored, at } = await needState(services, accountId)
    const seats = await seatsAsked(inbound, services, stored)
    const plans = await onOffer(services, stored, seats)
    const orders = await Promise.all(plans.map((plan) => orderOf(inbound, services, plan, seats)))
    const results = await answersOf(services, orders)
    const posted = results.flatMap((own) => (own.status === 'posted' ? [own.entry] : []))[0]
    // all previews rest on one entry, which can be later than the state that was read before
    const state = { ...stored, plan: posted?.transition?.from_plan ?? stored.plan }
    const lang = inbound.query.lang ?? 'en'
    return ok({
      account_id: accountId,
      currency: state.currency,
      plan: state.plan,
      items: plans.map((plan, index) =>
        compared(plan, { seats, state, result: results[index]!, lang }),
      ),
      as_of: posted?.at ?? formatInstant(at),
      // an entry that is previewed is not written
      seq: posted ? posted.seq - 1 : state.seq,
    })
  },
}

async function seatsAsked(
  { query }: Inbound<'comparePlans'>,
  { catalogue }: Services,
  state: AccountState,
): Promise<number> {
  return query.seats ?? seatsOf(state, await planNamed(catalogue, state.plan))
}

async function onOffer(
  { pool, catalogue }: Services,
  { currency }: AccountState,
  seats: number,
): Promise<readonly Plan[]> {
  const published = await listPlans(pool, { status: 'published', after: null, limit: VERSIONS_MAX })
  const plans = await Promise.all(
    published.map(({ planId, version }) => planNamed(catalogue, `${planId}@${version}`)),
  )
  return plansOnOffer(plans, { currency, seats })
}

/** The order that a preview of this plan would be of. */
async function orderOf(
  inbound: Inbound<'comparePlans'>,
  services: Services,
  plan: Plan,
  seats: number,
): Promise<ChangeSubscription> {
  const accountId = inbound.params.account_id
  const request = { accountId, requestId: '', kind: 'change_subscription' } as const
  const body = {
    plan: planRef(plan),
    ...(plan.seats && !isFree(plan) && { seats: seatsCompared(plan, seats) }),
  }
  const actor = actorOf(inbound.caller, inbound.from)
  return { ...request, actor, payment: 'assumed', ...(await wantedIn(services, body, request)) }
}

/** A plan that another server has published a moment ago is loaded, and asked for again. */
async function answersOf(
  { engine }: Services,
  orders: readonly ChangeSubscription[],
): Promise<readonly Result[]> {
  const first = await engine.previewAll(orders)
  const isUnknown = (own: Result) => own.status === 'refused' && own.refused.code === 'plan_unknown'
  if (!first.some(isUnknown)) return first
  await engine.reloadCatalogue()
  return engine.previewAll(orders)
}

interface Beside {
  readonly seats: number
  readonly state: AccountState
  readonly result: Result
  readonly lang: Language
}

function compared(plan: Plan, { seats, state, result, lang }: Beside) {
  const count = seatsCompared(plan, seats)
  const { id, version, name, billing = 'prepaid', price = ZERO, seats: offered } = plan
  return {
    plan: planRef({ id, version }),
    plan_id: id,
    name,
    own: state.plan.split('@')[0] === id,
    price: formatNanos(price),
    seats: offered
      ? {
          min: offered.min,
          max: offered.max,
          price_each: formatNanos(offered.priceEach),
          compared: count,
        }
      : null,
    fee: formatNanos(feeOf(plan, count)),
    period: periodOf(plan),
    billing,
    windows: seated(plan, count).windows.map((spec, index) => ({
      id: spec.id,
      shape: spec.shape,
      length: spec.length,
      capacity: formatNanos(spec.capacity),
      capacity_per_seat: spec.perSeat ? formatNanos(plan.windows[index]!.capacity) : null,
      scope: spec.scope,
    })),
    says: explainPlan(planDocument(plan), lang),
    ...switchOf(result, isForOperator(plan, state)),
  }
}

function switchOf(result: Result, byOperatorOnly: boolean) {
  if (result.status === 'refused') return { switch: null, refused: result.refused.code }
  if (result.status !== 'posted') throw unexpected(result)
  const { transition, fee } = result.entry
  if (!transition || !fee) throw unexpected(result)
  const { type, when, effective_at } = transition
  const { net, credit_used, credit_added, due, billing } = fee
  return {
    switch: {
      ...{ type, when, effective_at, net, credit_used, credit_added, due, billing },
      by_operator_only: byOperatorOnly,
    },
    refused: null,
  }
}
