import type { Texts, ZonedTime } from '../campaigns/types.ts'
import type { Currency, Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** Which charges an incident is about. Every stated member must match; within a member one hit is enough. */
export interface IncidentScope {
  /** Of the call, `[from, until)`. */
  readonly from: Instant
  readonly until: Instant
  /** As requested, as served or as priced. */
  readonly models: readonly string[] | null
  /** As the settlement named them. */
  readonly outcomes: readonly string[] | null
  /** What the evidence says of the provider: an HTTP status or a type of in-band error, either of them. */
  readonly errors: {
    readonly statuses: readonly number[]
    readonly types: readonly string[]
  } | null
  readonly priceBooks: readonly string[] | null
  /** Rules of the audit that a finding on the call has. */
  readonly rules: readonly string[] | null
  /** `pro` for every version, or `pro@3`. */
  readonly plans: readonly string[] | null
  readonly accounts: readonly string[] | null
}

/**
 * What is done about each charge. `charge`: all that it still carries goes back; `finding`: what a finding
 * says was too much; `rerate`: what it is above the price of another book.
 */
export type Correction =
  | { readonly type: 'refund'; readonly of: 'charge' | 'finding' }
  | { readonly type: 'rerate'; readonly book: string }

/** How much goodwill credit a loss is worth: a share of it up to a ceiling, or a step of a table. */
export type CreditRule =
  | { readonly by: 'percent'; readonly percent: number; readonly max: Nanos }
  | {
      readonly by: 'tiers'
      /** By loss, ascending: the last one that is reached counts. */
      readonly tiers: readonly { readonly lossFrom: Nanos; readonly credit: Nanos }[]
    }

/** Credit that affected accounts can claim. */
export interface Goodwill {
  readonly rule: CreditRule
  /** The first instant that is too late. */
  readonly claimUntil: ZonedTime
  readonly expiresAfterDays: number
  /** Before the windows unless told: credit that burns after them cannot be used by who lost included use. */
  readonly position: 'before_windows' | 'after_windows'
}

/** `null`: no ceiling. */
export interface IncidentCeilings {
  /** Given back in all. */
  readonly total: Nanos | null
  /** Given back to one account. */
  readonly account: Nanos | null
  /** Goodwill that may be granted in all. */
  readonly goodwill: Nanos | null
}

export interface Incident {
  readonly id: string
  readonly name: Required<Texts>
  readonly currency: Currency
  readonly scope: IncidentScope
  readonly correction: Correction | null
  readonly goodwill: Goodwill | null
  /** What happened, in words for affected accounts; `null`: they are not told. */
  readonly notice: Required<Texts> | null
  /** `subtract`: what was given back already is not given again; `skip`: such a call is left out. */
  readonly doubleRemedy: 'subtract' | 'skip'
  readonly ceilings: IncidentCeilings
}

/** The reason of everything that is given back for an incident: once for a call. */
export const incidentReason = (incidentId: string): string => `incident_${incidentId}`
