import type pg from 'pg'
import type { Command, Result } from '../../../src/core/decisions/index.ts'
import { GroupCommitEngine } from '../../../src/engine/engine.ts'
import { isConnectionLoss } from '../../../src/engine/faults.ts'
import type { Engine } from '../../../src/engine/index.ts'
import { ENGINE_DEFAULTS } from '../../../src/engine/settings.ts'
import { Unavailable } from '../../../src/engine/types.ts'
import { loadCatalogue } from '../../../src/store/control/catalogue.ts'
import { createPool } from '../../../src/store/pool.ts'
import { SetClock } from '../../engine/support/set-clock.ts'
import type { TestDatabase } from '../../support/database.ts'
import { type Choice, Gates, gate, type Trace } from './gates.ts'

export const START = '2026-11-26T12:00:00.000Z'
const NODES = ['a', 'b', 'c'] as const
/** Connections of a node: a statement that waits at its gate keeps one. */
const CONNECTIONS = 6

/** One server of several: an engine of its own on connections of its own. */
export interface VirtualNode {
  readonly name: string
  readonly engine: Engine
  readonly pool: pg.Pool
}

/** A few servers on one database, whose every statement a schedule lets go. */
export interface Stage {
  readonly nodes: readonly VirtualNode[]
  readonly clock: SetClock
  /** Runs the acts at once, statement by statement as the schedule has it. */
  play(acts: () => Promise<unknown>, schedule: readonly Choice[]): Promise<Trace>
  close(): Promise<void>
}

export async function openStage(database: TestDatabase): Promise<Stage> {
  const gates = new Gates()
  const clock = new SetClock(START)
  const nodes = await Promise.all(NODES.map((name) => nodeOf({ database, name, clock, gates })))
  return {
    nodes,
    clock,
    play: async (acts, schedule) => {
      gates.shut()
      const done = acts()
      const trace = await gates.drive(done, schedule)
      await done
      return trace
    },
    close: async () => {
      for (const { engine, pool } of nodes) {
        await engine.close()
        await pool.end()
      }
    },
  }
}

async function nodeOf(own: {
  readonly database: TestDatabase
  readonly name: string
  readonly clock: SetClock
  readonly gates: Gates
}): Promise<VirtualNode> {
  const { name, clock } = own
  const pool = createPool(own.database.url, { max: CONNECTIONS, applicationName: name })
  gate(pool, name, own.gates)
  const engine = new GroupCommitEngine({
    pool,
    clock,
    catalogue: await loadCatalogue(pool),
    loadCatalogue: () => loadCatalogue(pool),
    settings: ENGINE_DEFAULTS,
    onViolation: (account, violation) => {
      throw new Error(`${account}: ${violation}`)
    },
    onCommitted: () => {},
  })
  return { name, engine, pool }
}

/** How often somebody asks again who got no answer. */
const TRIES_MAX = 20

/** Does it as a client does: with the same id until there is an answer. */
export async function insisting<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act()
    } catch (error) {
      const isLost = error instanceof Unavailable || isConnectionLoss(error)
      if (!isLost || tries >= TRIES_MAX) throw error
    }
  }
}

export const ask = async ({ engine }: VirtualNode, command: Command): Promise<Result> =>
  (await insisting(() => engine.execute(command))).result
