import { roundDown, roundUp, share, writeAmount } from '../amounts.ts'

/** What the account of the whole way is given and allows, so that its calls reach each stage. */
export interface WayTerms {
  /** Left in the session window when the replay begins. */
  readonly windowRest: bigint
  /** The credit of the campaign. */
  readonly claim: string
  readonly topUp: string
  readonly reload: {
    readonly trigger_below: string
    readonly amount: string
    readonly max_per_day: string
    readonly max_per_month: string
  }
  /** For each billing cycle, of bought credit. */
  readonly cap: string
}

/** No tax of the price list that comes with the program is higher. */
const TAX_PERCENT_MAX = 25

/**
 * Parts of what the account will ask for, at list price. The last third of its calls meets the cap. The
 * reload brings more than the cap lets through: what is left is above the trigger, so that nothing is
 * bought again while nothing can be drawn.
 */
export function wayTerms(expected: bigint): WayTerms {
  const topUp = roundDown(share(expected, 20))
  const reload = topUp * 3n
  const perDay = roundUp(share(reload, 100 + TAX_PERCENT_MAX))
  return {
    windowRest: share(expected, 12),
    claim: writeAmount(roundDown(share(expected, 12))),
    topUp: writeAmount(topUp),
    reload: {
      trigger_below: writeAmount(topUp),
      amount: writeAmount(reload),
      max_per_day: writeAmount(perDay),
      max_per_month: writeAmount(perDay * 2n),
    },
    cap: writeAmount(topUp * 2n),
  }
}
