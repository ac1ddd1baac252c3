import type { AlertFacts, AlertKind, ReloadEnd } from '../../core/alerts/index.ts'
import type { Template } from '../explain/index.ts'

type Title = Exclude<AlertKind, 'paid_use_changed' | 'cap_changed'>
type OtherTitle =
  | 'window_used_up'
  | 'cap_used_up'
  | 'paid_use_on'
  | 'paid_use_off'
  | 'cap_set'
  | 'cap_removed'
  | 'reload_stopped'
  | 'reload_limited'
  | 'refunds_given'
  | 'case_rejected'
  | 'test'

/** Words for every alert. A new kind does not compile until both languages have words for it. */
export interface AlertWords {
  /** Subject lines. */
  readonly titles: Readonly<Record<Title | OtherTitle, Template>>
  readonly lines: Readonly<Record<Line, Template>>
  /** What to do now. */
  readonly next: Readonly<Record<Next, Template>>
}

/** A message for people: the subject says the news, the lines where it stands and what to do. */
export interface Message {
  readonly title: string
  readonly lines: readonly string[]
}

export interface Told extends Message {
  readonly next: Next
}

export type Facts<K extends AlertFacts['kind']> = Extract<AlertFacts, { readonly kind: K }>

type Line =
  | 'account'
  | 'asOf'
  | 'standing'
  | 'amounts'
  | 'resets'
  | 'neverResets'
  | 'runsOut'
  | 'cap'
  | 'windowOpen'
  | 'windowStarts'
  | 'paid'
  | 'cycleEnds'
  | 'anomaly'
  | 'hour'
  | 'lot'
  | 'expires'
  | 'changedBy'
  | 'entry'
  | ReloadLine
  | FeeLine
  | 'endpoint'
  | 'failingSince'
  | 'offer'
  | 'claimUntil'
  | 'claimOpen'
  | 'offerExpires'
  | 'cycle'
  | 'balances'
  | 'owed'
  | 'invoiced'
  | IncidentLine
  | 'wrongCharge'
  | 'wrongCharges'
  | 'refundOf'
  | 'moreRefunds'
  | 'backToPlan'
  | 'backToCredit'
  | 'backToOverage'
  | 'backToCard'
  | CaseLine
  | ExportLine
  | 'test'

/** What became of a reload, by its end; `methodUnknown` stands where the card is not known. */
type ReloadLine =
  | ReloadEnd
  | 'payment'
  | 'paidWith'
  | 'methodUnknown'
  | 'newLot'
  | 'newLotEnds'
  | 'paymentId'
  | 'again'
  | 'never'

type CaseLine =
  | 'caseAmount'
  | 'caseDecidedBy'
  | 'caseNoTime'
  | 'caseRefund'
  | 'caseRejected'
  | 'caseAppeal'
  | 'caseToSources'
  | 'caseToCard'
  | 'caseProvisionalUsed'
  | 'caseWasDue'

type ExportLine =
  | 'exportAsked'
  | 'exportOf'
  | 'exportSize'
  | 'exportFetch'
  | 'exportKept'
  | 'exportLost'
  | 'exportOverdue'
  | 'exportFailed'

type IncidentLine =
  | 'happened'
  | 'givenBack'
  | 'givenToPlan'
  | 'nothingToGive'
  | 'goodwill'
  | 'goodwillEnds'

type FeeLine = 'feeDeclined' | 'feeAwaited' | 'feeRetry' | 'feeNoRetry' | 'feeEnds'

type Next =
  | 'windowCredit'
  | 'windowStops'
  | 'windowUsedUpCredit'
  | 'windowUsedUpStops'
  | 'cap'
  | 'capUsedUp'
  | 'windowReset'
  | 'paidUseStarted'
  | 'anomaly'
  | 'lot'
  | 'changed'
  | 'reloadDone'
  | 'reloadConfirm'
  | 'reloadAgree'
  | 'reloadLimited'
  | 'payFee'
  | 'reloadDeclined'
  | 'statement'
  | 'statementDue'
  | 'endpoint'
  | 'campaign'
  | 'incident'
  | 'goodwill'
  | 'refundGiven'
  | 'caseReceived'
  | 'caseDecided'
  | 'caseRefunded'
  | 'caseOverdue'
  | 'exportReady'
  | 'exportFailed'
  | 'test'
