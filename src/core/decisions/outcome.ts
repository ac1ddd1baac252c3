import type { Plan } from '../funding/index.ts'
import { planRef } from '../funding/index.ts'
import type { OutcomeFacts } from '../ledger/index.ts'
import type { OutcomeCode } from './commands.ts'

/** Who pays for an outcome, and whether the platform carries what was used. */
interface Rule {
  readonly pays: OutcomeFacts['customer_pays']
  /** What was used is priced and posted as a loss of the platform. */
  readonly absorbed: boolean
}

/** The default policy: failed = 0, cut off by us or the provider = 0, cut off by the client = what was delivered. */
const DEFAULT_POLICY: Readonly<Record<OutcomeCode, Rule>> = {
  succeeded: { pays: 'delivered', absorbed: false },
  error_before_output: { pays: 'nothing', absorbed: false },
  refused_before_output: { pays: 'nothing', absorbed: false },
  refused_after_output: { pays: 'delivered', absorbed: false },
  upstream_failed_mid_stream: { pays: 'nothing', absorbed: true },
  client_aborted: { pays: 'delivered', absorbed: false },
  client_aborted_before_output: { pays: 'nothing', absorbed: false },
  usage_zero_with_output: { pays: 'nothing', absorbed: false },
  gateway_crashed: { pays: 'nothing', absorbed: false },
  served_from_cache: { pays: 'nothing', absorbed: false },
}

export interface OutcomeRuling {
  readonly facts: OutcomeFacts
  readonly absorbed: boolean
}

/**
 * Who pays. The row's name goes on the receipt: `default/…`, or the plan's where the operator has one
 * of its own. A success without usage waits for reconciliation; it is never guessed.
 */
export function ruleOn(code: OutcomeCode, plan: Plan, usageKnown: boolean): OutcomeRuling {
  const rule = DEFAULT_POLICY[code]
  const own = plan.outcomes?.[code]
  const pays = own ?? rule.pays
  const policy = own ? `${planRef(plan)}/${code}` : `default/${code}`
  if (pays === 'delivered' && !usageKnown)
    return { facts: { code, policy, customer_pays: 'after_reconciliation' }, absorbed: false }
  return {
    facts: { code, policy, customer_pays: pays },
    absorbed: pays === 'nothing' && (rule.absorbed || rule.pays === 'delivered'),
  }
}
