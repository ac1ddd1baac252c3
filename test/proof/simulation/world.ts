import type { Instant } from '../../../src/core/time/index.ts'
import type { EngineClock } from '../../../src/engine/clock.ts'
import { Random } from './random.ts'

const START_MS = Date.parse('2026-11-26T12:00:00.000Z')

interface Happening {
  readonly atMs: number
  readonly number: number
  readonly name: string
  run(): Promise<void>
}

/** Bugs that are put in on purpose: each has to be found. */
export type Plant = 'new_id_on_retry' | 'charges_failed'

/**
 * Time, chance and what is to come. One thing happens at a time and runs to its end, so that a seed always
 * gives the same trace; what is at once in the world outside is a matter of the order of happenings here.
 */
export class World {
  readonly random: Random
  readonly trace: string[] = []
  readonly faults: Record<string, number> = {}
  steps = 0
  nowMs = START_MS
  /** Whether anything may go wrong: the safety phase. */
  hasFaults = true
  #queue: Happening[] = []
  #number = 0

  constructor(seed: number) {
    this.random = new Random(seed)
  }

  /** Whether this goes wrong now; counted by its kind. */
  fault(kind: string, share: number): boolean {
    if (!this.hasFaults || !this.random.chance(share)) return false
    this.count(kind)
    return true
  }

  count(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1
    this.note(`fault ${kind}`)
  }

  note(text: string): void {
    this.trace.push(`${this.nowMs - START_MS} ${text}`)
  }

  after(ms: number, name: string, run: () => Promise<void>): void {
    this.#number += 1
    this.#queue.push({ atMs: this.nowMs + ms, number: this.#number, name, run })
  }

  /** A message: it may be lost, late, twice, or overtaken by a later one. */
  send(name: string, run: () => Promise<void>): void {
    if (this.fault('message_dropped', 0.08)) return
    const copies = this.fault('message_twice', 0.08) ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1) {
      const late = this.fault('message_late', 0.1) ? 90_000 : 200
      this.after(1 + this.random.below(late), name, run)
    }
  }

  /** The next thing happens; `false`: nothing is to come. */
  async step(): Promise<boolean> {
    this.#queue.sort((one, two) => one.atMs - two.atMs || one.number - two.number)
    const next = this.#queue.shift()
    if (!next) return false
    this.nowMs = Math.max(this.nowMs, next.atMs)
    if (this.fault('clock_jump', 0.01)) this.nowMs += this.random.below(120_000)
    this.steps += 1
    this.note(next.name)
    await next.run()
    return true
  }
}

/** A node's idea of the time: off by as much as its drift. */
export const clockOf = (world: World, driftMs: number): EngineClock => ({
  now: () => (world.nowMs + driftMs) as Instant,
  stop: () => {},
})
