import type pg from 'pg'
import { instant } from '../core/time/index.ts'
import { openCase } from '../store/cases/open.ts'
import { entriesBefore, type Parking, parkingsWithoutCase } from '../store/cases/parked.ts'
import { verify } from '../store/verify/index.ts'
import { eachOf } from './sweep-all.ts'

const LAST_ENTRIES = 10
/** A journal that is longer is not replayed here: the round would take minutes. */
const VERIFIED_MAX = 200_000

/**
 * Opens a case for every entry that parked an account: a person has to look before anything is billed on it
 * again. Found in the books, so that it is seen even if the node died as it parked.
 */
export async function openCasesOfParked(pool: pg.Pool, nowMs: number): Promise<number> {
  const parkings = await parkingsWithoutCase(pool)
  return await eachOf(
    parkings,
    ({ accountId }) => accountId,
    (parking) => open(pool, parking, nowMs),
  )
}

async function open(pool: pg.Pool, parking: Parking, nowMs: number): Promise<boolean> {
  const { accountId, seq, reason, by } = parking
  const isOurs = by.type === 'system'
  const { created } = await openCase(pool, {
    accountId,
    origin: isOurs ? 'self_check' : 'person_asked',
    originKey: `${accountId}:${seq}`,
    subject: 'account_parked',
    facts: {
      entry: seq,
      ...(isOurs ? { violation: reason } : { reason }),
      last_entries: await entriesBefore(pool, accountId, { seq, limit: LAST_ENTRIES }),
      verify: await verified(pool, accountId, seq),
    },
    amount: null,
    openedBy: isOurs ? { type: 'system', id: 'self_check' } : (by as never),
    at: instant(nowMs),
  })
  return created
}

/** What the books of the account say, apart from the violation. */
async function verified(pool: pg.Pool, accountId: string, seq: number) {
  if (seq > VERIFIED_MAX) return { status: 'not_run', entries: seq }
  const { ok, first, entries } = await verify(pool, { accountId })
  return { status: ok ? 'ok' : 'difference', entries, first }
}
