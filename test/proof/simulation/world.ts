import type { Instant } from '../../../src/core/time/index.ts'
import type { EngineClock } from '../../../src/engine/clock.ts'
import type { Cancel, Timers } from '../../../src/engine/timers.ts'
import { Line } from './line.ts'
import { Random } from './random.ts'

export const START_MS = Date.parse('2026-11-26T12:00:00.000Z')
/** Ticks go on for so long after something has happened; then nobody is there for whom they could matter. */
const TICKS_MS = 90_000

interface Happening {
  readonly atMs: number
  readonly number: number
  readonly name: string
  run(): Promise<void> | void
}

interface Tick {
  readonly everyMs: number
  readonly life: { readonly dead: boolean }
  atMs: number
  run(): void
}

/** Bugs that are put in on purpose: each has to be found. */
export type Plant =
  /** A client that asks again does so under another id. */
  | 'new_id_on_retry'
  /** The audit is never run. */
  | 'audits_nothing'
  /** A card is charged at each try. */
  | 'charges_again'
  /** A cent less goes back to a card than was taken from the credit. */
  | 'pays_back_less'
  /** Renewals are taken for paid, and nobody is charged for them. */
  | 'renews_for_nothing'
  /** Auto-reload goes by a higher limit than was agreed to. */
  | 'higher_month'
  /** Windows hold more than the plan says. */
  | 'wider_windows'
  /** Lots that have ended are never closed. */
  | 'forgets_breakage'
  /** Whoever asks again for the credit of a campaign gets it again. */
  | 'grants_again'
  /** A cap is taken off instead of changed. */
  | 'drops_caps'
  /** Cycles that have ended are never closed. */
  | 'closes_nothing'
  /** An invoice is a cent more than what is owed. */
  | 'invoices_more'
  /** A refund that somebody has decided is posted less a nano. */
  | 'refunds_less'
  /** An incident gives a nano less back than was charged. */
  | 'makes_good_less'
  /** Nobody looks for what there is to tell. */
  | 'tells_nobody'
  /** What is to be told is written down, and not sent. */
  | 'sends_nothing'

/**
 * Time, chance and what is to come. One thing happens at a time, and the next once all that it has set off is
 * at rest or waits for its time: so a seed always gives the same trace.
 */
export class World {
  readonly random: Random
  readonly line = new Line()
  readonly trace: string[] = []
  readonly faults: Record<string, number> = {}
  steps = 0
  nowMs = START_MS
  /** Whether anything may go wrong: the safety phase. */
  hasFaults = true
  #queue: Happening[] = []
  readonly #ticks = new Set<Tick>()
  #lastMs = START_MS
  #number = 0
  #broken: { readonly error: unknown } | null = null

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

  after(ms: number, name: string, run: () => Promise<void> | void): Cancel {
    this.#number += 1
    const own = { atMs: this.nowMs + ms, number: this.#number, name, run }
    this.#queue.push(own)
    return () => {
      this.#queue = this.#queue.filter((other) => other !== own)
    }
  }

  /** A message: it may be lost, late, twice, or overtaken by a later one. */
  send(name: string, run: () => Promise<void> | void): void {
    if (this.fault('message_dropped', 0.08)) return
    const copies = this.fault('message_twice', 0.08) ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1) {
      const late = this.fault('message_late', 0.1) ? 90_000 : 200
      this.after(1 + this.random.below(late), name, run)
    }
  }

  /** Time for a program, as long as it lives. */
  timersOf(name: string, life: { readonly dead: boolean }): Timers {
    return {
      after: (ms, run) =>
        this.after(ms, `${name} has waited`, () => {
          if (!life.dead) run()
        }),
      every: (everyMs, run) => {
        const tick = { everyMs, life, atMs: this.nowMs + everyMs, run }
        this.#ticks.add(tick)
        return () => this.#ticks.delete(tick)
      },
    }
  }

  /** What somebody has begun that goes on by itself; what it throws ends the simulation. */
  begin(run: () => Promise<void> | void): void {
    Promise.resolve()
      .then(run)
      .catch((error: unknown) => {
        this.#broken ??= { error }
      })
  }

  /** The next thing happens; `false`: nothing is to come. */
  async step(): Promise<boolean> {
    this.#queue.sort((one, two) => one.atMs - two.atMs || one.number - two.number)
    const next = this.#queue[0]
    if (!next) return false
    await this.#tickUntil(next.atMs)
    // a tick may have set off something that comes sooner
    this.#queue.sort((one, two) => one.atMs - two.atMs || one.number - two.number)
    const own = this.#queue.shift() as Happening
    this.nowMs = Math.max(this.nowMs, own.atMs)
    if (this.fault('clock_jump', 0.01)) this.nowMs += this.random.below(120_000)
    this.#lastMs = this.nowMs
    this.steps += 1
    this.note(own.name)
    this.begin(own.run)
    await this.#rest()
    return true
  }

  async #tickUntil(untilMs: number): Promise<void> {
    const endMs = Math.min(untilMs, this.#lastMs + TICKS_MS)
    for (const tick of this.#ticks) if (tick.life.dead) this.#ticks.delete(tick)
    for (;;) {
      const [due] = [...this.#ticks].sort((one, two) => one.atMs - two.atMs)
      if (!due || due.atMs > endMs) break
      this.nowMs = Math.max(this.nowMs, due.atMs)
      due.atMs += due.everyMs
      if (due.life.dead) continue
      if (await this.line.movedBy(due.run)) await this.#rest()
    }
    for (const tick of this.#ticks) tick.atMs = Math.max(tick.atMs, untilMs)
  }

  async #rest(): Promise<void> {
    await this.line.rest()
    if (this.#broken) throw this.#broken.error
  }
}

/** A node's idea of the time: off by as much as its drift. */
export const clockOf = (world: World, driftMs: number): EngineClock => ({
  now: () => (world.nowMs + driftMs) as Instant,
  stop: () => {},
})
