import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutants.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

/** A mutant that ends no more is noticed too. */
const ENDLESS_MS = 20_000

type Answer = 'killed' | 'alive' | 'endless'

/** Runs one mutant after the other in a warm process, and makes a new one when a mutant does not end. */
export class Runner {
  #child: ChildProcess | null = null

  async run(mutant: Mutant | null, suites: readonly string[]): Promise<Answer> {
    const child = await this.#warm()
    const answer = new Promise<Answer>((resolve, reject) => {
      const late = setTimeout(() => resolve('endless'), ENDLESS_MS)
      child.once('message', ({ killed }: { killed: boolean }) => {
        clearTimeout(late)
        resolve(killed ? 'killed' : 'alive')
      })
      child.once('exit', (code) => {
        clearTimeout(late)
        reject(new Error(`The warm process ended with ${code}`))
      })
    })
    child.send({ mutant, suites })
    const said = await answer
    child.removeAllListeners()
    if (said === 'endless') this.stop()
    return said
  }

  /** With all the processes it has started. */
  stop(): void {
    if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL')
    this.#child = null
  }

  async #warm(): Promise<ChildProcess> {
    if (this.#child) return this.#child
    const { VITEST: _1, VITEST_POOL_ID: _2, VITEST_WORKER_ID: _3, ...env } = process.env
    const child = fork(WORKER, {
      execArgv: ['--import', 'tsx'],
      detached: true,
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', (code) => reject(new Error(`No warm process: ${code}`)))
    })
    child.removeAllListeners()
    return child
  }
}
