import type pg from 'pg'
import type { Instant } from '../core/time/index.ts'

/** The time that decisions go by. */
export interface EngineClock {
  now(): Instant
  stop(): void
}

/** How often the difference to the database's clock is measured anew. */
const RESYNC_MS = 10_000
/** Of so many looks the quickest counts: how far one may be wrong is half the time that it took. */
const LOOKS = 4
const MICROS_PER_MS = 1_000
/** By more than this nothing runs backwards but a clock that has been set. */
const BACKWARDS_MAX_MS = 1_000

/** Goes on evenly, whatever the machine's clock is set to meanwhile. */
const steadyMs = (): number => performance.timeOrigin + performance.now()

/**
 * The database's time, read without asking for it: the difference between its clock and ours is
 * measured every ten seconds. A difference that is wrong by some milliseconds would date credit after a
 * call that was made with it. What is read runs backwards only where the database's own clock was set
 * back; the times of an account never do.
 */
export class DatabaseClock implements EngineClock {
  #offsetMs = 0
  #lastMs = 0
  readonly #pool: pg.Pool
  readonly #hereMs: () => number
  readonly #timer: NodeJS.Timeout

  private constructor(pool: pg.Pool, hereMs: () => number) {
    this.#pool = pool
    this.#hereMs = hereMs
    this.#timer = setInterval(() => {
      // an unreachable database is noticed by the commits; the old difference serves meanwhile
      this.#sync().catch(() => {})
    }, RESYNC_MS)
    this.#timer.unref()
  }

  /** @param hereMs a clock of this machine that is never set: its beginning does not matter. */
  static async start(pool: pg.Pool, hereMs: () => number = steadyMs): Promise<DatabaseClock> {
    const clock = new DatabaseClock(pool, hereMs)
    try {
      await clock.#sync()
    } catch (error) {
      clock.stop()
      throw error
    }
    return clock
  }

  now(): Instant {
    const measured = this.#measuredMs()
    if (measured > this.#lastMs || this.#lastMs - measured > BACKWARDS_MAX_MS)
      this.#lastMs = measured
    return this.#lastMs as Instant
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #measuredMs(): number {
    return Math.floor(this.#hereMs() + this.#offsetMs)
  }

  /** The first look on a connection may wait for it to be made: it is one of several. */
  async #sync(): Promise<void> {
    let quickest = await this.#look()
    for (let looks = 1; looks < LOOKS; looks += 1) {
      const next = await this.#look()
      if (next.tookMs < quickest.tookMs) quickest = next
    }
    this.#offsetMs = quickest.offsetMs
  }

  async #look(): Promise<{ readonly offsetMs: number; readonly tookMs: number }> {
    const before = this.#hereMs()
    const { rows } = await this.#pool.query<{ micros: string }>(
      'select (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as micros',
    )
    const after = this.#hereMs()
    const theirs = Number(rows[0]!.micros) / MICROS_PER_MS
    return { offsetMs: theirs - (before + after) / 2, tookMs: after - before }
  }
}
