import { deliveredUsage } from '../../../src/core/usage/index.ts'
import { conclude, type Ending, type Seen } from '../../../src/gateway/outcome.ts'

/**
 * The bug of 2026: an attempt that the provider ended for its rate limit (HTTP 429, or an error of that type
 * after a 200) is taken for a success, and settled with its usage.
 */
export function takesRateLimitsForSuccesses(seen: Seen): Ending {
  const isRateLimit = seen.status === 429 || seen.answer?.error?.type === 'rate_limit_error'
  if (!isRateLimit || !seen.answer) return conclude(seen)
  const { promptTokensEstimate } = seen
  const usage = deliveredUsage(seen.answer, { promptTokensEstimate })
  return { action: 'settle', outcome: 'succeeded', usage }
}
