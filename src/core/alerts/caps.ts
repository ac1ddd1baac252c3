import { type Cap, capInterval } from '../funding/index.ts'
import type { AccountCap, AccountState } from '../ledger/index.ts'
import { formatNanos, ZERO } from '../money/index.ts'
import { formatInstant, type Instant } from '../time/index.ts'
import { levelCrossing, limitFacts, runsOutAt, type Standing } from './limits.ts'
import type { AlertSettings } from './settings.ts'
import type { Alert, Crossing, NamedCap } from './types.ts'

/** A cap in the period instance that is running. */
export interface CapRun {
  readonly cap: Cap
  readonly standing: Standing
  readonly key: string
}

/**
 * Caps that can be used up step by step. A cap of single calls or sessions has no period of its own, and
 * one of zero refuses everything from the start.
 *
 * The amount is part of the key: a cap that is raised begins its levels anew, since "75 %" now means
 * something else; one that goes back to an amount it had in this period does not.
 */
export function capRuns(
  state: AccountState,
  scopedCaps: readonly AccountCap[],
  at: Instant,
): CapRun[] {
  return [...state.caps, ...scopedCaps].flatMap(({ cap, counters, removed }): CapRun[] => {
    if (removed || cap.amount === ZERO || cap.period === 'call' || cap.period === 'session')
      return []
    const interval = capInterval(cap, state.anchor, at)
    const bucket = interval === null ? cap.period : formatInstant(interval.start)
    const used = counters.find((own) => own.bucket === bucket)?.spent ?? ZERO
    const key = `${cap.id}@${bucket}/${formatNanos(cap.amount)}`
    return [{ cap, standing: { limit: cap.amount, used, interval }, key }]
  })
}

const named = ({ id, scope, scopeId, period }: Cap): NamedCap => ({
  cap_id: id,
  scope,
  scope_id: scopeId,
  period,
})

export const capLevels = (runs: readonly CapRun[], settings: AlertSettings): Crossing[] =>
  runs.flatMap(({ cap, standing, key }) =>
    levelCrossing(standing, settings.capLevels, (level) => ({
      key: `cap_level:${key}:${level}`,
      facts: { kind: 'cap_level', ...named(cap), ...limitFacts(standing), level },
    })),
  )

export function capForecasts(state: AccountState, runs: readonly CapRun[], at: Instant): Alert[] {
  return runs.flatMap(({ cap, standing, key }): Alert[] => {
    const out = runsOutAt(standing, at, state.openedAt)
    if (out === null) return []
    const facts = { ...named(cap), ...limitFacts(standing), runs_out_at: formatInstant(out) }
    return [{ key: `cap_forecast:${key}`, facts: { kind: 'cap_forecast', ...facts } }]
  })
}
