import { instant } from '../core/time/index.ts'
import { inTransaction } from '../store/transaction.ts'
import { verify } from '../store/verify/index.ts'
import { beginVerifyRun, endVerifyRun, noteVerifyRun } from '../store/verify/runs.ts'
import type { Services } from './deps.ts'

const SECOND_MS = 1_000
/** A run says so often how far it is; one that has not for a minute is dead. */
const NOTED_EVERY_MS = 2 * SECOND_MS
export const DEAD_AFTER_MS = 60 * SECOND_MS
const ENDS_AFTER_MS = 30 * 60 * SECOND_MS

class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** The runs under way on this server, so that it does not end under them. */
export class VerifyRuns {
  readonly #services: Services
  #running: Promise<void> | null = null
  #closing = false

  constructor(services: Services) {
    this.#services = services
  }

  /** Begins a run and lets it go on by itself. `null`: one is under way, here or elsewhere. */
  async start(run: { readonly accountId: string | null; readonly by: string }) {
    const { pool, ids, nowMs } = this.#services
    const runId = ids('run')
    const at = instant(nowMs())
    const begun = await inTransaction(pool, (client) =>
      beginVerifyRun(client, { ...run, runId, at, deadBefore: instant(at - DEAD_AFTER_MS) }),
    )
    if (!begun) return null
    this.#running = this.#run(runId, run.accountId)
    return runId
  }

  /** Ends what is under way, as stopped. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#running
  }

  async #run(runId: string, accountId: string | null): Promise<void> {
    const { pool, nowMs, log } = this.#services
    const end = (state: 'passed' | 'failed' | 'stopped', report: Report | null) =>
      endVerifyRun(pool, { runId, state, report, at: instant(nowMs()) })
    const progress = new Progress(this.#services, runId)
    try {
      const report = await verify(pool, {
        ...(accountId !== null && { accountId }),
        onProgress: ({ accounts }) => {
          if (this.#closing || progress.isOver()) throw new Stopped()
          progress.note(accounts)
        },
      })
      await progress.settled()
      await end(report.ok ? 'passed' : 'failed', report)
    } catch (error) {
      if (!(error instanceof Stopped)) log?.warn({ err: error }, 'a run of verify ended')
      await progress.settled()
      await end('stopped', null).catch(() => {})
    }
  }
}

type Report = Awaited<ReturnType<typeof verify>>

/** Tells how far a run is, beside it. */
class Progress {
  readonly #services: Services
  readonly #runId: string
  readonly #startedMs: number
  #notedMs = 0
  #ended = false
  #noting: Promise<void> = Promise.resolve()

  constructor(services: Services, runId: string) {
    this.#services = services
    this.#runId = runId
    this.#startedMs = services.nowMs()
  }

  isOver(): boolean {
    return this.#ended || this.#services.nowMs() - this.#startedMs > ENDS_AFTER_MS
  }

  note(accounts: number): void {
    const { pool, nowMs } = this.#services
    const now = nowMs()
    if (now - this.#notedMs < NOTED_EVERY_MS) return
    this.#notedMs = now
    this.#noting = noteVerifyRun(pool, { runId: this.#runId, accounts, at: instant(now) }).then(
      (running) => {
        if (!running) this.#ended = true
      },
      () => {},
    )
  }

  settled(): Promise<void> {
    return this.#noting
  }
}

const runsOf = new WeakMap<Services, VerifyRuns>()

/** One a server. */
export function verifyRuns(services: Services): VerifyRuns {
  const known = runsOf.get(services) ?? new VerifyRuns(services)
  runsOf.set(services, known)
  return known
}
