import type { Command } from '../core/decisions/index.ts'
import type { Job } from './job.ts'
import { callIdOf } from './needs.ts'

/**
 * Commands that end or keep up a call that was let in. They are few, each is the end of work that was
 * done already and frees what it holds: so they go ahead of commands that begin something.
 */
const ENDING: ReadonlySet<Command['kind']> = new Set(['settle', 'release', 'extend', 'expire_hold'])

export const isEnding = ({ kind }: Command): boolean => ENDING.has(kind)

/** What waits of one account. */
export class Waiting {
  /** Decided first: ends of calls, and what is to be decided again. */
  first: Job[] = []
  rest: Job[] = []
  /** How often each call is in `rest`: its end stays behind it. */
  readonly #calls = new Map<string, number>()

  get length(): number {
    return this.first.length + this.rest.length
  }

  push(job: Job): void {
    const callId = callIdOf(job.command)
    if (isEnding(job.command) && (callId === null || !this.#calls.has(callId))) {
      this.first.push(job)
      return
    }
    this.rest.push(job)
    if (callId !== null) this.#calls.set(callId, (this.#calls.get(callId) ?? 0) + 1)
  }

  /** Before those that came after it. */
  pushAgain(job: Job): void {
    const place = this.first.findIndex(({ order }) => order > job.order)
    this.first.splice(place < 0 ? this.first.length : place, 0, job)
  }

  /** The next of them, in the order in which they are decided. */
  next(count: number): Job[] {
    const { first, rest } = this
    return [...first.slice(0, count), ...rest.slice(0, Math.max(0, count - first.length))]
  }

  take(count: number): Job[] {
    const ends = this.first.splice(0, count)
    const others = this.rest.splice(0, count - ends.length)
    for (const { command } of others) this.#forget(command)
    return ends.length === 0 ? others : [...ends, ...others]
  }

  /** Takes those out of `rest` that match. */
  drop(matches: (job: Job) => boolean): Job[] {
    const dropped = this.rest.filter(matches)
    if (dropped.length === 0) return dropped
    this.rest = this.rest.filter((job) => !matches(job))
    for (const { command } of dropped) this.#forget(command)
    return dropped
  }

  #forget(command: Command): void {
    const callId = callIdOf(command)
    if (callId === null) return
    const left = (this.#calls.get(callId) ?? 0) - 1
    if (left > 0) this.#calls.set(callId, left)
    else this.#calls.delete(callId)
  }
}
