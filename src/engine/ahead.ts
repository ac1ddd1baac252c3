import type { Command } from '../core/decisions/index.ts'
import type { Job } from './job.ts'
import type { Workspace } from './workspace.ts'

/** What a batch rests on that is decided itself and not yet durable. */
export interface Predecessor {
  readonly space: Workspace
  /** The accounts of its batch that became durable; never rejects. */
  readonly durable: Promise<ReadonlySet<string>>
}

/**
 * Commands that need no more than the state, the holds and the entries of their call: these are known
 * of a batch that is still being written. What reads anything else waits until it can be read.
 */
const FOLLOWING: ReadonlySet<Command['kind']> = new Set([
  'authorize',
  'extend',
  'settle',
  'release',
  'record',
])

/**
 * Decided batches that PostgreSQL is still writing. The next batch of a busy account is decided on them
 * meanwhile, and written only if they became durable: if another node was faster, both are decided again.
 */
export class DecidedAhead {
  readonly #byAccount = new Map<string, Predecessor>()

  /** Returns what is to be called at the end, with the accounts that became durable. */
  add(spaces: readonly Workspace[]): (durable: ReadonlySet<string>) => void {
    let tell: (durable: ReadonlySet<string>) => void = () => {}
    const durable = new Promise<ReadonlySet<string>>((resolve) => {
      tell = resolve
    })
    for (const space of spaces) this.#byAccount.set(space.accountId, { space, durable })
    return (accountIds) => {
      for (const space of spaces) {
        if (this.#byAccount.get(space.accountId)?.space === space)
          this.#byAccount.delete(space.accountId)
        space.forgetBefore()
      }
      tell(accountIds)
    }
  }

  /** How many of these commands, from the first, can be decided before the account's batch is durable. */
  followers(accountId: string, jobs: readonly Job[]): number {
    const state = this.#byAccount.get(accountId)?.space.state
    if (!state || state.scopedCaps > 0) return 0
    const end = jobs.findIndex(({ command }) => !FOLLOWING.has(command.kind))
    return end < 0 ? jobs.length : end
  }

  /** Each is followed once: the next batch follows the follower. */
  take(accountId: string): Predecessor | undefined {
    const found = this.#byAccount.get(accountId)
    this.#byAccount.delete(accountId)
    return found
  }
}

/** Those of the accounts whose predecessor did not become durable: what was decided on it is void. */
export async function voidAccounts(
  after: ReadonlyMap<string, Predecessor>,
): Promise<ReadonlySet<string>> {
  const none = new Set<string>()
  for (const [accountId, { durable }] of after)
    if (!(await durable).has(accountId)) none.add(accountId)
  return none
}
