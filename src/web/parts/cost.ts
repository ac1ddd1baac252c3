import type { CallListed } from '../../client/index.ts'
import type { Basis } from '../kit/index.ts'

export interface CostFigure {
  readonly amount: string | null
  readonly basis: Basis
}

/**
 * The one figure that stands for a call: what was charged; what the plan covered where nothing was; what
 * went back where nothing is left of either.
 */
export function figureOf({ amounts }: Pick<CallListed, 'amounts'>): CostFigure {
  const { charged, covered_by_plan, refunded, returned_to_plan, total } = amounts
  const told = [charged, covered_by_plan, refunded, { ...returned_to_plan, basis: 'refunded' }]
  const found = told.find(({ amount }) => amount !== null && amount !== '0')
  if (found) return found as CostFigure
  return total.amount === null ? total : { amount: '0', basis: 'not_billed' }
}
