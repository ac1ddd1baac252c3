import type { Job } from './job.ts'

/**
 * How many of an account's commands may be decided in one batch. A change of controls has a batch of
 * its own, since it changes which caps and counters have to be read for what comes after it.
 */
function apart(list: readonly Job[]): number {
  const first = list.findIndex(({ command }) => command.kind === 'set_controls')
  return first < 0 ? list.length : Math.max(first, 1)
}

/** Races in a row after which an account is locked before it is decided: its turn has to come. */
const STARVED_AT = 3

const isStarved = (list: readonly Job[]): boolean => (list[0]?.attempts ?? 0) >= STARVED_AT

/** The account of a batch that other nodes have kept from moving; it is in a batch of its own. */
export function starvedAccount(batch: ReadonlyMap<string, readonly Job[]>): string | null {
  const [first] = batch
  return first && batch.size === 1 && isStarved(first[1]) ? first[0] : null
}

/** Commands that wait, by account, in the order in which their accounts came. */
export class JobQueue {
  readonly #jobs = new Map<string, Job[]>()
  /** In how many batches an account is: several, where one follows another. */
  readonly #busy = new Map<string, number>()
  #size = 0

  /** Commands waiting. */
  get size(): number {
    return this.#size
  }

  /** Accounts in a batch. */
  get inFlight(): number {
    return this.#busy.size
  }

  push(job: Job): void {
    this.#listOf(job).push(job)
    this.#size += 1
  }

  /** For a job that is to be decided again, before those that came after it. */
  pushAgain(job: Job): void {
    const list = this.#listOf(job)
    const place = list.findIndex(({ order }) => order > job.order)
    list.splice(place < 0 ? list.length : place, 0, job)
    this.#size += 1
  }

  #listOf(job: Job): Job[] {
    const { accountId } = job.command
    let list = this.#jobs.get(accountId)
    if (!list) {
      list = []
      this.#jobs.set(accountId, list)
    }
    return list
  }

  /**
   * Takes up to `max` commands of accounts that are in no other batch; the accounts become busy. After
   * `spread` commands no further account is begun: the rest is for a batch beside this one, while an
   * account alone, which can only be in one, fills its batch.
   */
  take(max: number, spread: number): Map<string, Job[]> {
    const batch = new Map<string, Job[]>()
    let left = max
    for (const [accountId, list] of this.#jobs) {
      if (left === 0 || max - left >= spread) break
      if (this.#busy.has(accountId)) continue
      const starved = isStarved(list)
      if (starved && batch.size > 0) continue
      const taken = this.#takeOf(accountId, list, Math.min(left, apart(list)))
      left -= taken.length
      batch.set(accountId, taken)
      if (starved) break
    }
    return batch
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
    for (const [accountId, list] of this.#jobs) {
      if (list.length < least) continue
      const count = Math.min(max, followers(accountId, list))
      if (count >= least) return new Map([[accountId, this.#takeOf(accountId, list, count)]])
    }
    return new Map()
  }

  #takeOf(accountId: string, list: Job[], count: number): Job[] {
    const taken = list.splice(0, count)
    if (list.length === 0) this.#jobs.delete(accountId)
    this.#size -= taken.length
    this.#busy.set(accountId, (this.#busy.get(accountId) ?? 0) + 1)
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
