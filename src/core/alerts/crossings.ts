import type { Plan } from '../funding/index.ts'
import { type AccountCap, type AccountState, type EntryBody, readInstant } from '../ledger/index.ts'
import type { Instant } from '../time/index.ts'
import { type CapRun, capForecasts, capLevels, capRuns } from './caps.ts'
import { controlChanges } from './changes.ts'
import { awaitsForecast, forecastFrom, type Standing } from './limits.ts'
import { lotNotices, lotsExpiring } from './lots.ts'
import { paymentEnds, reloadLimited, reloadLookAt } from './payments.ts'
import { refundsGiven } from './refunds.ts'
import type { AlertSettings } from './settings.ts'
import { paidUseStarted, type Spend, spendAnomaly } from './spend.ts'
import type { Alert, ArmedWindow, Crossing } from './types.ts'
import {
  armedRuns,
  openRuns,
  windowForecasts,
  windowLevels,
  windowResets,
  windowStanding,
} from './windows.ts'

/** What alerts are decided from: an account as stored at one moment. */
export interface AlertSource {
  readonly state: AccountState
  readonly plan: Plan
  /** Caps beside the state, with their counters. */
  readonly scopedCaps: readonly AccountCap[]
  readonly settings: AlertSettings
  readonly spend: Spend
  /** Runs that an earlier look has armed: the state may have dropped them since. */
  readonly armed: readonly ArmedWindow[]
  /** Entries of the kinds in `TOLD_KINDS` since the last look. */
  readonly changes: readonly EntryBody[]
}

export interface Look {
  readonly crossings: readonly Crossing[]
  /** Runs to ask about at the next look. */
  readonly armed: readonly ArmedWindow[]
  /** When time alone may cross something next; `null`: never. */
  readonly dueAt: Instant | null
  /** Entries from this one on are looked at again, since they wait to be told together; `null`: none do. */
  readonly waitsFrom: number | null
}

/** Kinds of entries that are news by themselves, whatever the state has become since. */
export const TOLD_KINDS = ['set_controls', 'top_up', 'end_reload', 'fee_unpaid', 'refund'] as const

const alone = (alerts: readonly Alert[]): Crossing[] =>
  alerts.map((alert) => ({ alert, covers: [] }))

/**
 * All that is crossed at `at`, whether or not it was told before: the keys tell. A crossing is a fact of
 * the state, so that it does not matter who looks, or how often.
 */
export function lookForAlerts(source: AlertSource, at: Instant): Look {
  const { state, plan, settings, spend } = source
  const windows = openRuns(state, plan, at)
  const caps = capRuns(state, source.scopedCaps, at)
  const refunds = refundsGiven(source.changes, at)
  const armed = mergeRuns(source.armed, armedRuns(state, settings))
  const crossings = [
    ...alone([
      ...controlChanges(source.changes, at),
      ...paymentEnds(source.changes, at),
      ...reloadLimited(state, at),
    ]),
    ...refunds.crossings,
    ...windowLevels(state, windows, at, settings),
    ...capLevels(caps, settings),
    ...alone([
      ...windowForecasts(state, windows, at),
      ...capForecasts(state, caps, at),
      ...paidUseStarted(state, spend, at),
      ...spendAnomaly(spend, settings, at),
      ...windowResets(armed, plan, at),
    ]),
    ...lotsExpiring(state, settings, at),
  ]
  const waiting = armed.filter((run) => readInstant(run.end) > at)
  return {
    crossings: crossings.filter(({ alert }) => !settings.muted.includes(alert.facts.kind)),
    armed: waiting,
    waitsFrom: refunds.waiting?.seq ?? null,
    dueAt: nextOf(at, [
      ...(refunds.waiting ? [refunds.waiting.until] : []),
      ...waiting.map((run) => readInstant(run.end)),
      ...lotNotices(state, settings, at),
      ...reloadLookAt(state, at),
      ...windows.flatMap((own) => forecastDue(windowStanding(own), own.start)),
      ...caps.flatMap((own: CapRun) => forecastDue(own.standing, state.openedAt)),
    ]),
  }
}

function forecastDue(standing: Standing, since: Instant): Instant[] {
  const from = awaitsForecast(standing) ? forecastFrom(standing, since) : null
  return from === null ? [] : [from]
}

function mergeRuns(
  known: readonly ArmedWindow[],
  found: readonly ArmedWindow[],
): readonly ArmedWindow[] {
  const runs = new Map<string, ArmedWindow>()
  for (const run of [...known, ...found]) runs.set(`${run.window_id}@${run.start}`, run)
  return [...runs.values()]
}

const nextOf = (at: Instant, times: readonly Instant[]): Instant | null =>
  times.reduce<Instant | null>(
    (next, time) => (time > at && (next === null || time < next) ? time : next),
    null,
  )
