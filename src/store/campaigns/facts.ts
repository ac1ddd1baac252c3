import type pg from 'pg'
import type {
  AccountFacts,
  CustomFact,
  PaidUseSince,
  PlanSince,
} from '../../core/campaigns/index.ts'
import { formatInstant, type Instant, instant, parseInstant } from '../../core/time/index.ts'

/** Facts of the operator's own; the others have a meaning of their own. */
const CUSTOM_PREFIX = 'custom.'

export type StatedFacts = Readonly<Record<string, unknown>>

interface Row {
  readonly account_id: string
  readonly currency: string
  readonly anchor_ms: number
  readonly opened_ms: number
  readonly seq: string
  readonly history: readonly {
    readonly at: string
    readonly plan: string | null
    readonly paid_use: boolean | null
  }[]
  readonly stated: Readonly<Record<string, unknown>>
  readonly sharing: string
  readonly granted_by: readonly string[]
}

export interface LoadedFacts {
  readonly facts: AccountFacts
  /** The journal entry up to which they are known. */
  readonly seq: number
}

const LOAD = {
  name: 'load-campaign-facts',
  text: `
    select a.account_id, a.state->>'currency' as currency,
      (a.state->>'anchor')::double precision as anchor_ms,
      (a.state->>'opened_at')::double precision as opened_ms, a.seq,
      coalesce((select json_agg(json_build_object('at', e.body->>'at', 'plan',
            coalesce(e.body #>> '{subscription,plan}', e.body->>'plan'),
          'paid_use', e.body #> '{controls,paid_use}') order by e.seq)
        from accounts.entry e where e.account_id = a.account_id
          and e.kind in ('open_account', 'change_plan', 'set_controls', 'change_subscription', 'renew_subscription',
            'lapse_subscription', 'cancel_subscription')), '[]'::json) as history,
      coalesce((select json_object_agg(f.name, f.value) from control.account_fact f
        where f.account_id = a.account_id), '{}'::json) as stated,
      (select count(*) from control.account_fact f where f.name = 'organisation'
        and f.value #>> '{}' = (select o.value #>> '{}' from control.account_fact o
          where o.account_id = a.account_id and o.name = 'organisation')) as sharing,
      coalesce((select json_agg(distinct c.campaign_id) from control.campaign_claim c
        where c.account_id = a.account_id and c.state <> 'rejected'), '[]'::json) as granted_by
    from accounts.account a where a.account_id = any($1::text[])`,
}

/**
 * What campaigns look at of some accounts at `at`, the present; one that does not exist is not in the
 * answer. What the journal holds has happened, whatever the clock of this server says.
 */
export async function loadFacts(
  pool: pg.Pool,
  accountIds: readonly string[],
  at: Instant,
): Promise<ReadonlyMap<string, LoadedFacts>> {
  const { rows } = await pool.query<Row>({ ...LOAD, values: [accountIds] })
  return new Map(rows.map((row) => [row.account_id, factsOf(row, at)]))
}

function factsOf(row: Row, now: Instant): LoadedFacts {
  const { stated } = row
  const text = (name: string): string | null =>
    typeof stated[name] === 'string' ? stated[name] : null
  const organisation = text('organisation')
  const since = text('member_since')
  const facts: AccountFacts = {
    accountId: row.account_id,
    currency: row.currency,
    anchor: instant(row.anchor_ms),
    ...historyOf(row, now),
    memberSince: (since === null ? undefined : parseInstant(since)) ?? instant(row.opened_ms),
    region: text('region'),
    organisation:
      organisation === null ? null : { id: organisation, accounts: parseInt(row.sharing, 10) },
    pastDue: typeof stated.past_due === 'boolean' ? stated.past_due : null,
    seats: typeof stated.seats === 'number' ? stated.seats : null,
    incidents: Array.isArray(stated.incidents) ? (stated.incidents as string[]) : [],
    custom: customOf(stated),
    grantedBy: row.granted_by,
  }
  return { facts, seq: parseInt(row.seq, 10) }
}

function historyOf({ history }: Row, now: Instant): Pick<AccountFacts, 'plans' | 'paidUse'> {
  const plans: PlanSince[] = []
  const paidUse: PaidUseSince[] = []
  for (const { at, plan, paid_use: on } of history) {
    const from = instant(Math.min(parseInstant(at)!, now))
    if (plan !== null) plans.push({ from, plan })
    if (on !== null) paidUse.push({ from, on })
  }
  return { plans, paidUse }
}

const customOf = (stated: StatedFacts): AccountFacts['custom'] =>
  Object.fromEntries(
    Object.entries(stated)
      .filter(([name]) => name.startsWith(CUSTOM_PREFIX))
      .map(([name, value]) => [name.slice(CUSTOM_PREFIX.length), value as CustomFact]),
  )

/** States facts, or takes them back (`null`). What is not named stays. */
export async function stateFacts(
  pool: pg.Pool,
  accountId: string,
  change: { readonly facts: StatedFacts; readonly at: Instant; readonly by: string },
): Promise<void> {
  const rows = Object.entries(change.facts)
  const removed = rows.filter(([, value]) => value === null).map(([name]) => name)
  const set = rows.filter(([, value]) => value !== null)
  await pool.query(
    `with gone as (
       delete from control.account_fact where account_id = $1::text and name = any($2::text[]))
     insert into control.account_fact (account_id, name, value, set_at, set_by)
     select $1::text, name, value::json, $5::timestamptz, $6::text
     from unnest($3::text[], $4::text[]) as own (name, value)
     on conflict (account_id, name) do update
       set value = excluded.value, set_at = excluded.set_at, set_by = excluded.set_by`,
    [
      accountId,
      removed,
      set.map(([name]) => name),
      set.map(([, value]) => JSON.stringify(value)),
      formatInstant(change.at),
      change.by,
    ],
  )
}

export async function readStatedFacts(pool: pg.Pool, accountId: string): Promise<StatedFacts> {
  const { rows } = await pool.query<{ name: string; value: unknown }>(
    `select name, value from control.account_fact where account_id = $1::text order by name`,
    [accountId],
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}
