import { deliveredUsage } from '../../core/usage/index.ts'
import { conclude, type Ending, type Seen } from '../../gateway/outcome.ts'

/** A gateway's judgement with a bug that can be switched on. */
export interface FaultyJudgement {
  readonly conclude: (seen: Seen) => Ending
  readonly set: (on: boolean) => void
}

const RATE_LIMITED = 429

/** For the demo: the bug can be switched on for some calls, and off again. */
export function faultyJudgement(): FaultyJudgement {
  let isOn = false
  return {
    set: (on) => {
      isOn = on
    },
    conclude: (seen) => (isOn ? takesRateLimitsForSuccesses(seen) : conclude(seen)),
  }
}

/**
 * The bug of 2026: an attempt that the provider has ended for its rate limit (HTTP 429, or an error of that
 * type after a 200) is taken for a success, and settled with its usage.
 */
export function takesRateLimitsForSuccesses(seen: Seen): Ending {
  const { status, answer, promptTokensEstimate } = seen
  const isRateLimit = status === RATE_LIMITED || answer?.error?.type === 'rate_limit_error'
  if (!isRateLimit || !answer) return conclude(seen)
  const usage = deliveredUsage(answer, { promptTokensEstimate })
  return { action: 'settle', outcome: 'succeeded', usage }
}
