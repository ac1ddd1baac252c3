import type { Subscription } from '../funding/subscription.ts'
import { DAY_MS, type Instant, type Interval, periodContaining } from '../time/index.ts'
import type { AccountState } from './state.ts'

/** The stretch of time that one statement is about. */
export interface Cycle extends Interval {
  /** Of its statement, from 1. */
  readonly number: number
}

const MONTH = { months: 1, milliseconds: 0 } as const

/** What begins a cycle and is shorter than this goes with the cycle that follows. */
const CYCLE_MS_MIN = DAY_MS

type Counted = Pick<AccountState, 'anchor' | 'openedAt' | 'cycle' | 'subscription'>

/** The cycle that is open: closed by its statement, and by nothing else. */
export const cycleOf = (state: Counted): Cycle =>
  state.cycle ?? {
    number: 1,
    start: state.openedAt,
    end: monthEnd(state.anchor, state.openedAt),
  }

const monthEnd = (anchor: Instant, at: Instant): Instant => periodContaining(anchor, MONTH, at).end

/**
 * Where the cycle after the open one ends: a month on, counted from the subscription's anchor, or from the
 * account's where nothing is paid for. A year that is paid for has twelve cycles.
 */
export function nextCycleEnd(state: Counted): Instant {
  const { subscription: own, anchor } = state
  return monthEnd(own && own.status !== 'ended' ? own.anchor : anchor, cycleOf(state).end)
}

/**
 * Where the open cycle ends when a subscription's periods begin to be counted anew: there. A cycle that
 * has only just begun goes on instead, to the end of the subscription's first month.
 */
export function realignedEnd(
  state: Counted,
  after: Pick<Subscription, 'status' | 'anchor'>,
): Instant | null {
  if (after.status === 'ended') return null
  const before = state.subscription
  if (before && before.status !== 'ended' && before.anchor === after.anchor) return null
  const { start, end } = cycleOf(state)
  // a change that was due long ago begins before the cycle that is open
  const from = Math.max(after.anchor, start) as Instant
  if (after.anchor - start < CYCLE_MS_MIN) return monthEnd(after.anchor, from)
  return after.anchor < end ? after.anchor : null
}
