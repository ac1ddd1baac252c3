import { deliveredUsage } from '../../core/usage/index.ts'
import { conclude, type Ending, type Seen } from '../../gateway/outcome.ts'

/** A gateway's judgement with a bug that can be switched on. */
export interface FaultyJudgement {
  readonly conclude: (seen: Seen) => Ending
  readonly set: (on: boolean) => void
}

const RATE_LIMITED = 429

/**
 * The bug of 2026, for the demo: while it is on, an attempt that the provider has ended for its rate limit
 * (HTTP 429, or an error of that type after a 200) is taken for a success, and settled with its usage.
 */
export function faultyJudgement(): FaultyJudgement {
  let isOn = false
  return {
    set: (on) => {
      isOn = on
    },
    conclude: (seen) => (isOn ? (asSuccess(seen) ?? conclude(seen)) : conclude(seen)),
  }
}

function asSuccess({ status, answer, promptTokensEstimate }: Seen): Ending | null {
  if (!answer) return null
  if (status !== RATE_LIMITED && answer.error?.type !== 'rate_limit_error') return null
  const usage = deliveredUsage(answer, { promptTokensEstimate })
  return { action: 'settle', outcome: 'succeeded', usage }
}
