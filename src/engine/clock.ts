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

/**
 * The database's time, read without asking for it: the difference between its clock and ours is
 * measured every ten seconds, and what is read from it never runs backwards. A difference that is wrong
 * by some milliseconds would date credit after a call that was made with it.
 */
export class DatabaseClock implements EngineClock {
  #offsetMs = 0
  #lastMs = 0
  readonly #pool: pg.Pool
  readonly #wallMs: () => number
  readonly #timer: NodeJS.Timeout

  private constructor(pool: pg.Pool, wallMs: () => number) {
    this.#pool = pool
    this.#wallMs = wallMs
    this.#timer = setInterval(() => {
      // an unreachable database is noticed by the commits; the old difference serves meanwhile
      this.#sync().catch(() => {})
    }, RESYNC_MS)
    this.#timer.unref()
  }

  static async start(pool: pg.Pool, wallMs: () => number = Date.now): Promise<DatabaseClock> {
    const clock = new DatabaseClock(pool, wallMs)
    try {
      await clock.#sync()
    } catch (error) {
      clock.stop()
      throw error
    }
    return clock
  }

  now(): Instant {
    this.#lastMs = Math.max(this.#lastMs, Math.floor(this.#wallMs() + this.#offsetMs))
    return this.#lastMs as Instant
  }

  stop(): void {
    clearInterval(this.#timer)
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
    const before = this.#wallMs()
    const { rows } = await this.#pool.query<{ micros: string }>(
      'select (extract(epoch from clock_timestamp()) * 1000000)::bigint::text as micros',
    )
    const after = this.#wallMs()
    const theirs = Number(rows[0]!.micros) / MICROS_PER_MS
    return { offsetMs: theirs - (before + after) / 2, tookMs: after - before }
  }
}
