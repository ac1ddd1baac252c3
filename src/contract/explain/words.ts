import type { OutcomeCode } from '../../core/decisions/commands.ts'
import type {
  CapPeriod,
  CapScope,
  Coverage,
  LotCategory,
  LotOrigin,
  PassedOver,
} from '../../core/funding/types.ts'
import type { LedgerAccount } from '../../core/ledger/accounts.ts'
import type { EntryKind, RefusalCode } from '../../core/ledger/entry.ts'
import type { RatingFlag, UnpricedReason } from '../../core/pricing/types.ts'
import type { TokenKind, UsageFlag } from '../../core/usage/usage.ts'
import type {
  AttemptState,
  Basis,
  BlockAction,
  ReceiptStatus,
  TimelineEvent,
  Verdict,
} from '../receipt/codes.ts'

export const LANGUAGES = ['en', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

export const LENGTHS = ['short', 'medium', 'long'] as const
export type Length = (typeof LENGTHS)[number]

/** Window ids that have a name of their own; any other id is shown in quotation marks. */
export const NAMED_WINDOWS = ['session', 'daily', 'weekly', 'monthly'] as const
export type NamedWindow = (typeof NAMED_WINDOWS)[number]

/** A sentence or noun phrase with `{placeholders}`: whole, so that each language orders its own words. */
export type Template = string

/** Labels of codes: for badges, tables and chips. */
export interface Labels {
  readonly statuses: Readonly<Record<ReceiptStatus, Template>>
  readonly verdicts: Readonly<Record<Verdict, Template>>
  readonly bases: Readonly<Record<Basis, Template>>
  readonly entryKinds: Readonly<Record<EntryKind, Template>>
  readonly ledgerAccounts: Readonly<Record<LedgerAccount, Template>>
  readonly lotOrigins: Readonly<Record<LotOrigin, Template>>
  readonly lotCategories: Readonly<Record<LotCategory, Template>>
  readonly attemptStates: Readonly<Record<AttemptState, Template>>
  readonly events: Readonly<Record<TimelineEvent, Template>>
  /** Windows as headings and in columns; `windowTitled`: one that has no name of its own. */
  readonly windowTitles: Readonly<Record<NamedWindow, Template>>
  readonly windowTitled: Template
  /** Why a call was refused before it ran, in two or three words. */
  readonly refusalTitles: Readonly<Record<CallRefusal, Template>>
}

/** Refusals that an account meets in the course of its calls; others are faults of a request. */
type CallRefusal = Extract<
  RefusalCode,
  | 'account_parked'
  | 'blocked_by_plan'
  | 'model_unpriced'
  | 'window_exhausted'
  | 'cap_reached'
  | 'paid_use_off'
  | 'funds_exhausted'
>

/** Words for every code. A new code does not compile until both languages have words for it. */
export interface Words extends Labels {
  // -- names, as they stand inside a sentence --
  readonly windows: Readonly<Record<NamedWindow, Template>>
  readonly windowNamed: Template
  readonly sources: Readonly<
    Record<
      'included' | 'overage' | 'lot' | 'promotionalLot' | 'paidLot' | 'promotional' | 'paid',
      Template
    >
  >
  readonly capOf: Readonly<Record<CapScope, Template>>
  readonly capPeriods: Readonly<Record<CapPeriod, Template>>
  readonly tokenKinds: Readonly<Record<TokenKind, Template>>

  // -- what happened, as a clause that `sentences` builds on --
  readonly outcomes: Readonly<Record<OutcomeCode, Template>>
  readonly absorbed: Readonly<Record<AbsorbedReason, Template>>
  readonly unknownOutcome: Template

  // -- whole sentences --
  readonly coverage: Readonly<Record<Coverage, Template>>
  readonly passedOver: Readonly<Record<PassedOver, Template>>
  readonly usedInPart: Readonly<Record<PassedOver, Template>>
  readonly refusals: Readonly<Record<RefusalCode, Template>>
  readonly unpriced: Readonly<Record<UnpricedReason, Template>>
  readonly usageFlags: Readonly<Record<UsageFlag, Template>>
  readonly ratingFlags: Readonly<Record<RatingFlag, Template>>
  readonly actions: Readonly<Record<BlockAction, Template>>
  readonly changeableBy: Readonly<Record<'owner' | 'operator' | 'nobody', Template>>
  readonly unknownCode: Template
  readonly headlines: Readonly<Record<Verdict, Template>>
  /** The headline of usage that was reported, but cannot be right. */
  readonly usageDoubtful: Template
  readonly shares: Readonly<Record<Share, Template>>
  readonly receipt: Readonly<Record<ReceiptSentence, Template>>
  readonly block: Readonly<Record<BlockSentence, Template>>
  readonly next: Readonly<Record<NextSentence, Template>>
  readonly time: Readonly<Record<TimeForm, Template>>
}

/** Why the platform carries a part; `other` where the outcome alone is the reason. */
type AbsorbedReason = 'funds_short' | 'account_parked' | 'blocked_by_plan' | 'other'

/** A share of the total and who carries it. */
export type Share =
  | 'covered_by_plan'
  | 'promotional'
  | 'paid'
  | 'overage'
  | 'absorbed'
  | 'refunded'
  | 'returned_to_plan'
  | 'reversed'

type ReceiptSentence =
  | 'noShare'
  | 'statusOfProvider'
  | 'evidenceRemoved'
  | 'used'
  | 'capWithNumbers'
  | 'coverageReason'
  | 'windowState'
  | 'windowStateHeld'
  | 'windowNotBegun'
  | 'overshoot'
  | 'capState'
  | 'hold'
  | 'holdClamped'
  | 'attemptFailed'
  | 'attemptRefused'
  | 'attemptExpired'
  | 'refund'
  | 'refundOverage'
  | 'found'
  | 'rerate'
  | 'restoredLot'
  | 'reattribute'
  | 'reattributeOwn'
  | 'reverse'
  | 'complete'
  | 'served'
  | 'servedOther'
  | 'priced'
  | 'pricedByAlias'
  | 'band'
  | 'plan'
  | 'usageLine'
  | 'feeLine'
  | 'weightLine'
  | 'promotionLine'
  | 'exactTotal'
  | 'policy'
  | 'hash'

type BlockSentence =
  | 'stoppedByCap'
  | 'stoppedByWindow'
  | 'stoppedByRoom'
  | 'numbers'
  | 'funds'
  | 'needed'
  | 'nothingCharged'
  | 'resets'
  | 'waitingHelps'
  | 'waitingDoesNotHelp'
  | 'field'
  | 'receipt'

type NextSentence =
  | 'covered'
  | 'coveredInScope'
  | 'promotional'
  | 'promotionalUntil'
  | 'paid'
  | 'paidUntil'
  | 'overage'
  | 'within'
  | 'parked'
  | 'stoppedWindow'
  | 'stoppedHeld'
  | 'stoppedPaidUseOff'
  | 'stoppedCap'
  | 'stoppedFunds'

type TimeForm =
  | 'moment'
  | 'momentWithYear'
  | 'zoned'
  | 'day'
  | 'dayOfYear'
  | 'relative'
  | 'dayHours'
  | 'hourMinutes'
  | 'minutes'
  | 'seconds'
