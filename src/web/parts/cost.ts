import type { CallListed } from '../../client/index.ts'
import type { Basis } from '../kit/index.ts'

export interface CostFigure {
  readonly amount: string | null
  readonly basis: Basis
}

/**
 * The one figure that stands for a call: what was charged; what the plan covered where nothing was; else
 * what the receipt calls its total.
 */
export function figureOf({ amounts }: Pick<CallListed, 'amounts'>): CostFigure {
  const { charged, covered_by_plan, total } = amounts
  if (charged.amount !== null && charged.amount !== '0') return charged
  if (covered_by_plan.amount !== null && covered_by_plan.amount !== '0') return covered_by_plan
  return total.amount === null ? total : { amount: '0', basis: 'not_billed' }
}
