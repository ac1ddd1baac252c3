import type { Language, Template } from '../explain/words.ts'
import type { SingleCode } from './codes.ts'
import { timelineEn } from './en.ts'
import { timelineJa } from './ja.ts'

/** Sentences of the timeline and of a moment that is past, by their codes. */
export interface TimelineWords {
  readonly singles: Readonly<
    Record<Exclude<SingleCode, SubscriptionCode | 'set_controls'>, Template>
  >
  readonly settings: Readonly<
    Record<
      | 'paid_use_on'
      | 'paid_use_off'
      | 'overage_limit'
      | 'no_overage'
      | 'cap'
      | 'cap_removed'
      | 'same',
      Template
    >
  >
  readonly run: Readonly<
    Record<'calls' | 'callsFree' | 'failed' | 'completed' | 'blocks' | 'moves' | 'others', Template>
  >
  /** How many, of what; the plural only where a language has one. */
  readonly counted: Readonly<Record<'call' | 'attempt', readonly [one: Template, many: Template]>>
  readonly decisions: Readonly<Record<'approved' | 'denied' | 'withdrawn', Template>>
  readonly reason: Template
  readonly expires: Template
  readonly period: Readonly<
    Record<
      | 'headline'
      | 'nothing'
      | 'cause'
      | 'moved'
      | 'given_back'
      | 'bought'
      | 'granted'
      | 'ended'
      | 'model',
      Template
    >
  >
  /** Why the windows did not carry a call. */
  readonly whys: Readonly<
    Record<
      'exhausted' | 'held' | 'credits_only' | 'out_of_scope' | 'no_windows' | 'other',
      Template
    >
  >
  readonly past: Readonly<
    Record<
      | 'moment'
      | 'paidUseOn'
      | 'paidUseOff'
      | 'inFlight'
      | 'inFlightAtLeast'
      | 'used'
      | 'remaining'
      | 'spent'
      | 'restarted'
      | 'cap',
      Template
    >
  >
}

/** Told in the words of subscriptions. */
export type SubscriptionCode =
  | 'change_subscription'
  | 'cancel_subscription'
  | 'renew_subscription'
  | 'lapse_subscription'

export const TIMELINE_WORDS: Readonly<Record<Language, TimelineWords>> = {
  en: timelineEn,
  ja: timelineJa,
}
