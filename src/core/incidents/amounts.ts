import { min, type Nanos, nanos, subtractToZero, ZERO } from '../money/index.ts'
import type { Correction, CreditRule, Incident, IncidentCeilings } from './types.ts'

/** What is known of one charge when its incident is measured. */
export interface MeasuredCharge {
  /** What the call drew before anything was given back. */
  readonly drawn: Nanos
  /** What it still carries. */
  readonly carried: Nanos
  /** What of it a finding says was too much; `null`: no finding says so. */
  readonly excess: Nanos | null
  /** What is right by the book that it is rated anew with; `null`: not rated anew, or without a price. */
  readonly right: Nanos | null
}

/** What goes back for a charge. What somebody gave back already is never given twice. */
export function amountDue(
  { correction, doubleRemedy }: Pick<Incident, 'correction' | 'doubleRemedy'>,
  charge: MeasuredCharge,
): Nanos {
  if (!correction) return ZERO
  const given = subtractToZero(charge.drawn, charge.carried)
  if (doubleRemedy === 'skip' && given > ZERO) return ZERO
  const wrong = wrongOf(correction, charge)
  return min(charge.carried, subtractToZero(wrong, given))
}

/** How much of what the call drew was wrong. */
export function wrongOf(correction: Correction | null, charge: MeasuredCharge): Nanos {
  if (correction?.type === 'rerate')
    return charge.right === null ? ZERO : subtractToZero(charge.drawn, charge.right)
  if (correction?.of === 'finding') return min(charge.excess ?? ZERO, charge.drawn)
  return charge.drawn
}

const HUNDRED = 100n

/** The goodwill credit for what an account has lost; zero: none. */
export function creditFor(rule: CreditRule, loss: Nanos): Nanos {
  if (loss <= ZERO) return ZERO
  if (rule.by === 'percent') {
    const share = nanos((loss * BigInt(rule.percent)) / HUNDRED)
    return min(share, rule.max)
  }
  return rule.tiers.findLast(({ lossFrom }) => loss >= lossFrom)?.credit ?? ZERO
}

export interface MeasuredSums {
  readonly total: Nanos
  /** The most that one account gets back. */
  readonly accountMax: Nanos
  readonly goodwill: Nanos
}

/** Which ceiling the sums exceed; `null`: none. */
export function ceilingExceeded(
  ceilings: IncidentCeilings,
  sums: MeasuredSums,
): keyof IncidentCeilings | null {
  const exceeds = (ceiling: Nanos | null, sum: Nanos): boolean => ceiling !== null && sum > ceiling
  if (exceeds(ceilings.total, sums.total)) return 'total'
  if (exceeds(ceilings.account, sums.accountMax)) return 'account'
  return exceeds(ceilings.goodwill, sums.goodwill) ? 'goodwill' : null
}
