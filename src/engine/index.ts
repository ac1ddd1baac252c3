import type pg from 'pg'
import { loadCatalogue } from '../store/control/catalogue.ts'
import { DatabaseClock, type EngineClock } from './clock.ts'
import { ENGINE_DEFAULTS, type EngineSettings, GroupCommitEngine } from './engine.ts'
import type { Engine } from './types.ts'

export interface EngineOptions {
  readonly pool: pg.Pool
  readonly settings?: Partial<EngineSettings>
  /** Told about an account that was parked because a self-check failed. */
  readonly onViolation?: (accountId: string, violation: string) => void
  /** Instead of the database's: for tests. */
  readonly clock?: EngineClock
}

/** An engine on a migrated database. Any number of them may share it. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { pool } = options
  return new GroupCommitEngine({
    pool,
    clock: options.clock ?? (await DatabaseClock.start(pool)),
    catalogue: await loadCatalogue(pool),
    loadCatalogue: () => loadCatalogue(pool),
    settings: { ...ENGINE_DEFAULTS, ...options.settings },
    onViolation: options.onViolation ?? (() => {}),
  })
}

export type { EngineClock } from './clock.ts'
export type { EngineSettings } from './engine.ts'
export * from './types.ts'
