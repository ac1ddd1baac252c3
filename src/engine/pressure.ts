import type { Job } from './job.ts'
import type { JobQueue } from './queue.ts'
import { retrySpreadMs } from './retry-spread.ts'
import type { EngineSettings } from './settings.ts'
import { Overloaded } from './types.ts'

/** How often it is looked for what has waited too long: a part of the time that it may wait. */
const LOOKS = 10
const LOOK_MS_MIN = 20
/** The span over which the rate of decisions is measured. */
const RATE_MS = 1_000
const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 30_000

type Limits = Pick<EngineSettings, 'queueMax' | 'endsQueueMax' | 'waitMaxMs'>

/**
 * Says no before the queue grows beyond its bounds, and to what has waited in it for too long. Ends of
 * calls have room of their own and are waited for: what was let in can always be brought to its end.
 */
export class Pressure {
  readonly #queue: JobQueue
  readonly #limits: Limits
  #timer: NodeJS.Timeout | null = null
  #refused = 0
  #expired = 0
  /** Decisions a millisecond, of the last whole span. */
  #rate = 0
  #counted = 0
  #since = performance.now()

  constructor(queue: JobQueue, limits: Limits) {
    this.#queue = queue
    this.#limits = limits
  }

  /** Why what has come is not taken now; `null`: it is. Counted as refused. */
  refusal(isEnd: boolean): Overloaded | null {
    const { queueMax, endsQueueMax } = this.#limits
    const { size, ends } = this.#queue
    const isFull = isEnd ? ends >= endsQueueMax : size - ends >= queueMax
    if (!isFull) return null
    this.#refused += 1
    return new Overloaded(this.#retryAfterMs())
  }

  /** Looks after the queue as long as something waits in it. */
  watch(): void {
    if (this.#timer) return
    const everyMs = Math.max(LOOK_MS_MIN, this.#limits.waitMaxMs / LOOKS)
    this.#timer = setInterval(() => this.#look(), everyMs)
    this.#timer.unref()
  }

  decided(count: number): void {
    this.#counted += count
    const now = performance.now()
    if (now - this.#since < RATE_MS) return
    this.#rate = this.#counted / (now - this.#since)
    this.#counted = 0
    this.#since = now
  }

  stats(): { readonly refused: number; readonly expired: number } {
    return { refused: this.#refused, expired: this.#expired }
  }

  #look(): void {
    if (this.#queue.size === 0 && this.#timer) {
      clearInterval(this.#timer)
      this.#timer = null
      return
    }
    const before = performance.now() - this.#limits.waitMaxMs
    // of what may have been written already, nobody can say that it was not decided
    const isLate = (job: Job): boolean => job.cameMs < before && !job.uncertain
    for (const job of this.#queue.drop(isLate)) {
      this.#refused += 1
      this.#expired += 1
      job.reject(new Overloaded(this.#retryAfterMs()))
    }
  }

  /** When what waits now will have been decided, as fast as it lately went. */
  #retryAfterMs(): number {
    const drainMs = this.#rate > 0 ? this.#queue.size / this.#rate : 0
    const base = Math.min(RETRY_MS_MAX, Math.max(RETRY_MS_MIN, drainMs))
    return Math.ceil(base + retrySpreadMs(this.#refused))
  }
}
