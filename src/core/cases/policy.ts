import { type Nanos, parseNanos, ZERO } from '../money/index.ts'
import { addDuration, formatInstant, type Instant, parseDuration } from '../time/index.ts'
import { type CaseOrigin, STAGES, type Stage, type StageTimes } from './types.ts'

/** What somebody may give back without a second person, in one currency. Decimals of its unit. */
export interface RefundLimits {
  /** In one case, all its rounds together. */
  readonly case: string
  /** In all cases together, in a UTC day. */
  readonly day: string
}

/** By when each stage is due, as ISO 8601 durations from the stage before it. */
export type StageDurations = Readonly<Record<Exclude<Stage, 'received'>, string>>

export interface DueRow extends StageDurations {
  /** `*`: every origin. */
  readonly origin: CaseOrigin | '*'
  /** Only of cases with at least so much at stake, by currency; absent: of every amount. */
  readonly at_least?: Readonly<Record<string, string>>
}

/** What support may do and by when. A version is immutable; the highest one is in force. */
export interface SupportPolicy {
  readonly version: number
  /** Codes from which a person chooses why something is given back or refused. */
  readonly reasons: readonly string[]
  /** By role and currency. In a currency that is not named everything needs a second person. */
  readonly limits: Readonly<
    Partial<Record<'support' | 'support_lead', Readonly<Record<string, RefundLimits>>>>
  >
  /** The most that an account takes by itself of what the audit has found, by currency. */
  readonly offer_up_to: Readonly<Record<string, string>>
  /** Credit for the time of a check that takes long; `null`: none is given. */
  readonly provisional: {
    readonly after: string
    readonly lives: string
    readonly up_to: Readonly<Record<string, string>>
  } | null
  /** The first row that fits counts. */
  readonly due: readonly DueRow[]
  /** Of a hundred automatic decisions, how many a person looks at. */
  readonly sampling_percent: number
  /** For how long a decision can be appealed against. */
  readonly appeal_within: string
}

export interface AtStake {
  readonly nanos: Nanos
  readonly currency: string
}

const amount = (text: string | undefined): Nanos | null =>
  text === undefined ? null : (parseNanos(text) ?? ZERO)

/** The row whose times a case follows; `null`: it has no times. */
export function dueRow(
  policy: SupportPolicy | null,
  origin: CaseOrigin,
  atStake: AtStake | null,
): DueRow | null {
  const fits = (row: DueRow): boolean => {
    if (row.origin !== '*' && row.origin !== origin) return false
    if (!row.at_least) return true
    const least = atStake && amount(row.at_least[atStake.currency])
    return least !== null && atStake !== null && atStake.nanos >= least
  }
  return policy?.due.find(fits) ?? null
}

export function after(at: Instant, duration: string): Instant {
  const parsed = parseDuration(duration)
  return parsed === undefined ? at : addDuration(at, parsed)
}

/** When the stages that follow one are due, each counted from when the one before it is. */
export function dueTimes(row: DueRow | null, from: Stage, at: Instant): StageTimes {
  if (!row) return {}
  const times: Partial<Record<Stage, string>> = {}
  let last = at
  for (const stage of STAGES.slice(STAGES.indexOf(from) + 1)) {
    last = after(last, row[stage as keyof StageDurations])
    times[stage] = formatInstant(last)
  }
  return times
}

/** What a role may give back alone; `null`: nothing. An operator has no limit. */
export function limitsOf(
  policy: SupportPolicy | null,
  role: 'support' | 'support_lead',
  currency: string,
): { readonly case: Nanos; readonly day: Nanos } | null {
  const row = policy?.limits[role]?.[currency]
  return row ? { case: amount(row.case) ?? ZERO, day: amount(row.day) ?? ZERO } : null
}

/** What is given for the time of the check; `null`: nothing. */
export function provisionalCredit(
  policy: SupportPolicy | null,
  atStake: AtStake | null,
  openedAt: Instant,
): { readonly amount: Nanos; readonly from: Instant; readonly lives: string } | null {
  const terms = policy?.provisional
  if (!terms || !atStake || atStake.nanos <= ZERO) return null
  const limit = amount(terms.up_to[atStake.currency])
  if (limit === null || atStake.nanos > limit) return null
  return { amount: atStake.nanos, from: after(openedAt, terms.after), lives: terms.lives }
}

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** FNV-1a over the id: the same case is always in the sample, or never. */
export function isSampled(caseId: string, round: number, percent: number): boolean {
  let hash = FNV_OFFSET
  for (const character of `${caseId}#${round}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), FNV_PRIME)
  return (hash >>> 0) % 10_000 < percent * 100
}

/** Durations that cannot be read, by where they stand. */
export function policyFaults(policy: SupportPolicy): readonly { at: string; text: string }[] {
  const durations: [string, string][] = [['appeal_within', policy.appeal_within]]
  if (policy.provisional)
    durations.push(
      ['provisional/after', policy.provisional.after],
      ['provisional/lives', policy.provisional.lives],
    )
  for (const [index, row] of policy.due.entries())
    for (const stage of STAGES.slice(1))
      durations.push([`due/${index}/${stage}`, row[stage as keyof StageDurations]])
  return durations.flatMap(([at, text]) => (parseDuration(text) ? [] : [{ at, text }]))
}
