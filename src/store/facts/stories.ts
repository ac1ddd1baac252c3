import type pg from 'pg'
import type { JournalEntry } from '../../contract/receipt/index.ts'
import type { EntryBody } from '../../core/ledger/entry.ts'
import { withBodies } from '../archive/bodies.ts'
import { CALL_KINDS } from '../reads/entries.ts'
import type { CallFact } from './columns.ts'
import { factOf } from './fact.ts'

/**
 * The entries of every call that some entries are about, as far as is asked. An entry is of the
 * call whose id its request id begins with; a reversal is of that of the entry that it mirrors.
 *
 * `offset 0` keeps each look-up a look-up by request id, and with it a step as long as its own entries. The
 * planner takes the entries of a call for a two-hundredth of the account's, and accounts for alike: it would read
 * a large journal up to `asOf` in every step, or for every call. Kinds are chosen outside, because it takes a list
 * of them for ten look-ups.
 */
const STORIES = {
  name: 'read-call-stories',
  text: `
    with moved as (
      select e.request_id from accounts.entry e
      where e.account_id = $1::text and e.seq > $2::bigint and e.seq <= $3::bigint
        and e.kind = any($4::text[])
    ), named as (
      select distinct split_part(coalesce(o.request_id, m.request_id), '#', 1) as call_id
      from moved m
      left join lateral (
        select e.request_id from accounts.entry e
        where e.account_id = $1::text
          and e.seq = substring(m.request_id from '^entry:([0-9]{1,15})#reverse$')::bigint
        offset 0) o on true
    ), own as (
      select n.call_id, f.seq, f.kind from named n
      cross join lateral (
        select e.seq, e.kind from accounts.entry e
        where e.account_id = $1::text
          and e.request_id >= n.call_id and e.request_id <= n.call_id || '$'
        offset 0) f
      where f.seq <= $5::bigint and f.kind = any($4::text[])
    ), reversals as (
      select own.call_id, f.seq from own
      cross join lateral (
        select r.seq from accounts.entry r
        where r.account_id = $1::text and r.kind = 'reverse'
          and r.request_id = 'entry:' || own.seq || '#reverse'
        offset 0) f
      where own.kind in ('settle', 'record') and f.seq <= $5::bigint
    )
    select s.call_id, e.seq, e.body::text as body
    from (select call_id, seq from own union select call_id, seq from reversals) s
    cross join lateral (
      select seq, body from accounts.entry where account_id = $1::text and seq = s.seq offset 0) e
    order by s.call_id, e.seq`,
}

export interface Stories {
  readonly accountId: string
  readonly currency: string
  /** Of the calls that entries after this one, up to and with that one, are about. */
  readonly from: number
  readonly to: number
  /** What is told of them goes to here. */
  readonly asOf: number
}

/** The facts of calls as the journal tells of them. */
export async function factsOf(client: pg.ClientBase, own: Stories): Promise<readonly CallFact[]> {
  const { rows } = await client.query<{ call_id: string; seq: string; body: string | null }>({
    ...STORIES,
    values: [own.accountId, own.from, own.to, CALL_KINDS, own.asOf],
  })
  const calls = new Map<string, JournalEntry[]>()
  for (const row of await withBodies(client, own.accountId, rows)) {
    const entries = calls.get(row.call_id) ?? []
    // a fact is of what was decided: neither the chain nor the evidence has a part in it
    entries.push({ body: JSON.parse(row.body) as EntryBody, hash: '' })
    calls.set(row.call_id, entries)
  }
  return [...calls.values()].flatMap((entries) => {
    const fact = factOf(entries, own.currency)
    return fact ? [fact] : []
  })
}
