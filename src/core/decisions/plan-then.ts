import {
  type CallFacts,
  capacityFrom,
  leastSeats,
  type Plan,
  seated,
  type WindowInstance,
  windowsFor,
} from '../funding/index.ts'
import { type AccountState, formerPlanAt } from '../ledger/index.ts'
import { max } from '../money/index.ts'
import type { Instant } from '../time/index.ts'
import { type Context, planNow, planOf } from './decision.ts'

/** The plan by which an event is charged. */
export interface PlanThen {
  /** `pro@3` */
  readonly ref: string
  readonly plan: Plan
  /** The account has another one by now. */
  readonly isFormer: boolean
}

/**
 * The plan that the account had at a moment of the last hour, with its seats then: what an authorization
 * would have gone by. A plan that ended before its calls were reported still covers them.
 * @throws PlanMissing
 */
export function planThen(state: AccountState, { catalogue }: Context, at: Instant): PlanThen {
  const former = formerPlanAt(state, at)
  if (!former) return { ref: state.plan, plan: planNow(catalogue, state), isFormer: false }
  const plan = planOf(catalogue, former.plan)
  return {
    ref: former.plan,
    plan: seated(plan, former.seats ?? leastSeats(plan)),
    isFormer: true,
  }
}

export interface WindowsThen {
  /** As they stand in the account. */
  readonly windows: readonly WindowInstance[] | null
  /** As large as the call's plan had them; absent where that is the account's plan. */
  readonly asThen?: readonly WindowInstance[]
}

/** The windows that an event at `at` falls into. */
export function windowsThen(
  state: AccountState,
  context: Context,
  { then, call, at }: { readonly then: PlanThen; readonly call: CallFacts; readonly at: Instant },
): WindowsThen {
  if (then.plan.windows.length === 0) return { windows: null }
  const windows = windowsFor(then.plan, call, state, at)
  if (!then.isFormer) return { windows }
  const now = planNow(context.catalogue, state)
  return {
    windows: windows.map((run) => (state.windows.includes(run) ? run : asIn(now, run))),
    asThen: windows.map((run) => widened(then.plan, run)),
  }
}

/** A run that begins with a call of before the change is no larger for those of after it. */
function asIn(plan: Plan, run: WindowInstance): WindowInstance {
  const spec = plan.windows.find(({ id }) => id === run.windowId)
  if (!spec) return run
  const { promotion: _, ...bare } = run
  return { ...bare, ...capacityFrom(spec, run.start) }
}

/** What the change made smaller, at its former size. */
function widened(plan: Plan, run: WindowInstance): WindowInstance {
  const spec = plan.windows.find(({ id }) => id === run.windowId)!
  return { ...run, capacity: max(run.capacity, capacityFrom(spec, run.start).capacity) }
}
