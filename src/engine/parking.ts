import type pg from 'pg'
import type { ActorFacts } from '../core/ledger/index.ts'
import type { Instant } from '../core/time/index.ts'
import { readAccount } from '../store/reads/account-state.ts'
import { rebuildHours } from '../store/usage/rebuild-hours.ts'
import { type VerifyReport, verify } from '../store/verify/index.ts'
import { rebuildState } from '../store/verify/rebuild.ts'
import type { Engine, Executed } from './types.ts'

/** The invariant that a state is what its journal and its open holds add up to. */
const STATE_IS_FOLD = 2
/** The invariant that hourly sums are what the journal says. */
const HOURS_ARE_SUMS = 24
const REBUILT: readonly number[] = [STATE_IS_FOLD, HOURS_ARE_SUMS]

export interface UnparkOrder {
  readonly accountId: string
  readonly requestId: string
  readonly actor: ActorFacts
  readonly reason: string
  readonly at: Instant
}

export type Unparked =
  | { readonly status: 'decided'; readonly executed: Executed }
  /** The books of the account do not agree with themselves, or it moved all the time. It stays parked. */
  | { readonly status: 'differs'; readonly first: VerifyReport['first'] }

/**
 * Takes a parked account up again: its state is made what the journal and the open holds say, the whole
 * account is verified, and only without a difference is it billed from here on.
 */
export async function unpark(
  { pool, engine }: { readonly pool: pg.Pool; readonly engine: Engine },
  { at, ...order }: UnparkOrder,
): Promise<Unparked> {
  if (await mayBeParked(pool, order.accountId)) {
    const { ok, first } = await madeWhole(pool, order.accountId, at)
    if (!ok) return { status: 'differs', first }
  }
  return { status: 'decided', executed: await engine.execute({ kind: 'unpark', ...order }) }
}

/** Nothing is built on a journal that is wrong itself: only what is computed from it is made anew. */
async function madeWhole(
  pool: pg.Pool,
  accountId: string,
  at: Instant,
): Promise<Pick<VerifyReport, 'ok' | 'first'>> {
  const report = await verify(pool, { accountId })
  const failed = report.checks.filter((check) => check.failed > 0)
  if (failed.length === 0 || failed.some(({ invariant }) => !REBUILT.includes(invariant)))
    return report
  if ((await rebuildState(pool, accountId, at)) === 'busy') return { ok: false, first: null }
  if (failed.some(({ invariant }) => invariant === HOURS_ARE_SUMS))
    await rebuildHours(pool, accountId)
  return await verify(pool, { accountId })
}

/** A state that cannot be read may be anything. */
async function mayBeParked(pool: pg.Pool, accountId: string): Promise<boolean> {
  try {
    const state = await readAccount(pool, accountId)
    return state === null || state.parked !== null
  } catch {
    return true
  }
}
