import type { AlertKind } from '../../core/alerts/index.ts'
import type { Template } from '../explain/index.ts'

type Title = Exclude<AlertKind, 'paid_use_changed' | 'cap_changed'>
type OtherTitle =
  | 'window_used_up'
  | 'cap_used_up'
  | 'paid_use_on'
  | 'paid_use_off'
  | 'cap_set'
  | 'cap_removed'
  | 'test'

/** Words for every alert. A new kind does not compile until both languages have words for it. */
export interface AlertWords {
  /** Subject lines. */
  readonly titles: Readonly<Record<Title | OtherTitle, Template>>
  readonly lines: Readonly<Record<Line, Template>>
  /** What to do now. */
  readonly next: Readonly<Record<Next, Template>>
}

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
  | 'payment'
  | 'declined'
  | 'endpoint'
  | 'failingSince'
  | 'cycle'
  | 'balances'
  | 'owed'
  | 'invoiced'
  | 'test'

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
  | 'reloadDeclined'
  | 'statement'
  | 'statementDue'
  | 'endpoint'
  | 'test'
