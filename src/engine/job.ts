import type { Command } from '../core/decisions/index.ts'
import type { Executed } from './types.ts'

/** A command that waits for its decision. */
export interface Job {
  readonly command: Command
  readonly resolve: (executed: Executed) => void
  readonly reject: (error: Error) => void
  /**
   * Whether a commit of this job may have happened although its answer was lost. Then even ids that
   * we have made ourselves have to be looked up.
   */
  uncertain: boolean
  attempts: number
  /** When it came, in milliseconds of this process. */
  readonly cameMs: number
  /** Its place among all commands of this node: an account's are decided in this order. */
  order: number
  /** The catalogue was read anew for it; what it misses now is missing. */
  catalogueRead: boolean
}

/** Jobs of each account, in their order. */
export function byAccount(all: readonly Job[]): Map<string, readonly Job[]> {
  const jobs = new Map<string, Job[]>()
  for (const job of all) {
    const own = jobs.get(job.command.accountId)
    if (own) own.push(job)
    else jobs.set(job.command.accountId, [job])
  }
  return jobs
}
