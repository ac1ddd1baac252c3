import type pg from 'pg'
import { loadCatalogue } from '../store/control/catalogue.ts'
import { DatabaseClock, type EngineClock } from './clock.ts'
import { GroupCommitEngine } from './engine.ts'
import { ENGINE_DEFAULTS, type EngineSettings } from './settings.ts'
import type { Engine } from './types.ts'

export interface EngineOptions {
  readonly pool: pg.Pool
  /** For what waits to be committed only, so that nothing else makes it wait. Absent: `pool`. */
  readonly commitPool?: pg.Pool
  readonly settings?: Partial<EngineSettings>
  /** Told about an account that was parked because a self-check failed. */
  readonly onViolation?: (accountId: string, violation: string) => void
  /** Told how long each commit took, in milliseconds, and how many commands it decided. */
  readonly onCommitted?: (tookMs: number, commands: number) => void
  /** Instead of the database's: for tests. */
  readonly clock?: EngineClock
}

/** An engine on a migrated database. Any number of them may share it. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { pool } = options
  return new GroupCommitEngine({
    pool,
    ...(options.commitPool && { commitPool: options.commitPool }),
    clock: options.clock ?? (await DatabaseClock.start(pool)),
    catalogue: await loadCatalogue(pool),
    loadCatalogue: () => loadCatalogue(pool),
    settings: { ...ENGINE_DEFAULTS, ...options.settings },
    onViolation: options.onViolation ?? (() => {}),
    onCommitted: options.onCommitted ?? (() => {}),
  })
}

export type { EngineClock } from './clock.ts'
export { commitMetrics } from './metrics.ts'
export type { EngineSettings } from './settings.ts'
export * from './types.ts'
