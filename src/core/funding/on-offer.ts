import type { Currency } from '../money/index.ts'
import { compareFees, feeOf, periodOf } from './plan-price.ts'
import { leastSeats } from './seats.ts'
import type { Plan } from './types.ts'

/** How many seats a plan is compared with: as many as are wanted, within what it offers. */
export const seatsCompared = (plan: Pick<Plan, 'seats'>, wanted: number): number =>
  plan.seats ? Math.min(Math.max(wanted, plan.seats.min), plan.seats.max) : leastSeats(plan)

/** The newest version of each plan in a currency; what costs least for the same time and seats first. */
export function plansOnOffer(
  plans: readonly Plan[],
  own: { readonly currency: Currency; readonly seats: number },
): readonly Plan[] {
  const newest = new Map<string, Plan>()
  for (const plan of plans) {
    const known = newest.get(plan.id)
    if (plan.currency === own.currency && (!known || known.version < plan.version))
      newest.set(plan.id, plan)
  }
  const costs = (plan: Plan) => ({
    fee: feeOf(plan, seatsCompared(plan, own.seats)),
    period: periodOf(plan),
  })
  return [...newest.values()].sort((one, other) => {
    const difference = compareFees(costs(one), costs(other))
    return difference === 0 ? (one.id < other.id ? -1 : 1) : difference
  })
}
