import { capacityFrom, type Plan, type WindowInstance, type WindowSpec } from '../funding/index.ts'
import type { AccountState, WindowChangeFacts } from '../ledger/index.ts'
import { add, formatNanos, max } from '../money/index.ts'
import { contains, type Instant } from '../time/index.ts'

/**
 * The formula for windows when the plan or the seats change. A run that is open and that the new plan
 * has too keeps its start, its end and what was used of it. Its capacity becomes the new plan's (of the
 * moment at which the run began), but never less than what is used and held, so that nothing already
 * promised is taken back. A window that the new plan lacks takes no new calls; calls in flight settle
 * in it. Lots are no part of this.
 */
export function resizedRuns(state: AccountState, plan: Plan, at: Instant): WindowInstance[] {
  return state.windows
    .filter((own) => contains(own, at))
    .flatMap((own) => {
      const spec = plan.windows.find((candidate) => candidate.id === own.windowId)
      if (!spec) return []
      const resized = resizedRun(own, spec)
      return resized.capacity === own.capacity ? [] : [resized]
    })
}

function resizedRun(own: WindowInstance, spec: WindowSpec): WindowInstance {
  const { promotion: _, ...run } = own
  const made = capacityFrom(spec, own.start)
  return { ...run, ...made, capacity: max(made.capacity, add(own.used, own.held)) }
}

/** What each window of either plan becomes, in numbers: of its run where one is open, else of the next. */
export function windowChanges(
  state: AccountState,
  plans: { readonly before: Plan; readonly after: Plan },
  at: Instant,
): WindowChangeFacts[] {
  const ids = new Set([...plans.before.windows, ...plans.after.windows].map((spec) => spec.id))
  return [...ids].map((id) => {
    const specOf = (plan: Plan) => plan.windows.find((spec) => spec.id === id)
    const run = state.windows.find((own) => own.windowId === id && contains(own, at))
    const [before, after] = [specOf(plans.before), specOf(plans.after)]
    const had = before && (run ?? capacityFrom(before, at)).capacity
    const has = after && (run ? resizedRun(run, after) : capacityFrom(after, at)).capacity
    return {
      id,
      change: changeOf(had, has),
      capacity_before: had === undefined ? null : formatNanos(had),
      capacity_after: has === undefined ? null : formatNanos(has),
    }
  })
}

function changeOf(had: bigint | undefined, has: bigint | undefined): WindowChangeFacts['change'] {
  if (has === undefined) return 'closes'
  if (had === undefined) return 'opens'
  return had === has ? 'kept' : 'resized'
}
