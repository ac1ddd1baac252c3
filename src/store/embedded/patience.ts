/** What came of asking a server for a login. */
export type Look = 'in' | 'recovering' | 'nobody'

const CANNOT_CONNECT_NOW = '57P03'

/**
 * Of an attempt that failed. One code stands for a server that starts, that recovers and that stops; only the message
 * tells them apart, and the server speaks English (`serverEnvironment`). One that stops is at no work to wait for.
 */
export const lookOf = (code: string | undefined, message: string): Look =>
  code === CANNOT_CONNECT_NOW && !message.includes('shutting down') ? 'recovering' : 'nobody'

/** How long a server may be there without a word. */
export const SILENCE_MAX_MS = 60_000
const TOLD_EVERY_MS = 15_000

/**
 * How long a start is waited for: as long as the server says that it is at work. After a crash it reads its log, and
 * first makes sure of every file on the disk; with much data that takes minutes. Whoever stopped it in the middle
 * would make it begin anew, for ever.
 */
export class Patience {
  readonly #tell: (line: string) => void
  readonly #since = Date.now()
  #heardAt = Date.now()
  #toldAt = Date.now()

  constructor(tell: (line: string) => void) {
    this.#tell = tell
  }

  get isOver(): boolean {
    return Date.now() - this.#heardAt > SILENCE_MAX_MS
  }

  saw(look: Look): void {
    if (look !== 'recovering') return
    const now = Date.now()
    this.#heardAt = now
    if (now - this.#toldAt < TOLD_EVERY_MS) return
    this.#toldAt = now
    const seconds = Math.round((now - this.#since) / 1_000)
    this.#tell(
      `PostgreSQL was cut off last time and brings its data in order, for ${seconds} s so far. Let it finish.`,
    )
  }
}
