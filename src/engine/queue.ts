import type { Job } from './job.ts'

/**
 * How many of an account's commands may be decided in one batch. A change of controls has a batch of
 * its own, since it changes which caps and counters have to be read for what comes after it.
 */
function apart(list: readonly Job[]): number {
  const first = list.findIndex(({ command }) => command.kind === 'set_controls')
  return first < 0 ? list.length : Math.max(first, 1)
}

/** Commands that wait, by account, in the order in which their accounts came. */
export class JobQueue {
  readonly #jobs = new Map<string, Job[]>()
  readonly #busy = new Set<string>()
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
  pushFront(job: Job): void {
    this.#listOf(job).unshift(job)
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
      const taken = list.splice(0, Math.min(left, apart(list)))
      if (list.length === 0) this.#jobs.delete(accountId)
      left -= taken.length
      this.#size -= taken.length
      this.#busy.add(accountId)
      batch.set(accountId, taken)
    }
    return batch
  }

  done(accountIds: Iterable<string>): void {
    for (const accountId of accountIds) this.#busy.delete(accountId)
  }
}
