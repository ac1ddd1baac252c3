import type { Command } from '../core/decisions/commands.ts'
import type { Result } from '../core/decisions/results.ts'
import { pause, type Timers } from '../engine/timers.ts'
import { type Engine, Overloaded, Unavailable } from '../engine/types.ts'

export interface PostingDeps {
  readonly engine: Pick<Engine, 'execute'>
  readonly nowMs: () => number
  readonly timers: Timers
  readonly retryMs: number
}

const FIRST_PAUSE_MS = 25
const PAUSE_MAX_MS = 2_000

export const isPassing = (error: unknown): boolean =>
  error instanceof Overloaded || error instanceof Unavailable

/**
 * Posts the end of an attempt. While the engine cannot decide it is asked again with the same id, which
 * is safe; the hold protects the account meanwhile. `null`: it could not be posted in time.
 */
export async function post(deps: PostingDeps, command: Command): Promise<Result | null> {
  const deadline = deps.nowMs() + deps.retryMs
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(PAUSE_MAX_MS, wait * 2)) {
    try {
      return (await deps.engine.execute(command)).result
    } catch (error) {
      if (!isPassing(error)) throw error
      if (deps.nowMs() + wait >= deadline) return null
    }
    await pause(deps.timers, wait)
  }
}

/** The value if it comes soon enough; `null` otherwise, and the work goes on. */
export async function within<T>(
  timers: Timers,
  promise: Promise<T>,
  ms: number,
): Promise<T | null> {
  let forget = (): void => {}
  const enough = new Promise<null>((resolve) => {
    forget = timers.after(ms, () => resolve(null))
  })
  try {
    return await Promise.race([promise, enough])
  } finally {
    forget()
  }
}
