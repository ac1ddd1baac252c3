import type pg from 'pg'
import type { MeasuredSums } from '../../core/incidents/index.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'

export interface IncidentSums extends MeasuredSums {
  readonly calls: number
  /** Of them, those that something goes back for. */
  readonly dueCalls: number
  readonly accounts: number
  readonly dueAccounts: number
  readonly credited: number
  readonly drawn: Nanos
  readonly wrong: Nanos
  /** Calls that a corrected price is higher for, and by how much: nobody takes it. */
  readonly shortCalls: number
  readonly short: Nanos
  /** What others had given back for these calls when they were measured, and for how many. */
  readonly givenBefore: Nanos
  readonly givenBeforeCalls: number
  readonly open: number
  readonly done: number
  readonly nothing: number
  readonly failed: number
  readonly given: Nanos
  readonly givenMoney: Nanos
  readonly givenAccounts: number
  readonly finishedAccounts: number
}

const SUMS = `
  with call as (
    select account_id, drawn, carried, wrong, short, due, state, given, given_money
    from accounts.incident_call where incident_id = $1::text),
  account as (
    select credit, finished_at from accounts.incident_account where incident_id = $1::text)
  select count(*) as calls, count(*) filter (where due > 0) as due_calls,
    count(distinct account_id) as accounts,
    count(distinct account_id) filter (where due > 0) as due_accounts,
    (select count(*) from account where credit > 0) as credited,
    coalesce(sum(drawn), 0) as drawn, coalesce(sum(wrong), 0) as wrong,
    coalesce(sum(short), 0) as short, count(*) filter (where short > 0) as short_calls,
    coalesce(sum(due), 0) as total, coalesce(sum(drawn - carried), 0) as given_before,
    count(*) filter (where drawn > carried) as given_before_calls,
    (select coalesce(max(own.due), 0) from (select sum(due) as due from call group by account_id) own)
      as account_max,
    (select coalesce(sum(credit), 0) from account) as goodwill,
    count(*) filter (where state = 'open') as open,
    count(*) filter (where state = 'given') as done,
    count(*) filter (where state = 'nothing') as nothing,
    count(*) filter (where state = 'failed') as failed,
    coalesce(sum(given), 0) as given, coalesce(sum(given_money), 0) as given_money,
    count(distinct account_id) filter (where given > 0) as given_accounts,
    (select count(*) from account where finished_at is not null) as finished_accounts
  from call`

export async function incidentSums(pool: pg.Pool, incidentId: string): Promise<IncidentSums> {
  const { rows } = await pool.query<Readonly<Record<string, string>>>(SUMS, [incidentId])
  const row = rows[0]!
  const count = (name: string): number => parseInt(row[name] ?? '0', 10)
  const amount = (name: string): Nanos => nanos(BigInt(row[name] ?? '0'))
  return {
    calls: count('calls'),
    dueCalls: count('due_calls'),
    accounts: count('accounts'),
    dueAccounts: count('due_accounts'),
    credited: count('credited'),
    drawn: amount('drawn'),
    wrong: amount('wrong'),
    shortCalls: count('short_calls'),
    short: amount('short'),
    total: amount('total'),
    givenBefore: amount('given_before'),
    givenBeforeCalls: count('given_before_calls'),
    accountMax: amount('account_max'),
    goodwill: amount('goodwill'),
    open: count('open'),
    done: count('done'),
    nothing: count('nothing'),
    failed: count('failed'),
    given: amount('given'),
    givenMoney: amount('given_money'),
    givenAccounts: count('given_accounts'),
    finishedAccounts: count('finished_accounts'),
  }
}

export interface PlanImpact {
  readonly plan: string
  readonly calls: number
  readonly accounts: number
  readonly wrong: Nanos
  readonly due: Nanos
}

export async function impactByPlan(
  pool: pg.Pool,
  incidentId: string,
): Promise<readonly PlanImpact[]> {
  const { rows } = await pool.query<{
    plan: string
    calls: string
    accounts: string
    wrong: string
    due: string
  }>(
    `select plan, count(*) as calls, count(distinct account_id) as accounts, sum(wrong) as wrong,
       sum(due) as due
     from accounts.incident_call where incident_id = $1::text
     group by plan order by sum(due) desc, plan limit $2::integer`,
    [incidentId, PLANS_MAX],
  )
  return rows.map((row) => ({
    plan: row.plan,
    calls: parseInt(row.calls, 10),
    accounts: parseInt(row.accounts, 10),
    wrong: nanos(BigInt(row.wrong)),
    due: nanos(BigInt(row.due)),
  }))
}

const PLANS_MAX = 200
const SHOWN = 20

export interface AccountImpact {
  readonly accountId: string
  readonly calls: number
  readonly wrong: Nanos
  readonly due: Nanos
  readonly credit: Nanos
}

/** The accounts that most goes back to. */
export async function largestAccounts(
  pool: pg.Pool,
  incidentId: string,
): Promise<readonly AccountImpact[]> {
  const { rows } = await pool.query<{
    account_id: string
    calls: string
    wrong: string
    due: string
    credit: string
  }>(
    `select c.account_id, count(*) as calls, sum(c.wrong) as wrong, sum(c.due) as due,
       coalesce(max(a.credit), 0) as credit
     from accounts.incident_call c
     left join accounts.incident_account a
       on a.account_id = c.account_id and a.incident_id = c.incident_id
     where c.incident_id = $1::text
     group by c.account_id order by sum(c.due) desc, sum(c.wrong) desc, c.account_id
     limit $2::integer`,
    [incidentId, SHOWN],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    calls: parseInt(row.calls, 10),
    wrong: nanos(BigInt(row.wrong)),
    due: nanos(BigInt(row.due)),
    credit: nanos(BigInt(row.credit)),
  }))
}

export interface Overlap {
  readonly incidentId: string
  readonly calls: number
  readonly due: Nanos
}

/** Other incidents that are about some of the same calls, unless they were cancelled. */
export async function overlapsOf(pool: pg.Pool, incidentId: string): Promise<readonly Overlap[]> {
  const { rows } = await pool.query<{ incident_id: string; calls: string; due: string }>(
    `select o.incident_id, count(*) as calls, sum(o.due) as due
     from accounts.incident_call own
     join accounts.incident_call o on o.account_id = own.account_id and o.call_id = own.call_id
       and o.incident_id <> own.incident_id
     join control.incident i on i.incident_id = o.incident_id and i.state <> 'cancelled'
     where own.incident_id = $1::text group by o.incident_id order by o.incident_id limit $2::integer`,
    [incidentId, OVERLAPS_MAX],
  )
  return rows.map((row) => ({
    incidentId: row.incident_id,
    calls: parseInt(row.calls, 10),
    due: nanos(BigInt(row.due)),
  }))
}

const OVERLAPS_MAX = 100
