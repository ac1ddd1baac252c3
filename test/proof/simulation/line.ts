/** Turns of the event loop after which nothing moves any more that could move by itself. */
const TURNS = 6
/** And after which whatever wants to go to the outside is in the line. */
const GLANCE_TURNS = 2

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function quiet(often = TURNS): Promise<void> {
  for (let turns = 0; turns < often; turns += 1) await turn()
}

/**
 * What goes to the world outside this process (the database), one after another: the next goes only when all
 * that the last answer has set off is at rest. So the order is the program's own, however long an answer takes.
 */
export class Line {
  #tail: Promise<unknown> = Promise.resolve()
  #length = 0
  /** How many things have gone so far. */
  count = 0

  do<T>(run: () => Promise<T>): Promise<T> {
    this.#length += 1
    this.count += 1
    const done = this.#tail.then(run)
    const next = async (): Promise<void> => {
      await quiet()
      this.#length -= 1
    }
    this.#tail = done.then(next, next)
    return done
  }

  /** The same, and nothing else goes until it is let go: what belongs together may be more than one thing. */
  take<T>(run: () => Promise<T>): Promise<{ readonly value: T; readonly letGo: () => void }> {
    return new Promise((resolve, reject) => {
      this.do(async () => {
        const value = await run()
        await new Promise<void>((letGo) => resolve({ value, letGo }))
      }).catch(reject)
    })
  }

  /** Whether that has set anything off: most of what is done every moment does nothing. */
  async movedBy(run: () => void): Promise<boolean> {
    const before = this.count
    run()
    await quiet(GLANCE_TURNS)
    return this.count > before
  }

  /** Until nothing is under way and nothing follows from what was. */
  async rest(): Promise<void> {
    await quiet()
    while (this.#length > 0) {
      await this.#tail
      await quiet()
    }
  }
}
