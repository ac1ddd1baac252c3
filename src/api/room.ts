import type { ServerResponse } from 'node:http'
import type { OperationId } from '../contract/routes/index.ts'
import type { Engine } from '../engine/types.ts'
import { ProblemError } from './problem-answer.ts'

/** How many requests are served at once, unless it is told. */
export const REQUESTS_MAX = 2_000

/** They end or keep up a call that was let in, and have as much room again. */
const ENDS: ReadonlySet<OperationId> = new Set(['settle', 'release', 'extend'])
/** The engine's queue for what begins something is the narrower door: there is no use to look up who asks. */
const BEGINS: ReadonlySet<OperationId> = new Set(['authorize'])
/** Whoever watches the server, and feeds, which have a bound of their own. */
const ALWAYS: ReadonlySet<OperationId> = new Set(['healthz', 'readyz', 'metrics', 'followEvents'])

/** Lets in as many requests as are served at once; the next is refused before anything is looked up. */
export class Room {
  readonly #max: number
  readonly #engine: Partial<Pick<Engine, 'overload'>>
  #underWay = 0

  constructor(max: number, engine: Partial<Pick<Engine, 'overload'>>) {
    this.#max = max
    this.#engine = engine
  }

  /** Requests being served. */
  get underWay(): number {
    return this.#underWay
  }

  /** @throws ProblemError overloaded; Overloaded */
  enter(id: OperationId, response: ServerResponse): void {
    if (ALWAYS.has(id)) return
    if (this.#underWay >= (ENDS.has(id) ? 2 : 1) * this.#max)
      throw new ProblemError('overloaded', { headers: { 'retry-after': '1' } })
    const overload = BEGINS.has(id) ? this.#engine.overload?.() : null
    if (overload) throw overload
    this.#underWay += 1
    response.once('close', () => {
      this.#underWay -= 1
    })
  }
}
