import type { Finding } from '../audit/finding.ts'
import { AUDIT_RULES, type AuditRule, type Confidence } from '../audit/rules.ts'
import { type Nanos, parseNanos, ZERO } from '../money/index.ts'

/** What is done with a finding. */
export const REMEDY_ACTIONS = ['refund', 'propose', 'record'] as const
export type RemedyAction = (typeof REMEDY_ACTIONS)[number]

/** What may be given back without a person, in one currency. Decimals of its unit. */
export interface RemedyCeilings {
  /** For one finding. */
  readonly finding: string
  /** To one account in a UTC day. */
  readonly account_day: string
  /** To all accounts together in a UTC day. */
  readonly day: string
}

/** The operator's word on findings. A version is immutable; the highest one is in force. */
export interface RemedyPolicy {
  readonly version: number
  /** By rule; a rule that is not named is proposed to a person. */
  readonly rules: Readonly<Partial<Record<AuditRule, RemedyAction>>>
  /** By currency; in one that is not named nothing is refunded without a person. */
  readonly ceilings: Readonly<Record<string, RemedyCeilings>>
}

/** Why a finding is not refunded at once. */
export const REMEDY_REASONS = [
  'no_policy',
  'by_policy',
  'nothing_to_give_back',
  'not_certain',
  'no_ceiling',
  'above_finding_ceiling',
  'above_account_day_ceiling',
  'above_day_ceiling',
] as const
export type RemedyReason = (typeof REMEDY_REASONS)[number]

export type RemedyDecision =
  | {
      readonly action: 'refund'
      readonly callId: string
      readonly amount: Nanos
      readonly limits: Limits
    }
  | { readonly action: 'propose' | 'record'; readonly reason: RemedyReason }

interface Limits {
  readonly accountDay: Nanos
  readonly day: Nanos
}

const ENOUGH: readonly Confidence[] = ['certain']

/**
 * What is done with a finding under a policy. Ceilings of the day depend on what else is refunded at the same
 * moment: they are reserved by whoever executes the decision.
 */
export function decideRemedy(
  finding: Pick<Finding, 'rule' | 'confidence' | 'currency' | 'difference' | 'remedy'>,
  policy: RemedyPolicy | null,
): RemedyDecision {
  const { remedy, rule } = finding
  if (remedy.type === 'none' || finding.difference < ZERO)
    return { action: 'record', reason: 'nothing_to_give_back' }
  if (policy === null) return { action: 'propose', reason: 'no_policy' }
  const wanted = policy.rules[rule] ?? 'propose'
  if (wanted !== 'refund') return { action: wanted, reason: 'by_policy' }
  if (remedy.type !== 'refund' || remedy.amount <= ZERO)
    return { action: 'propose', reason: 'nothing_to_give_back' }
  if (!ENOUGH.includes(finding.confidence)) return { action: 'propose', reason: 'not_certain' }
  const ceilings = policy.ceilings[finding.currency]
  if (!ceilings) return { action: 'propose', reason: 'no_ceiling' }
  if (remedy.amount > ceiling(ceilings.finding))
    return { action: 'propose', reason: 'above_finding_ceiling' }
  return {
    action: 'refund',
    callId: remedy.callId,
    amount: remedy.amount,
    limits: { accountDay: ceiling(ceilings.account_day), day: ceiling(ceilings.day) },
  }
}

const ceiling = (text: string): Nanos => parseNanos(text) ?? ZERO

/** Names of rules in a policy that the audit does not know. */
export const unknownRules = (policy: Pick<RemedyPolicy, 'rules'>): string[] =>
  Object.keys(policy.rules).filter((rule) => !AUDIT_RULES.some((own) => own === rule))
