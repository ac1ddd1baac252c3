import type { Evaluation, RuleResult } from '../../core/campaigns/index.ts'
import { formatNanos } from '../../core/money/index.ts'
import { formatInstant } from '../../core/time/index.ts'

/** A rule with its value, as answers and stored claims show it. */
const ruleJson = (rule: RuleResult) => ({
  rule: rule.code,
  id: rule.id,
  passed: rule.passed,
  expected: rule.expected,
  actual: rule.actual,
  at: rule.at === null ? null : formatInstant(rule.at),
  values: rule.values,
  action: rule.action,
})

export const evaluationJson = (own: Evaluation) => ({
  eligible: own.eligible,
  wave: own.wave,
  period: own.period,
  claim_from: formatInstant(own.claimFrom),
  claim_until: own.claimUntil === null ? null : formatInstant(own.claimUntil),
  amount: own.amount === null ? null : formatNanos(own.amount),
  plan: own.plan,
  rules: own.rules.map(ruleJson),
})
