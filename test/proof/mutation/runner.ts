import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Answer, Job, Mapped, Trial } from './jobs.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

/** Jobs one after the other in a warm process, and a new process when a job does not end. */
export class Runner {
  #child: ChildProcess | null = null

  async map(suite: string, withinMs: number): Promise<readonly Mapped[]> {
    const answer = await this.#ask({ kind: 'map', suite }, withinMs)
    if (!answer?.mapped) throw new Error(`${suite} does not end`)
    return answer.mapped
  }

  /** The test that notices it. A mutant that ends no more, or takes the process with it, is noticed too. */
  async attempt(trial: Trial, withinMs: number): Promise<string | null> {
    const answer = await this.#ask(trial, withinMs)
    return answer ? (answer.killedBy ?? null) : 'endless'
  }

  stop(): void {
    if (this.#child?.pid !== undefined) this.#child.kill('SIGKILL')
    this.#child = null
  }

  async #ask(job: Job, withinMs: number): Promise<Answer | null> {
    const child = await this.#warm()
    const answer = await new Promise<Answer | null>((resolve) => {
      const late = setTimeout(() => resolve(null), withinMs)
      const say = (what: Answer | null): void => {
        clearTimeout(late)
        resolve(what)
      }
      child.once('message', (what: Answer) => say(what))
      child.once('exit', () => say(null))
      child.send(job)
    })
    child.removeAllListeners()
    if (answer === null) this.stop()
    if (answer?.failure !== undefined) throw new Error(answer.failure)
    return answer
  }

  async #warm(): Promise<ChildProcess> {
    if (this.#child) return this.#child
    const { VITEST: _1, VITEST_POOL_ID: _2, VITEST_WORKER_ID: _3, ...env } = process.env
    const child = fork(WORKER, {
      execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
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
