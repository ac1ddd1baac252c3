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
  /** For one rule, to all accounts together in a UTC day; absent: as `day`. */
  readonly rule_day?: string
  /** To all accounts together in a UTC day. */
  readonly day: string
}

/** The operator's word on findings. A version is immutable; the highest one is in force. */
export interface RemedyPolicy {
  readonly version: number
  /** By rule; a rule that is not named is proposed to a person. */
  readonly rules: Readonly<Partial<Record<AuditRule, RemedyAction>>>
  /** How sure a finding of a rule has to be at least; `certain` where none is named. */
  readonly confidence?: Readonly<Partial<Record<AuditRule, Confidence>>>
  /** By currency; in one that is not named nothing is refunded without a person. */
  readonly ceilings: Readonly<Record<string, RemedyCeilings>>
}

/** Why a finding is not refunded at once. */
export const REMEDY_REASONS = [
  'no_policy',
  'by_policy',
  'nothing_to_give_back',
  'needs_a_person',
  'not_sure_enough',
  'no_ceiling',
  'above_finding_ceiling',
  'above_account_day_ceiling',
  'above_rule_day_ceiling',
  'above_day_ceiling',
] as const
export type RemedyReason = (typeof REMEDY_REASONS)[number]

export type RemedyDecision =
  /** Given back, under the ceilings of the day. */
  | { readonly action: 'refund'; readonly amount: Nanos; readonly limits: DayLimits }
  /** A hold that nobody needs ends: no money moves. */
  | { readonly action: 'release' }
  | { readonly action: 'propose' | 'record'; readonly reason: RemedyReason }

/** The most that is given back in a UTC day without a person. */
export interface DayLimits {
  readonly account: Nanos
  readonly rule: Nanos
  readonly all: Nanos
}

const SURENESS: Readonly<Record<Confidence, number>> = { suspect: 0, likely: 1, certain: 2 }

type Judged = Pick<Finding, 'rule' | 'confidence' | 'currency' | 'difference' | 'remedy'>

/**
 * What is done with a finding under a policy. Ceilings of the day depend on what else is refunded at the same
 * moment: they are reserved by whoever executes the decision.
 */
export function decideRemedy(finding: Judged, policy: RemedyPolicy | null): RemedyDecision {
  const { remedy, rule } = finding
  if (remedy.type === 'none' || finding.difference < ZERO)
    return { action: 'record', reason: 'nothing_to_give_back' }
  if (policy === null) return { action: 'propose', reason: 'no_policy' }
  const wanted = policy.rules[rule] ?? 'propose'
  if (wanted !== 'refund') return { action: wanted, reason: 'by_policy' }
  if (SURENESS[finding.confidence] < SURENESS[policy.confidence?.[rule] ?? 'certain'])
    return { action: 'propose', reason: 'not_sure_enough' }
  if (remedy.type === 'release_hold') return { action: 'release' }
  if (remedy.type !== 'refund') return { action: 'propose', reason: 'needs_a_person' }
  return underCeilings(remedy.amount, policy.ceilings[finding.currency])
}

function underCeilings(amount: Nanos, ceilings: RemedyCeilings | undefined): RemedyDecision {
  if (amount <= ZERO) return { action: 'record', reason: 'nothing_to_give_back' }
  if (!ceilings) return { action: 'propose', reason: 'no_ceiling' }
  if (amount > ceiling(ceilings.finding))
    return { action: 'propose', reason: 'above_finding_ceiling' }
  const limits = {
    account: ceiling(ceilings.account_day),
    rule: ceiling(ceilings.rule_day ?? ceilings.day),
    all: ceiling(ceilings.day),
  }
  return { action: 'refund', amount, limits }
}

const ceiling = (text: string): Nanos => parseNanos(text) ?? ZERO

/** Where a policy names rules that the audit does not know: `rules/nonsense`. */
export const unknownRules = (policy: Pick<RemedyPolicy, 'rules' | 'confidence'>): string[] =>
  (['rules', 'confidence'] as const).flatMap((part) =>
    Object.keys(policy[part] ?? {})
      .filter((rule) => !AUDIT_RULES.some((own) => own === rule))
      .map((rule) => `${part}/${rule}`),
  )
