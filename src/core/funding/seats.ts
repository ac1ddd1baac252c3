import type { Nanos } from '../money/index.ts'
import type { Plan } from './types.ts'

/** Plans with the capacity of so many seats: a pure memo, since every decision asks for it. */
const seatedPlans = new WeakMap<Plan, Map<number, Plan>>()
const COUNTS_MAX = 1_000

/** How many seats an account of the plan has that never chose. */
export const leastSeats = (plan: Pick<Plan, 'seats'>): number => plan.seats?.min ?? 1

/** The plan as an account with so many seats has it: windows per seat hold that many times as much. */
export function seated(plan: Plan, seats: number): Plan {
  if (seats === 1 || !plan.windows.some((spec) => spec.perSeat)) return plan
  const known = seatedPlans.get(plan) ?? new Map<number, Plan>()
  const own = known.get(seats)
  if (own) return own
  const made: Plan = {
    ...plan,
    windows: plan.windows.map((spec) =>
      spec.perSeat ? { ...spec, capacity: (spec.capacity * BigInt(seats)) as Nanos } : spec,
    ),
  }
  if (known.size >= COUNTS_MAX) known.clear()
  known.set(seats, made)
  seatedPlans.set(plan, known)
  return made
}
