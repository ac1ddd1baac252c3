import type pg from 'pg'
import { HourRebuild, nextHoursDue } from '../store/usage/rebuild-hours.ts'
import { Tries } from './sweep-all.ts'

/** Entries that one round reads: some seconds. */
const READ_MAX = 50_000
/** An account takes as long as so many, however few it has. */
const READ_MIN = 50

/**
 * Makes hourly sums of usage anew for the accounts that wait for it, one after the other. A journal that is longer
 * than a round goes on in the next one; an account that fails holds up none of the others, and is tried again once
 * all have had their turn.
 */
export class HourRebuilder {
  readonly #readMax: number
  #current: HourRebuild | null = null
  #after = ''

  constructor(readMax = READ_MAX) {
    this.#readMax = readMax
  }

  /**
   * One round. Returns how many accounts were done.
   * @throws SomeFailed after all of them
   */
  async round(pool: pg.Pool): Promise<number> {
    const tries = new Tries()
    let left = this.#readMax
    while (left > 0) {
      const own = this.#current ?? (await this.#next(pool))
      this.#current = null
      if (own === null) break
      await tries.all(
        [own],
        ({ accountId }) => accountId,
        async () => {
          for (let read = 1; read > 0; left -= Math.max(read, READ_MIN)) {
            if (left <= 0) {
              this.#current = own
              return false
            }
            read = await own.step(pool)
          }
          return (await own.finish(pool)) >= 0
        },
      )
    }
    return tries.count()
  }

  async #next(pool: pg.Pool): Promise<HourRebuild | null> {
    const accountId = await nextHoursDue(pool, this.#after)
    this.#after = accountId ?? ''
    return accountId === null ? null : new HourRebuild(accountId)
  }
}
