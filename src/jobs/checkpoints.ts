import type pg from 'pg'
import type { LogSigner } from '../checkpoints/index.ts'
import { instant } from '../core/time/index.ts'
import {
  accountsAfter,
  appendHeads,
  newestCheckpoint,
  noteWalkedTo,
  unsealedHeads,
  walkedTo,
} from '../store/log/index.ts'
import type { MovedAccounts } from './moved-accounts.ts'

/** Heads that one round seals: the transaction stays a fraction of a second. */
const HEADS_MAX = 5_000
/** Accounts that one round compares with the log, whether they moved or not. */
const COMPARED_MAX = 2_000

export interface SealRound {
  readonly pool: pg.Pool
  readonly signer: LogSigner
  readonly nowMs: number
  /** Absent: what moved is found by comparing alone. */
  readonly moved?: MovedAccounts
  readonly headsMax?: number
}

/**
 * Seals the heads of accounts that moved, and signs a checkpoint when there are any. Returns how many.
 *
 * Which accounts moved is known in memory, so that no commit writes more for it. What a crash, another
 * node or a full memory forgot is found by a walk over all accounts, a page in every round. Any number of
 * nodes may do this at once: one appends, the others do it in their next round.
 */
export async function sealHeads(round: SealRound): Promise<number> {
  const { pool, moved, headsMax = HEADS_MAX } = round
  // The walk has a share of every round that no traffic takes from it.
  const pageMax = Math.min(COMPARED_MAX, headsMax)
  const page = await accountsAfter(pool, { after: await walkedTo(pool), limit: pageMax })
  const taken = moved?.take(headsMax - page.length) ?? []
  const sealed = await sealOf(round, [...new Set([...taken, ...page])]).catch((error: unknown) => {
    moved?.add(taken)
    throw error
  })
  if (sealed === null) {
    moved?.add(taken)
    return 0
  }
  await noteWalkedTo(pool, page.length < pageMax ? '' : page.at(-1)!)
  return sealed
}

/** `null`: another node has appended meanwhile. */
async function sealOf(
  { pool, signer, nowMs }: SealRound,
  accountIds: readonly string[],
): Promise<number | null> {
  const after = await newestCheckpoint(pool)
  const heads = await unsealedHeads(pool, accountIds)
  if (heads.length === 0) return 0
  const appended = await appendHeads(pool, { after, heads, signer, at: instant(nowMs) })
  return appended ? heads.length : null
}
