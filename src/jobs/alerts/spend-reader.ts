import type pg from 'pg'
import { NO_SPEND, type Spend, USUAL_OVER_MS } from '../../core/alerts/index.ts'
import { ZERO } from '../../core/money/index.ts'
import { HOUR_MS, type Instant } from '../../core/time/index.ts'
import { type HourSums, sumHours } from '../../store/notifications/watch-reads.ts'

interface Asked {
  readonly accountId: string
  readonly cycleFrom: Instant
  readonly paidUse: boolean
}

type Usual = Pick<Spend, 'before' | 'hoursBefore'>

interface Known {
  readonly hour: Instant
  readonly usual: Usual
}

const REMEMBERED_MAX = 50_000

/**
 * Hourly sums of accounts. What is usual is read once an hour and account: the hours behind us hardly change,
 * and an account that is busy would have its whole week summed every second.
 */
export class SpendReader {
  readonly #pool: pg.Pool
  readonly #known = new Map<string, Known>()

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  async read(asked: readonly Asked[], at: Instant): Promise<(accountId: string) => Spend> {
    const hour = (Math.floor(at / HOUR_MS) * HOUR_MS) as Instant
    const end = (hour + HOUR_MS) as Instant
    const now = byAccount(
      await sumHours(
        this.#pool,
        asked.map(({ accountId }) => ({ accountId, from: hour, to: end })),
      ),
    )
    // Without a cost in this hour, what is usual is not asked for.
    await this.#learn(
      asked.filter(({ accountId }) => (now.get(accountId)?.money ?? ZERO) > ZERO),
      hour,
    )
    const paid = byAccount(
      await sumHours(
        this.#pool,
        asked
          .filter(({ paidUse }) => paidUse)
          .map(({ accountId, cycleFrom }) => ({ accountId, from: cycleFrom, to: end })),
      ),
    )
    return (accountId) => ({
      ...NO_SPEND,
      ...this.#usual(accountId, hour),
      thisHour: now.get(accountId)?.money ?? ZERO,
      paidInCycle: paid.get(accountId)?.paid ?? ZERO,
    })
  }

  #usual(accountId: string, hour: Instant): Usual | null {
    const known = this.#known.get(accountId)
    return known?.hour === hour ? known.usual : null
  }

  async #learn(asked: readonly Asked[], hour: Instant): Promise<void> {
    const unknown = asked.filter(({ accountId }) => this.#usual(accountId, hour) === null)
    const from = (hour - USUAL_OVER_MS) as Instant
    const sums = byAccount(
      await sumHours(
        this.#pool,
        unknown.map(({ accountId }) => ({ accountId, from, to: hour })),
      ),
    )
    if (this.#known.size + unknown.length > REMEMBERED_MAX) this.#known.clear()
    for (const { accountId } of unknown) {
      const own = sums.get(accountId)
      const usual = { before: own?.money ?? ZERO, hoursBefore: own?.hours ?? 0 }
      this.#known.set(accountId, { hour, usual })
    }
  }
}

const byAccount = (sums: readonly HourSums[]): ReadonlyMap<string, HourSums> =>
  new Map(sums.map((own) => [own.accountId, own]))
