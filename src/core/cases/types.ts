import type { ActorFacts } from '../ledger/entry.ts'
import type { Nanos } from '../money/index.ts'
import type { Instant } from '../time/index.ts'

/** Where a case stands. Never renamed: they are shown, filtered by and stored. */
export const CASE_STATES = [
  'received',
  'checked',
  'decided',
  'posted',
  'sent',
  'settled',
  'closed',
  'appealed',
  'reopened',
  'withdrawn',
  'merged',
] as const
export type CaseState = (typeof CASE_STATES)[number]

/** What can bring a case about. */
export const CASE_ORIGINS = [
  'dispute',
  'person_asked',
  'finding',
  'self_check',
  'reconciliation',
  'incident',
] as const
export type CaseOrigin = (typeof CASE_ORIGINS)[number]

/** Who works on a case that support hands over. */
export const TIERS = ['lead', 'finance', 'engineering', 'human'] as const
export type Tier = (typeof TIERS)[number]

/** What is recorded of a case, step by step. Never renamed. */
export const CASE_EVENTS = [
  'received',
  'checked',
  'person_asked',
  'customer_wrote',
  'assigned',
  'noted',
  'replied',
  'escalated',
  'refund_requested',
  'refund_denied',
  'decided',
  'provisional_given',
  'provisional_ended',
  'posted',
  'sent',
  'settled',
  'closed',
  'appealed',
  'reopened',
  'withdrawn',
  'merged',
  'sampled',
] as const
export type CaseEventKind = (typeof CASE_EVENTS)[number]

/** A part of a refund: how much of which call, under which reason. A charge is refunded once for one reason. */
export interface RefundLine {
  readonly call_id: string
  readonly amount: string
  readonly reason: string
  /** The finding that it makes good; `null`: a person's own judgement. */
  readonly finding_key: string | null
}

/** The unused part of a purchase, back to its card. */
export interface PurchaseLine {
  readonly payment_id: string
  /** What is to go back, tax included, when it was decided. */
  readonly amount: string
}

/** What is to be given back, before it is decided or as it was. */
export interface RefundPlan {
  readonly lines: readonly RefundLine[]
  readonly purchase: PurchaseLine | null
  readonly total: string
}

/** What the charges of a plan carried when it was made, by call: what comes back meanwhile is told by it. */
export type CarriedFacts = Readonly<Record<string, string>>

export type Verdict = 'refund' | 'rejected'

/** What each kind of event records besides its time and actor. */
export interface CaseFacts {
  received: {
    /** The version of the support policy that its times follow; `null`: none was published. */
    readonly policy?: number | null
    readonly due?: StageTimes
    readonly words?: string | null
    readonly wants?: string | null
  }
  checked: {
    readonly findings: readonly string[]
    readonly offer: RefundPlan | null
    readonly returned: string
  }
  /** `request`: the id of the request that asked; sent twice, it is one step. */
  person_asked: { readonly words: string | null; readonly request?: string }
  customer_wrote: { readonly words: string }
  assigned: { readonly to: string | null }
  noted: { readonly words: string }
  replied: { readonly words: string; readonly macro: string | null }
  escalated: { readonly tier: Tier; readonly words: string }
  refund_requested: {
    readonly plan: RefundPlan
    readonly reason: string
    readonly words: string | null
    readonly carried?: CarriedFacts
  }
  refund_denied: { readonly words: string }
  decided: {
    readonly verdict: Verdict
    readonly reason: string
    readonly plan: RefundPlan | null
    readonly findings: readonly string[]
    readonly words: string | null
    /** Nobody of the operator has looked: the account took the offer, or nothing had been charged. */
    readonly automatic: boolean
    /** Who asked for the refund that this approves. */
    readonly requested_by: string | null
    readonly carried?: CarriedFacts
    readonly due?: StageTimes
  }
  provisional_given: {
    readonly lot_id: string
    readonly amount: string
    readonly currency: string
    readonly entry: number
  }
  provisional_ended: { readonly taken_back: string; readonly used: string; readonly entry: number }
  posted: {
    readonly total: string
    readonly entries: readonly {
      readonly seq: number
      readonly call_id: string
      readonly amount: string
    }[]
    /** Lines that were given back in another way before, by what was answered. */
    readonly skipped: readonly { readonly call_id: string; readonly code: string }[]
    /** Less than was decided: so much of the provisional credit had been used, and did not come off before. */
    readonly provisional_used: string
    readonly refund_id: string | null
  }
  sent: { readonly reference: string | null }
  settled: { readonly reference: string | null }
  closed: { readonly words: string }
  appealed: { readonly words: string; readonly due?: StageTimes }
  reopened: { readonly words: string; readonly due?: StageTimes }
  withdrawn: { readonly words: string | null }
  merged: { readonly into: string }
  sampled: { readonly agree: boolean; readonly words: string }
}

/** One recorded step. */
export type CaseEvent<K extends CaseEventKind = CaseEventKind> = K extends CaseEventKind
  ? {
      readonly number: number
      readonly kind: K
      readonly at: Instant
      readonly actor: ActorFacts
      readonly facts: CaseFacts[K]
    }
  : never

/** A step that is about to be recorded. */
export type NewEvent<K extends CaseEventKind = CaseEventKind> = K extends CaseEventKind
  ? { readonly kind: K; readonly facts: CaseFacts[K] }
  : never

/** The stages of the tracker, in order. */
export const STAGES = ['received', 'checked', 'decided', 'posted', 'sent', 'settled'] as const
export type Stage = (typeof STAGES)[number]

/** When stages are due, as instants in text. */
export type StageTimes = Readonly<Partial<Record<Stage, string>>>

/** A case as its events make it. */
export interface CaseView {
  readonly state: CaseState
  readonly origin: CaseOrigin
  /** How often it was decided anew: 1 at first, one more with each appeal or reopening. */
  readonly round: number
  readonly assignee: string | null
  readonly tier: Tier | null
  /** A person has to look: nothing was offered, somebody asked for one, or it was decided against them. */
  readonly needsPerson: boolean
  /** A refund that waits for somebody else's approval. */
  readonly pending:
    | (CaseFacts['refund_requested'] & { readonly by: string; readonly at: Instant })
    | null
  readonly offer: RefundPlan | null
  /** Of this round. */
  readonly decision: (CaseFacts['decided'] & { readonly by: string; readonly at: Instant }) | null
  /** Who decided in the rounds before: they do not decide an appeal. */
  readonly deciders: readonly string[]
  readonly provisional: (CaseFacts['provisional_given'] & { readonly used: Nanos | null }) | null
  /** What refunds of all its rounds have posted. */
  readonly refunded: Nanos
  readonly sample: 'none' | 'agreed' | 'disagreed'
  readonly times: Readonly<Partial<Record<Stage, Instant>>>
  readonly due: StageTimes
  readonly appealed: boolean
}

/** What the correct side of a comparison is made of; from `not_charged` on there is none. */
export const COMPARISON_CODES = [
  /** The audit finds nothing wrong with the amount. */
  'as_charged',
  /** The call was rated again, and comes to what the audit says is right. */
  'rated_again',
  /** Nothing is to be paid. */
  'not_billed',
  /** There is no charge of the call. */
  'not_charged',
  /** It waits for its price or for its usage. */
  'not_priced_yet',
  /** Findings of the call say different amounts. */
  'findings_disagree',
  /** What is wrong is where the money came from, not what the call costs. */
  'not_about_price',
  /** Rated again, the call does not come to what the audit says: its lines are not known. */
  'lines_unknown',
] as const
export type ComparisonCode = (typeof COMPARISON_CODES)[number]
