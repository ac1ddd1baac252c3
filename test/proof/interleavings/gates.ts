import type pg from 'pg'

/** What becomes of a statement that waits at its gate. */
export type Fate =
  | 'pass'
  /** The connection goes before it is sent: nothing was done. */
  | 'lost_before'
  /** It is executed and committed, and its answer never arrives. */
  | 'lost_after'

export interface Choice {
  /** Which of those that wait, counted round. */
  readonly which: number
  readonly fate: Fate
}

interface Waiting {
  readonly node: string
  readonly statement: string
  go(fate: Fate): void
}

/** One line of what happened: `node statement fate`. */
export type Trace = readonly string[]

const TICK_MS = 2
/** Ticks without any news after which what runs is taken to wait for a lock that somebody at a gate holds. */
const BLOCKED_TICKS = 10

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, TICK_MS))

/**
 * Holds every SQL statement of every virtual node back until the schedule lets it go: one at a time, in an
 * order and with losses that fast-check draws, so that a schedule that breaks something is found again and
 * made smaller.
 */
export class Gates {
  #waiting: Waiting[] = []
  #running = 0
  #news = 0
  #shut = false

  /** From now on statements wait. */
  shut(): void {
    this.#shut = true
  }

  async enter<T>(
    name: { readonly node: string; readonly statement: string; readonly client: object },
    own: { readonly run: () => Promise<T>; readonly cut: () => Error },
  ): Promise<T> {
    if (!this.#shut) return own.run()
    const fate = await new Promise<Fate>((go) => {
      this.#news += 1
      this.#waiting.push({ ...name, go })
    })
    if (fate === 'lost_before') throw own.cut()
    this.#running += 1
    try {
      const answer = await own.run()
      if (fate === 'lost_after') throw own.cut()
      return answer
    } finally {
      this.#running -= 1
      this.#news += 1
    }
  }

  /** Lets statements go one by one until all is done; choices that run out are `pass` of the first. */
  async drive(done: Promise<unknown>, schedule: readonly Choice[]): Promise<Trace> {
    const trace: string[] = []
    let isDone = false
    const end = (): void => {
      isDone = true
    }
    done.then(end, end)
    for (let step = 0; ; ) {
      await this.#quiet()
      if (isDone) break
      const choice = schedule[step] ?? { which: 0, fate: 'pass' }
      const [next] = this.#waiting.splice(choice.which % Math.max(1, this.#waiting.length), 1)
      // Nobody is at a gate: somebody waits out a pause before trying again.
      if (next === undefined) continue
      step += 1
      trace.push(`${next.node} ${next.statement} ${choice.fate}`)
      next.go(choice.fate)
    }
    this.#shut = false
    for (const left of this.#waiting.splice(0)) left.go('pass')
    return trace
  }

  /** Until everything that may move has moved: it is answered, at a gate, or waits for a lock. */
  async #quiet(): Promise<void> {
    let news = this.#news
    for (let still = 0; still < (this.#running > 0 ? BLOCKED_TICKS : 1); ) {
      await tick()
      still = news === this.#news ? still + 1 : 0
      news = this.#news
    }
  }
}

type Query = (...args: unknown[]) => Promise<unknown>
type Callback = (error: unknown, answer?: unknown) => void

const statementOf = (query: unknown): string => {
  if (typeof query === 'object' && query !== null) {
    const { name, text } = query as { readonly name?: string; readonly text?: string }
    if (name !== undefined) return name
    return (text ?? '').trim().split(/\s+/).slice(0, 3).join(' ')
  }
  return String(query).trim().split(/\s+/).slice(0, 3).join(' ')
}

/** Every statement of this pool goes through the gates under the node's name. */
export function gate(pool: pg.Pool, node: string, gates: Pick<Gates, 'enter'>): void {
  const gated = new WeakSet<pg.PoolClient>()
  pool.on('connect', (client) => {
    if (gated.has(client)) return
    gated.add(client)
    const query = client.query.bind(client) as Query
    const cut = (): Error => {
      const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } })
        .connection
      stream.destroy()
      return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    const through = (args: unknown[]): Promise<unknown> =>
      gates.enter(
        { node, client, statement: statementOf(args[0]) },
        { run: () => query(...args), cut },
      )
    client.query = ((...args: unknown[]) => {
      const last = args.at(-1)
      if (typeof last !== 'function') return through(args)
      const callback = last as Callback
      through(args.slice(0, -1)).then(
        (answer) => callback(null, answer),
        (error: unknown) => callback(error),
      )
      return undefined
    }) as typeof client.query
  })
}
