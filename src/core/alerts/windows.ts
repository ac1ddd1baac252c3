import type { Lot, Plan, WindowInstance, WindowSpec } from '../funding/index.ts'
import { type AccountState, readInstant } from '../ledger/index.ts'
import { formatNanos, subtractToZero } from '../money/index.ts'
import { contains, formatInstant, HOUR_MS, type Instant } from '../time/index.ts'
import { levelCrossing, limitFacts, reaches, runsOutAt, type Standing } from './limits.ts'
import type { AlertSettings } from './settings.ts'
import type { Afterwards, Alert, ArmedWindow, Crossing } from './types.ts'

/** The news that a window is open again is no news later than this. */
const RESET_TOLD_WITHIN_MS = 24 * HOUR_MS

export const windowStanding = (own: WindowInstance): Standing => ({
  limit: own.capacity,
  used: own.used,
  interval: own,
})

const runOf = (own: WindowInstance): ArmedWindow => ({
  window_id: own.windowId,
  start: formatInstant(own.start),
  end: formatInstant(own.end),
})

/** Runs that are open at `at`, of windows that the plan has. */
export const openRuns = (state: AccountState, plan: Plan, at: Instant): WindowInstance[] =>
  state.windows.filter(
    (own) => contains(own, at) && plan.windows.some((spec) => spec.id === own.windowId),
  )

/** A new capacity (another plan) begins its levels anew, as a new amount of a cap does. */
const runKey = (own: WindowInstance): string =>
  `${own.windowId}@${formatInstant(own.start)}/${formatNanos(own.capacity)}`

export function windowLevels(
  state: AccountState,
  runs: readonly WindowInstance[],
  at: Instant,
  settings: AlertSettings,
): Crossing[] {
  const after = afterwards(state, at)
  return runs.flatMap((own) => {
    const standing = windowStanding(own)
    const facts = { ...runOf(own), ...limitFacts(standing), after }
    return levelCrossing(standing, settings.windowLevels, (level) => ({
      key: `window_level:${runKey(own)}:${level}`,
      facts: { kind: 'window_level', ...facts, level },
    }))
  })
}

export function windowForecasts(
  state: AccountState,
  runs: readonly WindowInstance[],
  at: Instant,
): Alert[] {
  return runs.flatMap((own): Alert[] => {
    const standing = windowStanding(own)
    const out = runsOutAt(standing, at, own.start)
    if (out === null) return []
    const facts = { ...runOf(own), ...limitFacts(standing), after: afterwards(state, at) }
    const runs_out_at = formatInstant(out)
    const key = `window_forecast:${runKey(own)}`
    return [{ key, facts: { kind: 'window_forecast', ...facts, runs_out_at } }]
  })
}

/** Runs whose end will be told: so much of them was used that somebody may be waiting for it. */
export const armedRuns = (state: AccountState, settings: AlertSettings): ArmedWindow[] =>
  state.windows.filter((own) => reaches(windowStanding(own), settings.windowResetAbove)).map(runOf)

export function windowResets(armed: readonly ArmedWindow[], plan: Plan, at: Instant): Alert[] {
  return armed.flatMap((run): Alert[] => {
    const end = readInstant(run.end)
    const spec = plan.windows.find(({ id }) => id === run.window_id)
    if (!spec || at < end || at >= end + RESET_TOLD_WITHIN_MS) return []
    return [{ key: `window_reset:${run.window_id}@${run.start}`, facts: resetFacts(run, spec) }]
  })
}

const resetFacts = (run: ArmedWindow, spec: WindowSpec): Alert['facts'] => ({
  kind: 'window_reset',
  ...run,
  shape: spec.shape,
  length: spec.length,
  limit: formatNanos(spec.capacity),
})

/** Whether ordinary calls go on with credit or overage once the windows are used up. */
function afterwards(state: AccountState, at: Instant): Afterwards {
  const { limit, used, held } = state.overage
  const hasOverage = state.paidUse && limit !== null && used + held < limit
  const hasLot = state.lots.some(
    (lot) => isDrawable(lot, at) && (lot.category === 'promotional' || state.paidUse),
  )
  return hasOverage || hasLot ? 'credit' : 'stops'
}

const isDrawable = (lot: Lot, at: Instant): boolean =>
  lot.voidedAt === null &&
  lot.effectiveAt <= at &&
  (lot.expiresAt === null || at < lot.expiresAt) &&
  subtractToZero(lot.remaining, lot.held) > 0n &&
  Object.values(lot.scope).every((named) => named === undefined || named.length === 0)
