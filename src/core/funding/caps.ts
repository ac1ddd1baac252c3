import type { Nanos } from '../money/index.ts'
import {
  dayContaining,
  formatInstant,
  type Instant,
  type Interval,
  parseDuration,
  periodContaining,
  weekContaining,
} from '../time/index.ts'
import type { CallFacts, Cap, CapUse, LotCategory } from './types.ts'

const MONTH = parseDuration('P1M')!

const scopeIdOf = (cap: Cap, call: CallFacts): string | null => {
  switch (cap.scope) {
    case 'account':
      return null
    case 'member':
      return call.memberId
    case 'key':
      return call.keyId
    case 'project':
      return call.projectId
    case 'model':
      return call.model
  }
}

/** Whether a cap limits a call. A session cap needs a session; a model id may end in `*`. */
export function capApplies(cap: Cap, call: CallFacts): boolean {
  if (cap.period === 'session' && call.sessionId === null) return false
  if (cap.scope === 'account') return true
  const id = scopeIdOf(cap, call)
  if (id === null || cap.scopeId === null) return false
  if (cap.scope === 'model' && cap.scopeId.endsWith('*'))
    return id.startsWith(cap.scopeId.slice(0, -1))
  return id === cap.scopeId
}

/** The interval of a cap's period that contains `at`; `null` where the period is not one of time. */
export function capInterval(cap: Cap, anchor: Instant, at: Instant): Interval | null {
  switch (cap.period) {
    case 'day':
      return dayContaining(at)
    case 'week':
      return weekContaining(at)
    case 'cycle':
      return periodContaining(anchor, MONTH, at)
    case 'call':
    case 'session':
    case 'lifetime':
      return null
  }
}

/** The counter that a call at `at` belongs to. */
export function capBucket(cap: Cap, call: CallFacts, anchor: Instant, at: Instant): string {
  const interval = capInterval(cap, anchor, at)
  if (interval) return formatInstant(interval.start)
  return cap.period === 'session' ? `session:${call.sessionId}` : cap.period
}

/** Whether a cap's counters are kept in the account's state; those that grow with members or traffic are rows beside it. */
export const isStateCap = (cap: Pick<Cap, 'scope' | 'period'>): boolean =>
  (cap.scope === 'account' || cap.scope === 'model') && cap.period !== 'session'

/** Whether a draw from money of this category counts against the cap. */
export const countsAgainst = (cap: Pick<Cap, 'counts'>, category: LotCategory): boolean =>
  cap.counts === 'money' || category === 'paid'

/** What the cap still lets through: posted + held ≤ amount, always. A lowered cap leaves none. */
export function capRoom(use: CapUse): Nanos {
  const room = use.cap.amount - use.spent - use.held
  return (room > 0n ? room : 0n) as Nanos
}
