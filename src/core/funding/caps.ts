import { max, type Nanos } from '../money/index.ts'
import {
  dayContaining,
  formatInstant,
  type Instant,
  type Interval,
  parseDuration,
  periodContaining,
  weekContaining,
} from '../time/index.ts'
import {
  type CallFacts,
  type Cap,
  type CapRaise,
  type CapUse,
  EACH,
  type LotCategory,
} from './types.ts'

const MONTH = parseDuration('P1M')!

type OfCall = Pick<CallFacts, 'model' | 'keyId' | 'memberId' | 'projectId'>

/** Whom of the cap's scope a call is of; `null`: none. */
const scopeIdOf = (cap: Pick<Cap, 'scope'>, call: OfCall): string | null => {
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

/** A cap that each member, key or project has for itself: one definition, a counter for each. */
export const isOfEach = (cap: Pick<Cap, 'scope' | 'scopeId'>): boolean =>
  cap.scopeId === EACH && cap.scope !== 'account' && cap.scope !== 'model'

/** Whose counter of a cap on each a call counts in; `null` for caps with one counter. */
export const eachOf = (cap: Pick<Cap, 'scope' | 'scopeId'>, call: OfCall): string | null =>
  isOfEach(cap) ? scopeIdOf(cap, call) : null

/** Whether a cap limits a call. A session cap needs a session; a model id may end in `*`. */
export function capApplies(cap: Cap, call: CallFacts): boolean {
  if (cap.period === 'session' && call.sessionId === null) return false
  if (cap.scope === 'account') return true
  const id = scopeIdOf(cap, call)
  if (id === null || cap.scopeId === null) return false
  if (isOfEach(cap)) return true
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

/** The counter that a call at `at` belongs to; of a cap on each, that of its own member, key or project. */
export function capBucket(cap: Cap, call: CallFacts, anchor: Instant, at: Instant): string {
  const period = periodBucket(cap, call.sessionId, anchor, at)
  const each = eachOf(cap, call)
  return each === null ? period : `${period}@${each}`
}

function periodBucket(cap: Cap, sessionId: string | null, anchor: Instant, at: Instant): string {
  const interval = capInterval(cap, anchor, at)
  if (interval) return formatInstant(interval.start)
  return cap.period === 'session' ? `session:${sessionId}` : cap.period
}

/** The counter of a cap that is kept in the account's state. */
export const stateCapBucket = (cap: Cap, anchor: Instant, at: Instant): string =>
  periodBucket(cap, null, anchor, at)

const inForce = (raise: CapRaise, at: Instant): boolean => raise.until === null || at < raise.until

/** The raises that still have something to say at `at`. */
export const raisesInForce = (cap: Pick<Cap, 'raises'>, at: Instant): readonly CapRaise[] =>
  (cap.raises ?? []).filter((raise) => inForce(raise, at))

/**
 * The limit at an instant: the cap's own amount, or the highest raise in force then. A raise ends by
 * itself, exactly at its `until`, because it is looked at here and by nobody else.
 * @param each of a cap on each: whose limit; `null` otherwise.
 */
export function capAmountAt(
  cap: Pick<Cap, 'amount' | 'raises'>,
  each: string | null,
  at: Instant,
): Nanos {
  let amount = cap.amount
  for (const raise of cap.raises ?? [])
    if (raise.for === each && inForce(raise, at)) amount = max(amount, raise.to)
  return amount
}

/** Whether a cap's counters are kept in the account's state; those that grow with members or traffic are rows beside it. */
export const isStateCap = (cap: Pick<Cap, 'scope' | 'period'>): boolean =>
  (cap.scope === 'account' || cap.scope === 'model') && cap.period !== 'session'

/** Whether a draw counts against the cap; `category` is `null` for included value. */
export const countsAgainst = (cap: Pick<Cap, 'counts'>, category: LotCategory | null): boolean =>
  cap.counts === 'all' || (category !== null && (cap.counts === 'money' || category === 'paid'))

/** What the cap still lets through: posted + held ≤ amount, always. A lowered cap leaves none. */
export function capRoom(use: Pick<CapUse, 'amount' | 'spent' | 'held'>): Nanos {
  const room = use.amount - use.spent - use.held
  return (room > 0n ? room : 0n) as Nanos
}
