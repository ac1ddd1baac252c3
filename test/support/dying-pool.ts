import type pg from 'pg'

export class Died extends Error {}

/** When a process dies: at its nth statement, before the database has it or after. */
export interface Death {
  readonly at: number
  readonly reached: 'before' | 'after'
}

/**
 * A process that dies: from one statement on nothing reaches the database any more, and what was open is
 * rolled back by the loss of its connection. Counts statements, so that a test can let it die at each.
 */
export class DyingPool {
  readonly pool: pg.Pool
  statements = 0
  readonly #real: pg.Pool
  readonly #death: Death

  constructor(real: pg.Pool, death: Death) {
    this.#real = real
    this.#death = death
    this.pool = {
      query: (...own: Parameters<pg.Pool['query']>) => this.#sent(() => real.query(...own)),
      connect: async () => this.#connect(),
    } as never
  }

  get isDead(): boolean {
    return this.statements >= this.#death.at
  }

  async #connect() {
    if (this.isDead) throw new Died('no connection')
    const client = await this.#real.connect()
    return {
      query: (...own: Parameters<pg.PoolClient['query']>) => this.#sent(() => client.query(...own)),
      release: () => client.release(this.isDead ? new Died('connection lost') : undefined),
    }
  }

  /** Anything else that a process does from outside counts as well. */
  async step<T>(send: () => Promise<T>): Promise<T> {
    return await this.#sent(send)
  }

  async #sent<T>(send: () => T): Promise<Awaited<T>> {
    if (this.isDead) throw new Died('the process is dead')
    this.statements += 1
    if (this.isDead && this.#death.reached === 'before') throw new Died('before it was sent')
    const answer = await send()
    if (this.isDead) throw new Died('before its answer arrived')
    return answer
  }
}
