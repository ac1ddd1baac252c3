import type pg from 'pg'
import type { AccountState } from '../../core/ledger/state.ts'
import { decodeState } from '../../core/ledger/state-json.ts'
import { type Instant, instant } from '../../core/time/index.ts'

/** Of what the facts of an account are, inside a snapshot. */
export interface FactsPlace {
  /** The last entry that they know of. */
  readonly seq: number
  readonly at: Instant
  readonly state: AccountState
}

/** `null`: there is no such account, or nothing of it was followed yet. */
export async function factsPlace(
  client: pg.ClientBase,
  accountId: string,
): Promise<FactsPlace | null> {
  const { rows } = await client.query<{ seq: string; at: Date; state: string }>({
    name: 'read-facts-place',
    text: `
      select c.seq, e.at, a.state::text as state
      from accounts.call_fact_cursor c
      join accounts.account a on a.account_id = c.account_id
      join accounts.entry e on e.account_id = c.account_id and e.seq = c.seq
      where c.account_id = $1::text`,
    values: [accountId],
  })
  const row = rows[0]
  if (!row) return null
  return {
    seq: parseInt(row.seq, 10),
    at: instant(row.at.getTime()),
    state: decodeState(JSON.parse(row.state)),
  }
}

/** Names that people have given to keys, members and projects, by their ids. */
export async function namesOf(
  client: pg.ClientBase,
  accountId: string,
  group: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const text = NAMES[group]
  if (text === undefined || ids.length === 0) return new Map()
  const { rows } = await client.query<{ id: string; name: string }>(text, [accountId, ids])
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const NAMES: Readonly<Record<string, string>> = {
  key: `select key_id as id, name from control.api_key
        where account_id = $1::text and key_id = any($2::text[])`,
  member: `select member_id as id, name from control.member
           where account_id = $1::text and member_id = any($2::text[])`,
  project: `select project_id as id, name from control.project
            where account_id = $1::text and project_id = any($2::text[])`,
}
