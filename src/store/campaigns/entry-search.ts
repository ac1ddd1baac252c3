import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { readSeqs } from '../reads/account-state.ts'

export interface EntryMoment {
  readonly accountId: string
  readonly at: Instant
}

/**
 * The number of the first entry of each account at or after its instant, one past the last where there is
 * none; in the order asked. An account's numbers have no gaps and their times never go back: the place is
 * found by halving, for all of them at once, so that no index by time has to be kept for every call.
 */
export async function firstEntriesFrom(
  pool: pg.Pool,
  asked: readonly EntryMoment[],
): Promise<readonly number[]> {
  const last = await readSeqs(
    pool,
    asked.map(({ accountId }) => accountId),
  )
  const open = asked.map((own) => ({ ...own, low: 1, high: (last.get(own.accountId) ?? 0) + 1 }))
  for (;;) {
    const searched = open.filter(({ low, high }) => low < high)
    if (searched.length === 0) return open.map(({ low }) => low)
    const earlier = await areEarlier(
      pool,
      searched.map(({ accountId, at, low, high }) => ({ accountId, at, seq: middle(low, high) })),
    )
    for (const [index, own] of searched.entries()) {
      const half = middle(own.low, own.high)
      if (earlier[index] === true) own.low = half + 1
      else own.high = half
    }
  }
}

const middle = (low: number, high: number): number => Math.floor((low + high) / 2)

/** Of each entry whether it was before the instant. */
async function areEarlier(
  pool: pg.Pool,
  asked: readonly (EntryMoment & { readonly seq: number })[],
): Promise<readonly boolean[]> {
  const { rows } = await pool.query<{ earlier: boolean }>(
    `select e.at < g.at as earlier
     from unnest($1::text[], $2::bigint[], $3::timestamptz[]) with ordinality
       as g(account_id, seq, at, place)
     join accounts.entry e on e.account_id = g.account_id and e.seq = g.seq
     order by g.place`,
    [
      asked.map(({ accountId }) => accountId),
      asked.map(({ seq }) => seq),
      asked.map(({ at }) => formatInstant(at)),
    ],
  )
  return rows.map((row) => row.earlier)
}
