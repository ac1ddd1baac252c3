import type { CapPeriod, CapScope } from '../funding/types.ts'
import type {
  ActorFacts,
  Amount,
  AttemptFacts,
  CardFacts,
  ReloadOutcome,
  Timestamp,
} from '../ledger/index.ts'
import type { CaseAlertFacts } from './case-facts.ts'
import type { ExportAlertFacts } from './export-facts.ts'
import type { IncidentRemedied } from './incident-facts.ts'
import type { RefundGiven } from './refund-facts.ts'

/** What an account can be told about. Never renamed: they are the `type` of webhooks. */
export const ALERT_KINDS = [
  'window_level',
  'window_forecast',
  'window_reset',
  'cap_level',
  'cap_forecast',
  'paid_use_started',
  'spend_anomaly',
  'lot_expiring',
  'paid_use_changed',
  'cap_changed',
  'reload_done',
  'reload_declined',
  'payment_failed',
  'endpoint_disabled',
  'campaign_open',
  'statement_ready',
  'incident_remedied',
  'refund_given',
  'case_received',
  'case_decided',
  'case_refunded',
  'case_overdue',
  'export_ready',
  'export_failed',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** How much of a limit is used; percentages are cut down, and add up to 100. */
export interface LimitFacts {
  readonly limit: Amount
  readonly used: Amount
  readonly left: Amount
  readonly used_percent: number
  readonly left_percent: number
  /** `null`: never. */
  readonly resets_at: Timestamp | null
}

/** What happens to covered calls once the window is used up. */
export type Afterwards = 'credit' | 'stops'

export interface NamedCap {
  readonly cap_id: string
  readonly scope: CapScope
  readonly scope_id: string | null
  readonly period: CapPeriod
}

interface WindowRun {
  readonly window_id: string
  readonly start: Timestamp
  readonly end: Timestamp
}

/** The facts of an alert, by kind: figures and codes, no prose. */
export type AlertFacts =
  | ({
      readonly kind: 'window_level'
      readonly level: number
      readonly after: Afterwards
    } & WindowRun &
      LimitFacts)
  | ({
      readonly kind: 'window_forecast'
      readonly runs_out_at: Timestamp
      readonly after: Afterwards
    } & WindowRun &
      LimitFacts)
  | ({
      readonly kind: 'window_reset'
      readonly shape: 'anchored' | 'calendar'
      readonly length: string
      readonly limit: Amount
    } & WindowRun)
  | ({ readonly kind: 'cap_level'; readonly level: number } & NamedCap & LimitFacts)
  | ({ readonly kind: 'cap_forecast'; readonly runs_out_at: Timestamp } & NamedCap & LimitFacts)
  | {
      readonly kind: 'paid_use_started'
      readonly cycle_start: Timestamp
      readonly cycle_end: Timestamp
      /** Drawn from paid credit and overage since the cycle began. */
      readonly paid: Amount
    }
  | {
      readonly kind: 'spend_anomaly'
      readonly hour: Timestamp
      readonly spent: Amount
      readonly usual: Amount
    }
  | {
      readonly kind: 'lot_expiring'
      readonly lot_id: string
      readonly name: string
      readonly category: 'paid' | 'promotional'
      readonly limit: Amount
      readonly used: Amount
      readonly left: Amount
      readonly expires_at: Timestamp
      readonly days: number
    }
  | ({ readonly kind: 'paid_use_changed'; readonly paid_use: boolean } & ChangeFacts)
  | ({
      readonly kind: 'cap_changed'
      /** `null`: the cap was removed; scope and period are then unknown. */
      readonly amount: Amount | null
      readonly scope: CapScope | null
      readonly scope_id: string | null
      readonly period: CapPeriod | null
      readonly cap_id: string
    } & ChangeFacts)
  | {
      readonly kind: 'reload_done'
      readonly payment_id: string
      readonly amount: Amount
      readonly tax: Amount
      readonly total: Amount
      /** `null`: unknown. */
      readonly method: CardFacts | null
      /** The credit that it made. */
      readonly lot_id: string
      readonly expires_at: Timestamp | null
    }
  | {
      readonly kind: 'reload_declined'
      /** `null`: no charge was asked for, since a limit is reached. */
      readonly payment_id: string | null
      readonly amount: Amount
      readonly tax: Amount
      readonly total: Amount
      readonly method: CardFacts | null
      readonly outcome: ReloadEnd
      /** The processor's word for why, or the outcome where it was not asked. */
      readonly reason: string
      /** It does nothing more until its owner has set it anew. */
      readonly stopped: boolean
      /** When a limit lets it go on; `null`: not by itself. */
      readonly again_at: Timestamp | null
    }
  | ({
      /** The fee of the next period was not paid. */
      readonly kind: 'payment_failed'
      readonly plan: string
      /** `null`: tax was not reckoned. */
      readonly total: Amount | null
      /** How often a card was refused for it. */
      readonly declines: number
      /** When it is tried again; `null`: not by itself. */
      readonly retry_at: Timestamp | null
      /** When the plan ends if it stays unpaid, and what the account has then. */
      readonly ends_at: Timestamp
      readonly fallback: string
    } & AttemptFacts)
  | {
      readonly kind: 'endpoint_disabled'
      readonly endpoint_id: string
      readonly name: string
      readonly failing_since: Timestamp
      readonly outcome: string
    }
  | {
      readonly kind: 'campaign_open'
      readonly campaign_id: string
      readonly name: string
      readonly amount: Amount
      /** The first instant that is too late; `null`: no end. */
      readonly claim_until: Timestamp | null
      /** When the credit would end, were it claimed at once. */
      readonly expires_at: Timestamp
    }
  | {
      readonly kind: 'statement_ready'
      readonly number: number
      readonly label: string
      readonly start: Timestamp
      /** Not part of the cycle. */
      readonly end: Timestamp
      /** What was left at the end. */
      readonly prepaid: Amount
      readonly promotional: Amount
      /** Overage that was owed at the end. */
      readonly owed: Amount
      /** `null`: there is nothing to pay for it. */
      readonly invoice: {
        readonly invoice_id: string
        readonly total: Amount
        readonly due_at: Timestamp
      } | null
    }
  | IncidentRemedied
  | RefundGiven
  | CaseAlertFacts
  | ExportAlertFacts

/** Why an auto-reload bought nothing. */
export type ReloadEnd = ReloadOutcome | 'day_limit' | 'month_limit'

interface ChangeFacts {
  readonly actor: ActorFacts
  /** The journal entry, which holds the rest. */
  readonly entry_seq: number
  readonly changed_at: Timestamp
}

/** Something to tell, once. */
export interface Alert {
  /** Of one account: rule, subject, period instance and level. The same crossing has the same key. */
  readonly key: string
  readonly facts: AlertFacts
}

/** An alert with the crossings that it tells in one go: lower levels that were skipped. */
export interface Crossing {
  readonly alert: Alert
  readonly covers: readonly string[]
}

/** A run of a window that is worth a word when it ends. */
export interface ArmedWindow {
  readonly window_id: string
  readonly start: Timestamp
  readonly end: Timestamp
}
