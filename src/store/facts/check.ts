import type pg from 'pg'
import type { CallFact } from './columns.ts'
import { factsOf } from './stories.ts'

/** Entries that are looked at together. */
const STEP = 1_000

/** A fact that is not what its receipt says, or facts that no receipt stands behind. */
export interface FactDifference {
  readonly seq: number
  readonly message: string
}

interface Checked {
  readonly accountId: string
  readonly currency: string
  /** One result a step; `null`: all facts are as they should be. */
  readonly onChecked: (difference: FactDifference | null) => void
}

/**
 * Every fact of an account against the receipt of its call, made anew from the journal as far as it was
 * followed. Equal facts, and as many as there are calls, have equal sums, however they are chosen and split.
 * An account that was not followed yet has nothing to check.
 */
export async function checkFacts(
  client: pg.ClientBase,
  { accountId, currency, onChecked }: Checked,
): Promise<void> {
  const { asOf, stored } = await followed(client, accountId)
  let calls = 0
  for (let from = 0; from < asOf; from += STEP) {
    const to = Math.min(from + STEP, asOf)
    const facts = await factsOf(client, { accountId, currency, from, to, asOf })
    // a call is counted with its last entry, and so once
    const own = facts.filter(({ seq }) => seq > from && seq <= to)
    calls += own.length
    onChecked(await differenceOf(client, own))
  }
  onChecked(
    stored === calls
      ? null
      : { seq: asOf, message: `there are facts of ${stored} calls, and receipts of ${calls}` },
  )
}

async function followed(
  client: pg.ClientBase,
  accountId: string,
): Promise<{ readonly asOf: number; readonly stored: number }> {
  const { rows } = await client.query<{ seq: string; stored: string }>(
    `select coalesce((select c.seq from accounts.call_fact_cursor c where c.account_id = $1::text), 0) as seq,
       (select count(*) from accounts.call_fact f where f.account_id = $1::text) as stored`,
    [accountId],
  )
  return { asOf: parseInt(rows[0]!.seq, 10), stored: parseInt(rows[0]!.stored, 10) }
}

async function differenceOf(
  client: pg.ClientBase,
  facts: readonly CallFact[],
): Promise<FactDifference | null> {
  if (facts.length === 0) return null
  const { rows } = await client.query<{ call_id: string; seq: string; is_missing: boolean }>(
    `select e.call_id, e.seq, f.call_id is null as is_missing
     from json_populate_recordset(null::accounts.call_fact, $1::json) e
     left join accounts.call_fact f on f.account_id = e.account_id and f.call_id = e.call_id
     where f is distinct from e
     order by e.seq limit 1`,
    [JSON.stringify(facts)],
  )
  const row = rows[0]
  if (!row) return null
  const what = row.is_missing ? 'has no fact' : 'has a fact that its receipt does not say'
  return { seq: parseInt(row.seq, 10), message: `the call ${row.call_id} ${what}` }
}
