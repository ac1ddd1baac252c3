import type { Instant } from '../../../src/core/time/index.ts'
import type { EngineClock } from '../../../src/engine/clock.ts'
import { GroupCommitEngine } from '../../../src/engine/engine.ts'
import { ENGINE_DEFAULTS } from '../../../src/engine/settings.ts'
import { loadCatalogue } from '../../../src/store/control/catalogue.ts'
import { createPool } from '../../../src/store/pool.ts'
import type { TestDatabase } from '../../support/database.ts'
import type { Node } from '../support.ts'

/** A clock that stands still until it is moved. */
export class SetClock implements EngineClock {
  #now: number

  constructor(at: string) {
    this.#now = Date.parse(at)
  }

  now(): Instant {
    return this.#now as Instant
  }

  set(at: string): void {
    this.#now = Date.parse(at)
  }

  advance(ms: number): void {
    this.#now += ms
  }

  stop(): void {}
}

/** A node whose idea of the database's time is the test's. */
export async function nodeAt(
  database: TestDatabase,
  clock: SetClock,
  archiveDirectory?: string,
): Promise<Node> {
  const pool = createPool(database.url, { max: 4, applicationName: 'node', archiveDirectory })
  const engine = new GroupCommitEngine({
    pool,
    clock,
    catalogue: await loadCatalogue(pool),
    loadCatalogue: () => loadCatalogue(pool),
    settings: ENGINE_DEFAULTS,
    onViolation: () => {},
    onCommitted: () => {},
  })
  return {
    engine,
    close: async () => {
      await engine.close()
      await pool.end()
    },
  }
}
