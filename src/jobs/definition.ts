import type pg from 'pg'
import type { Engine } from '../engine/types.ts'

/** What the jobs work with. */
export interface JobDeps {
  readonly pool: pg.Pool
  readonly engine: Engine
}

/**
 * A piece of housekeeping that is done again and again. It finds its own work in the database and does
 * it through commands that are idempotent, so that two nodes may run it at once, and a crash half-way
 * loses nothing: the next round finds what is left.
 */
export interface JobDefinition {
  /** `[a-z_]`, never renamed: it is the key of its row and of its place in the queue. */
  readonly name: string
  /** What it does, for people. */
  readonly summary: string
  /** From the end of a round to the next; absent: as often as the settings say for sweeps. */
  readonly everyMs?: number
  /** Returns how many things it did. What it throws is told, and does not end the others' work. */
  readonly run: (deps: JobDeps, nowMs: number) => Promise<number>
}
