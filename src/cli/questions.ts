import type { Context } from './context.ts'

/** Asks a person at a terminal one thing after another. Nobody who is not there is asked. */
export class Questions {
  readonly #context: Context
  #lines: AsyncIterator<Uint8Array | string> | null = null
  #rest = ''

  constructor(context: Context) {
    this.#context = context
  }

  get isPossible(): boolean {
    const { io, style, json } = this.#context
    return !json && io.stdin.isTTY === true && style.interactive
  }

  /** What was typed; empty where nobody answers. */
  async ask(question: string): Promise<string> {
    this.#context.io.stdout.write(`${question} `)
    return (await this.#line()).trim()
  }

  async #line(): Promise<string> {
    this.#lines ??= this.#context.io.stdin[Symbol.asyncIterator]()
    while (!this.#rest.includes('\n')) {
      const next = await this.#lines.next()
      if (next.done) break
      const { value } = next
      this.#rest += typeof value === 'string' ? value : new TextDecoder().decode(value)
    }
    const end = this.#rest.indexOf('\n')
    const line = end < 0 ? this.#rest : this.#rest.slice(0, end)
    this.#rest = end < 0 ? '' : this.#rest.slice(end + 1)
    return line
  }

  /** Lets go of the terminal. */
  async end(): Promise<void> {
    await this.#lines?.return?.()
  }
}
