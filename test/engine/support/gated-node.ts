import type pg from 'pg'
import { createEngine, type Engine, type EngineSettings } from '../../../src/engine/index.ts'
import { createPool } from '../../../src/store/pool.ts'
import type { TestDatabase } from '../../support/database.ts'

export interface GatedNode {
  readonly engine: Engine
  /** From now on commits wait before they are sent, and what else of the gates was asked for. */
  shut(): void
  /** Lets those go that wait, and all that come. */
  open(): void
  /** Lets those go that wait; what comes next waits again. */
  pass(): void
  /** Resolves when so many commits wait. */
  waiting(count: number): Promise<void>
  /** Batches decided since the start, whether or not they were written. */
  loads(): number
  close(): Promise<void>
}

const named = (query: unknown): string =>
  typeof query === 'object' && query !== null && 'name' in query ? String(query.name) : ''

/** A node whose commits a test can hold back, and other statements by their names. */
export async function gatedNode(
  database: TestDatabase,
  settings: Partial<EngineSettings>,
  gates: readonly string[] = [],
): Promise<GatedNode> {
  let shut = false
  let loads = 0
  let held: (() => void)[] = []
  let watchers: (() => void)[] = []
  const pool = createPool(database.url, { max: 4, applicationName: 'gated node' })
  const gate = async (): Promise<void> => {
    if (!shut) return
    await new Promise<void>((resolve) => {
      held.push(resolve)
      for (const wake of watchers.splice(0)) wake()
    })
  }
  pool.on('connect', (client: pg.PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
    client.query = (async (...args: unknown[]) => {
      const name = named(args[0])
      if (name === 'decision-load') loads += 1
      if (name.startsWith('decision-commit') || gates.includes(name)) await gate()
      return query(...args)
    }) as typeof client.query
  })
  const engine = await createEngine({ pool, settings })
  return {
    engine,
    shut: () => {
      shut = true
    },
    open: () => {
      shut = false
      for (const go of held.splice(0)) go()
    },
    pass: () => {
      for (const go of held.splice(0)) go()
    },
    waiting: async (count) => {
      while (held.length < count) await new Promise<void>((resolve) => watchers.push(resolve))
    },
    loads: () => loads,
    close: async () => {
      await engine.close()
      await pool.end()
      held = []
      watchers = []
    },
  }
}
