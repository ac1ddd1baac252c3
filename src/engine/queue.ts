import type { Job } from './job.ts'
import { isEnding, Waiting } from './waiting.ts'

const isApart = ({ command }: Job): boolean => command.kind === 'set_controls'

/**
 * How many of an account's commands may be decided in one batch. A change of controls has a batch of
 * its own, since it changes which caps and counters have to be read for what comes after it.
 */
function apart(list: readonly Job[], least: 0 | 1): number {
  const first = list.findIndex(isApart)
  return first < 0 ? list.length : Math.max(first, least)
}

/** Races in a row after which an account is locked before it is decided: its turn has to come. */
const STARVED_AT = 3

const isStarved = (list: readonly Job[]): boolean =>
  list.some(({ attempts }) => attempts >= STARVED_AT)

/** The account of a batch that other nodes have kept from moving; it is in a batch of its own. */
export function starvedAccount(batch: ReadonlyMap<string, readonly Job[]>): string | null {
  const [first] = batch
  return first && batch.size === 1 && isStarved(first[1]) ? first[0] : null
}

/** Each so many batches one is taken in the order of arrival, so that ends without end starve nobody. */
const IN_ORDER_EVERY = 4

/**
 * Commands that wait, by account, in the order in which their accounts came; accounts that have ends of
 * calls go first.
 */
export class JobQueue {
  readonly #jobs = new Map<string, Waiting>()
  /** Accounts with something in `first`. */
  readonly #ahead = new Set<string>()
  /** In how many batches an account is: several, where one follows another. */
  readonly #busy = new Map<string, number>()
  #size = 0
  #ends = 0
  #batches = 0

  /** Commands waiting. */
  get size(): number {
    return this.#size
  }

  /** Of these, ends of calls. */
  get ends(): number {
    return this.#ends
  }

  /** Accounts in a batch. */
  get inFlight(): number {
    return this.#busy.size
  }

  push(job: Job): void {
    const own = this.#of(job)
    own.push(job)
    this.#added(job, own)
  }

  /** For a job that is to be decided again, before those that came after it. */
  pushAgain(job: Job): void {
    const own = this.#of(job)
    own.pushAgain(job)
    this.#added(job, own)
  }

  #added(job: Job, own: Waiting): void {
    this.#size += 1
    if (isEnding(job.command)) this.#ends += 1
    if (own.first.length > 0) this.#ahead.add(job.command.accountId)
  }

  #of(job: Job): Waiting {
    const { accountId } = job.command
    let own = this.#jobs.get(accountId)
    if (!own) {
      own = new Waiting()
      this.#jobs.set(accountId, own)
    }
    return own
  }

  /**
   * Takes up to `max` commands of accounts that are in no other batch; the accounts become busy. After
   * `spread` commands no further account is begun: the rest is for a batch beside this one, while an
   * account alone, which can only be in one, fills its batch.
   */
  take(max: number, spread: number): Map<string, Job[]> {
    const batch = new Map<string, Job[]>()
    this.#batches += 1
    const starved =
      this.#batches % IN_ORDER_EVERY !== 0 && this.#takeAhead(batch, { left: max, spread })
    if (!starved) this.#takeInOrder(batch, max, spread)
    return batch
  }

  /** Ends of calls only. Whether there is to be nothing else in the batch. */
  #takeAhead(batch: Map<string, Job[]>, room: { left: number; spread: number }): boolean {
    let { left } = room
    for (const accountId of this.#ahead) {
      if (left === 0 || room.left - left >= room.spread) break
      const own = this.#jobs.get(accountId)
      if (!own || this.#busy.has(accountId)) continue
      if (isStarved(own.first)) {
        if (batch.size > 0) continue
        batch.set(accountId, this.#takeOf(accountId, own, left))
        return true
      }
      const taken = this.#takeOf(accountId, own, Math.min(left, own.first.length))
      left -= taken.length
      batch.set(accountId, taken)
    }
    return false
  }

  #takeInOrder(batch: Map<string, Job[]>, max: number, spread: number): void {
    let left = max
    for (const taken of batch.values()) left -= taken.length
    for (const [accountId, own] of this.#jobs) {
      if (left === 0 || max - left >= spread) break
      if (this.#busy.has(accountId) && !batch.has(accountId)) continue
      const starved = isStarved(own.first)
      if (starved && batch.size > 0) continue
      left -= this.#takeMore(batch, accountId, left)
      if (starved) return
    }
    // an account alone fills its batch
    const [only] = batch.keys()
    if (batch.size === 1 && only !== undefined) this.#takeMore(batch, only, left)
  }

  /** How many were taken. */
  #takeMore(batch: Map<string, Job[]>, accountId: string, left: number): number {
    const own = this.#jobs.get(accountId)
    const before = batch.get(accountId)
    if (!own || before?.some(isApart)) return 0
    const taken = this.#takeOf(accountId, own, left, before)
    batch.set(accountId, before ? [...before, ...taken] : taken)
    return taken.length
  }

  /**
   * Takes up to `max` commands of one account that is in a batch already: as many as `followers` says,
   * if they are no less than `least`.
   */
  takeFollowing(
    max: number,
    least: number,
    followers: (accountId: string, list: readonly Job[]) => number,
  ): Map<string, Job[]> {
    for (const [accountId, own] of this.#jobs) {
      if (own.length < least) continue
      const count = followers(accountId, own.next(max))
      if (count >= least) return new Map([[accountId, this.#takeOf(accountId, own, count)]])
    }
    return new Map()
  }

  /** Takes out what has begun nothing and matches: none of it is in a batch, and nothing is known of it. */
  drop(matches: (job: Job) => boolean): Job[] {
    const dropped: Job[] = []
    for (const [accountId, own] of this.#jobs) {
      const out = own.drop((job) => !isEnding(job.command) && matches(job))
      if (out.length === 0) continue
      for (const job of out) dropped.push(job)
      this.#size -= out.length
      if (own.length === 0) this.#jobs.delete(accountId)
    }
    return dropped
  }

  #takeOf(accountId: string, own: Waiting, max: number, before?: readonly Job[]): Job[] {
    const taken = own.take(apart(own.next(max), before ? 0 : 1))
    if (own.first.length === 0) this.#ahead.delete(accountId)
    if (own.length === 0) this.#jobs.delete(accountId)
    this.#size -= taken.length
    for (const { command } of taken) if (isEnding(command)) this.#ends -= 1
    if (!before) this.#busy.set(accountId, (this.#busy.get(accountId) ?? 0) + 1)
    return taken
  }

  done(accountIds: Iterable<string>): void {
    for (const accountId of accountIds) {
      const batches = (this.#busy.get(accountId) ?? 0) - 1
      if (batches > 0) this.#busy.set(accountId, batches)
      else this.#busy.delete(accountId)
    }
  }
}
