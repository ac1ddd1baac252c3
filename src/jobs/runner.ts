import { EventEmitter, once } from 'node:events'
import { Logger, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import { DatabaseClock, type EngineClock } from '../engine/clock.ts'
import { finishRun, overdueJobs, registerJobs, startRun } from '../store/statements/job-runs.ts'
import type { JobDefinition, JobDeps } from './definition.ts'
import { SomeFailed } from './sweep-all.ts'

export interface RunnerOptions extends JobDeps {
  /** Connections of the queue's own; ended with the runner. */
  readonly queuePool: pg.Pool
  readonly jobs: readonly JobDefinition[]
  /** Between the rounds of jobs that do not say. */
  readonly sweepEveryMs: number
  /** The clock that rounds go by; when they are due goes by the database's. */
  readonly nowMs: () => number
  /** Told about a round that failed; the next one tries again. */
  readonly onError: (job: string, error: unknown) => void
  /** How late a job may be before it is taken up without its runner. */
  readonly lateAfterMs: number
}

const RESTART_PAUSE_MS = 1_000
const POLL_MS_MAX = 1_000
const CONCURRENT_ROUNDS = 4
const ERROR_LENGTH_MAX = 500

/**
 * With a delay, also of nothing, the queue ends its runner when it cannot write down how a job ended, and that
 * is started anew. Without one it leaves a rejection that nobody handles, which ends the whole server.
 */
const ENDS = { completeJobBatchDelay: 0, failJobBatchDelay: 0 }

const SILENT = new Logger(() => () => {})

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, ERROR_LENGTH_MAX)

/**
 * Runs the jobs of all nodes from one queue in the database: a round is done by whichever node comes
 * first, and puts the next one into the queue when it ends.
 *
 * The queue gives a job whose runner was killed to nobody else for four hours. So each node looks for
 * jobs that are late and puts them in again: two rounds at once are harmless, none at all is not.
 */
export class JobRunner {
  readonly #options: RunnerOptions
  readonly #everyMs: ReadonlyMap<string, number>
  readonly #watch: NodeJS.Timeout
  /** The queue's: it compares the time of a job with the database's clock, wherever this machine's is. */
  readonly #clock: EngineClock
  #runner: Runner | null = null
  /** Settles when the queue tells this node of new jobs. */
  #listening: Promise<unknown> = Promise.resolve()
  /** Jobs whose round is under way on this node. */
  readonly #under = new Set<string>()
  #stopped = false
  #watching: Promise<void> = Promise.resolve()
  #running: Promise<void>

  private constructor(options: RunnerOptions, clock: EngineClock) {
    this.#options = options
    this.#clock = clock
    this.#everyMs = new Map(
      options.jobs.map((job) => [job.name, job.everyMs ?? options.sweepEveryMs]),
    )
    this.#running = this.#keepRunning()
    this.#watch = setInterval(() => {
      this.#watching = this.#takeUpLate()
    }, options.lateAfterMs / 2)
    this.#watch.unref()
  }

  static async start(options: RunnerOptions): Promise<JobRunner> {
    const rows = options.jobs.map(({ name, summary, everyMs }) => ({
      name,
      summary,
      everyMs: everyMs ?? options.sweepEveryMs,
    }))
    const clock = await DatabaseClock.start(options.pool)
    try {
      await registerJobs(options.pool, rows, clock.now())
    } catch (error) {
      clock.stop()
      throw error
    }
    return new JobRunner(options, clock)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#watch)
    this.#clock.stop()
    await this.#watching
    await this.#stopRunner()
    await this.#running
    // a round's last words to the queue may still be on their way
    await this.#options.queuePool.end()
  }

  /** Puts a job in front of its time. */
  async request(name: string): Promise<boolean> {
    if (!this.#everyMs.has(name) || !this.#runner) return false
    await this.#enqueue(name, 0)
    return true
  }

  /** One round of one job, here and now; its outcome is written down. */
  async round(job: JobDefinition): Promise<void> {
    const { pool, engine, nowMs, onError } = this.#options
    const everyMs = this.#everyMs.get(job.name)!
    await startRun(pool, job.name, this.#clock.now())
    let done = 0
    let failed = 0
    let error: string | null = null
    try {
      done = await job.run({ pool, engine }, nowMs())
    } catch (failure) {
      error = messageOf(failure)
      if (failure instanceof SomeFailed) ({ done, failed } = failure)
      onError(job.name, failure)
    }
    const at = this.#clock.now()
    await finishRun(pool, job.name, { at, dueAt: at + everyMs, done, failed, error })
  }

  /** The queue's own runner gives up when the database is gone for a while: it is started anew. */
  async #keepRunning(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#runOnce()
      } catch (error) {
        this.#options.onError('queue', error)
      }
      if (!this.#stopped) await new Promise((resolve) => setTimeout(resolve, RESTART_PAUSE_MS))
    }
  }

  async #stopRunner(): Promise<void> {
    const runner = this.#runner
    if (!runner) return
    // stopped before it listens, it would keep that connection for ever
    await Promise.race([this.#listening, runner.promise])
    await runner.stop().catch(() => {
      // it has ended by itself meanwhile
    })
  }

  async #runOnce(): Promise<void> {
    const { queuePool, sweepEveryMs } = this.#options
    const events: WorkerEvents = new EventEmitter()
    this.#listening = once(events, 'pool:listen:success')
    this.#listening.catch(() => {})
    const runner = await run({
      events,
      preset: { worker: ENDS },
      pgPool: queuePool,
      taskList: this.#tasks(),
      parsedCronItems: [],
      noHandleSignals: true,
      concurrency: CONCURRENT_ROUNDS,
      pollInterval: Math.min(sweepEveryMs, POLL_MS_MAX),
      logger: SILENT,
    })
    this.#runner = runner
    try {
      if (this.#stopped) await this.#stopRunner()
      else for (const { name } of this.#options.jobs) await this.#enqueue(name, 0)
    } finally {
      await runner.promise
      this.#runner = null
    }
  }

  #tasks(): TaskList {
    return Object.fromEntries(
      this.#options.jobs.map((job) => [
        job.name,
        async () => {
          // a late round is not gone: this node is still at it, and puts the next one in when it ends
          if (this.#under.has(job.name)) return
          this.#under.add(job.name)
          try {
            await this.round(job)
          } catch (error) {
            this.#options.onError(job.name, error)
          } finally {
            this.#under.delete(job.name)
          }
          // a round that was asked for meanwhile keeps its time
          await this.#enqueue(job.name, this.#everyMs.get(job.name)!, 'preserve_run_at')
        },
      ]),
    )
  }

  async #enqueue(
    name: string,
    inMs: number,
    jobKeyMode: 'replace' | 'preserve_run_at' = 'replace',
  ): Promise<void> {
    const runAt = new Date(this.#clock.now() + inMs)
    await this.#runner?.addJob(name, {}, { jobKey: name, jobKeyMode, runAt, maxAttempts: 1 })
  }

  async #takeUpLate(): Promise<void> {
    const { pool, lateAfterMs, onError } = this.#options
    const before = this.#clock.now() - lateAfterMs
    try {
      for (const name of await overdueJobs(pool, before, before))
        if (this.#everyMs.has(name)) await this.#enqueue(name, 0)
    } catch (error) {
      if (!this.#stopped) onError('queue', error)
    }
  }
}
