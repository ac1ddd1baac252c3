import type { ServerResponse } from 'node:http'
import type { OperationId } from '../contract/routes/index.ts'
import { ProblemError } from './problem-answer.ts'

/** How many requests are served at once, unless it is told. */
export const REQUESTS_MAX = 2_000

/** They end or keep up a call that was let in, and have as much room again. */
const ENDS: ReadonlySet<OperationId> = new Set(['settle', 'release', 'extend'])
/** Whoever watches the server, and feeds, which have a bound of their own. */
const ALWAYS: ReadonlySet<OperationId> = new Set(['healthz', 'readyz', 'metrics', 'followEvents'])

/** Lets in as many requests as are served at once; the next is refused before anything is looked up. */
export class Room {
  readonly #max: number
  #underWay = 0

  constructor(max: number) {
    this.#max = max
  }

  /** Requests being served. */
  get underWay(): number {
    return this.#underWay
  }

  /** @throws ProblemError overloaded */
  enter(id: OperationId, response: ServerResponse): void {
    if (ALWAYS.has(id)) return
    if (this.#underWay >= (ENDS.has(id) ? 2 : 1) * this.#max)
      throw new ProblemError('overloaded', { headers: { 'retry-after': '1' } })
    this.#underWay += 1
    response.once('close', () => {
      this.#underWay -= 1
    })
  }
}
