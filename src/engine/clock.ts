import type pg from 'pg'
import type { Instant } from '../core/time/index.ts'

/** The time that decisions go by. */
export interface EngineClock {
  now(): Instant
  stop(): void
}

/** How often the difference to the database's clock is measured anew. */
const RESYNC_MS = 10_000

/**
 * The database's time, read without asking for it: the difference between its clock and ours is
 * measured every ten seconds, and what is read from it never runs backwards.
 */
export class DatabaseClock implements EngineClock {
  #offsetMs = 0
  #lastMs = 0
  readonly #timer: NodeJS.Timeout

  private constructor(pool: pg.Pool) {
    this.#timer = setInterval(() => {
      // an unreachable database is noticed by the commits; the old difference serves meanwhile
      this.#sync(pool).catch(() => {})
    }, RESYNC_MS)
    this.#timer.unref()
  }

  static async start(pool: pg.Pool): Promise<DatabaseClock> {
    const clock = new DatabaseClock(pool)
    await clock.#sync(pool)
    return clock
  }

  now(): Instant {
    this.#lastMs = Math.max(this.#lastMs, Math.floor(Date.now() + this.#offsetMs))
    return this.#lastMs as Instant
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #sync(pool: pg.Pool): Promise<void> {
    const before = Date.now()
    const { rows } = await pool.query<{ ms: string }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms',
    )
    const after = Date.now()
    this.#offsetMs = parseInt(rows[0]!.ms, 10) - (before + after) / 2
  }
}
