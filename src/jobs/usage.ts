import type pg from 'pg'
import { instant } from '../core/time/index.ts'
import type { ToldExport } from '../engine/usage/exports/tell.ts'
import { giveUpExport, SILENT_MS, writeExport } from '../engine/usage/exports/write.ts'
import { catchUp, unfollowed } from '../store/facts/catch-up.ts'
import { expireExports, exportsToWrite, overdueExports } from '../store/usage/export-work.ts'
import { type Mail, writeToAsker } from './export-letters.ts'
import { MovedAccounts } from './moved-accounts.ts'
import { Tries } from './sweep-all.ts'

/** Steps that one account has in a round: a long journal lets the others through. */
const STEPS_MAX = 50
/** Each of them has a page of its journal in memory. */
const AT_ONCE = 4

/** Accounts that a node remembers as moved. */
const MOVED_MAX = 50_000
/** Accounts that one round compares with how far they were followed. */
const COMPARED_MAX = 5_000

/**
 * Follows the journals of accounts that moved, for the explorer. Any number of nodes may do it at once. What
 * moved elsewhere while its node went down is found by a walk over all accounts, a stretch in every round;
 * whoever asks about an account before has it followed at once.
 */
export class JournalFollower {
  readonly #moved = new MovedAccounts(MOVED_MAX)
  #comparedTo = ''

  /** For `engine.onCommit`: an account is followed once a round, however often it moves. */
  moved(accountIds: readonly string[]): void {
    this.#moved.add(accountIds)
  }

  /**
   * One round. Returns how many accounts were followed.
   * @throws SomeFailed after all of them
   */
  async round(pool: pg.Pool): Promise<number> {
    const moved = this.#moved.take()
    const stretch = { after: this.#comparedTo, scanned: COMPARED_MAX }
    const { accountIds, scannedTo } = await unfollowed(pool, stretch)
    this.#comparedTo = scannedTo ?? ''
    const waiting = [...new Set([...moved, ...accountIds])]
    const tries = new Tries()
    for (let from = 0; from < waiting.length; from += AT_ONCE)
      await tries.all(waiting.slice(from, from + AT_ONCE), String, async (id) => {
        if ((await catchUp(pool, id, { stepsMax: STEPS_MAX })) === false) this.moved([id])
      })
    return tries.count()
  }
}

/** Exports that one node writes at the same time. */
const WRITTEN_AT_ONCE = 2
const EXPIRED_MAX = 100

/**
 * Writes the files of exports that wait, tells whoever asked how it has ended, and removes those whose time
 * is over. One that nobody has written by then has failed. Returns how many were written, given up or removed.
 * @throws SomeFailed after all of them
 */
export async function workOnExports(
  pool: pg.Pool,
  nowMs: () => number,
  mail?: Mail,
): Promise<number> {
  const now = instant(nowMs())
  const silentSince = instant(now - SILENT_MS)
  const told: ToldExport[] = []
  const onTold = (own: ToldExport) => void told.push(own)
  const tries = new Tries()
  const overdue = await overdueExports(pool, { now, limit: EXPIRED_MAX })
  await tries.all(
    overdue,
    ({ exportId }) => exportId,
    (own) => giveUpExport({ pool, ...own, nowMs, onTold }),
  )
  const waiting = await exportsToWrite(pool, { silentSince, limit: WRITTEN_AT_ONCE })
  await tries.all(
    waiting,
    ({ exportId }) => exportId,
    async (own) => (await writeExport({ pool, ...own, nowMs, onTold })) !== null,
  )
  const ended = tries.done
  if (mail)
    await tries.all(
      told,
      ({ stored }) => `letter about ${stored.exportId}`,
      (own) => writeToAsker(pool, mail, own),
    )
  tries.count()
  return ended + (await expireExports(pool, { now, limit: EXPIRED_MAX }))
}
