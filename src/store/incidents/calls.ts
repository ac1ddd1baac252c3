import type pg from 'pg'
import type { Nanos } from '../../core/money/index.ts'
import { nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import { textArray } from '../statements/arrays.ts'
import { inTransaction } from '../transaction.ts'

export interface NewIncidentCall {
  readonly accountId: string
  readonly callId: string
  readonly plan: string
  readonly model: string
  readonly eventAt: Instant
  readonly drawn: Nanos
  readonly carried: Nanos
  readonly wrong: Nanos
  /** What it is below the right price. */
  readonly short: Nanos
  readonly due: Nanos
  /** Why nothing goes back; `null`: something does. */
  readonly reason: string | null
}

export interface NewIncidentAccount {
  readonly accountId: string
  readonly loss: Nanos
  readonly credit: Nanos
}

export interface MeasuredPage {
  readonly calls: readonly NewIncidentCall[]
  readonly accounts: readonly NewIncidentAccount[]
  readonly unknownCalls: number
  readonly lookedAt: number
  /** The account at which the page before ended, and at which this one does. */
  readonly from: string | null
  readonly to: string
}

/** Writes a page of what was found. `false`: another node has written it, or it is not measured any more. */
export async function addMeasured(
  pool: pg.Pool,
  incidentId: string,
  page: MeasuredPage,
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `update control.incident
       set looked_to = $3::text, looked_at = looked_at + $4::bigint,
           unknown_calls = unknown_calls + $5::bigint
       where incident_id = $1::text and state = 'measuring' and looked_to is not distinct from $2::text`,
      [incidentId, page.from, page.to, page.lookedAt, page.unknownCalls],
    )
    if (rowCount !== 1) return false
    await insertCalls(client, incidentId, page.calls)
    await insertAccounts(client, incidentId, page.accounts)
    return true
  })
}

async function insertCalls(
  client: pg.ClientBase,
  incidentId: string,
  calls: readonly NewIncidentCall[],
): Promise<void> {
  if (calls.length === 0) return
  const text = (pick: (call: NewIncidentCall) => string) => textArray(calls.map(pick))
  const amount = (pick: (call: NewIncidentCall) => Nanos) =>
    calls.map((own) => pick(own).toString())
  await client.query(
    `insert into accounts.incident_call (account_id, incident_id, call_id, plan, model, event_at, drawn,
       carried, wrong, short, due, state, reason, given, given_money)
     select account_id, $1::text, call_id, plan, model, event_at, drawn, carried, wrong, short, due,
       case when due > 0 then 'open' else 'nothing' end, reason, 0, 0
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[],
       $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[])
       as c(account_id, call_id, plan, model, event_at, drawn, carried, wrong, short, due, reason)`,
    [
      incidentId,
      text((own) => own.accountId),
      text((own) => own.callId),
      text((own) => own.plan),
      text((own) => own.model),
      text((own) => formatInstant(own.eventAt)),
      amount((own) => own.drawn),
      amount((own) => own.carried),
      amount((own) => own.wrong),
      amount((own) => own.short),
      amount((own) => own.due),
      calls.map((own) => own.reason),
    ],
  )
}

async function insertAccounts(
  client: pg.ClientBase,
  incidentId: string,
  accounts: readonly NewIncidentAccount[],
): Promise<void> {
  if (accounts.length === 0) return
  await client.query(
    `insert into accounts.incident_account (account_id, incident_id, loss, credit)
     select account_id, $1::text, loss, credit
     from unnest($2::text[], $3::bigint[], $4::bigint[]) as a(account_id, loss, credit)`,
    [
      incidentId,
      textArray(accounts.map((own) => own.accountId)),
      accounts.map((own) => own.loss.toString()),
      accounts.map((own) => own.credit.toString()),
    ],
  )
}

/** Calls of these that goodwill is given for by another incident that was approved. */
export async function creditedElsewhere(
  pool: pg.Pool,
  incidentId: string,
  asked: { readonly accountId: string; readonly callIds: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ call_id: string }>(
    `select distinct c.call_id from accounts.incident_call c
     join accounts.incident_account a on a.account_id = c.account_id and a.incident_id = c.incident_id
     join control.incident i on i.incident_id = c.incident_id
     where c.account_id = $1::text and c.call_id = any($2::text[]) and c.incident_id <> $3::text
       and a.credit > 0 and i.state in ('approved', 'running', 'paused', 'done')`,
    [asked.accountId, asked.callIds, incidentId],
  )
  return new Set(rows.map((row) => row.call_id))
}

export interface OpenCall {
  readonly accountId: string
  readonly callId: string
  readonly carried: Nanos
  readonly due: Nanos
}

/** Calls that something is still to be given back for. */
export async function openCalls(
  pool: pg.Pool,
  incidentId: string,
  limit: number,
): Promise<readonly OpenCall[]> {
  const { rows } = await pool.query<{
    account_id: string
    call_id: string
    carried: string
    due: string
  }>(
    `select account_id, call_id, carried, due from accounts.incident_call
     where incident_id = $1::text and state = 'open'
     order by account_id, call_id limit $2::integer`,
    [incidentId, limit],
  )
  return rows.map((row) => ({
    accountId: row.account_id,
    callId: row.call_id,
    carried: nanos(BigInt(row.carried)),
    due: nanos(BigInt(row.due)),
  }))
}

export type CallOutcome =
  | {
      readonly state: 'given'
      readonly given: Nanos
      readonly givenMoney: Nanos
      readonly seq: number
    }
  | { readonly state: 'nothing' | 'failed'; readonly reason: string }

/** Marks what became of a call. Only what is open is marked: two nodes mark it once. */
export async function markCall(
  pool: pg.Pool,
  call: { readonly incidentId: string; readonly accountId: string; readonly callId: string },
  outcome: CallOutcome,
): Promise<boolean> {
  const given = outcome.state === 'given' ? outcome : null
  const { rowCount } = await pool.query(
    `update accounts.incident_call
     set state = $4::text, reason = $5::text, given = coalesce($6::bigint, given),
         given_money = coalesce($7::bigint, given_money), seq = coalesce($8::bigint, seq)
     where account_id = $1::text and incident_id = $2::text and call_id = $3::text and state = 'open'`,
    [
      call.accountId,
      call.incidentId,
      call.callId,
      outcome.state,
      outcome.state === 'given' ? null : outcome.reason,
      given?.given.toString() ?? null,
      given?.givenMoney.toString() ?? null,
      given?.seq ?? null,
    ],
  )
  return rowCount === 1
}

export interface IncidentCallQuery {
  readonly state: string | null
  readonly accountId: string | null
  readonly after: readonly [accountId: string, callId: string] | null
  readonly limit: number
}

export interface IncidentCall extends Omit<NewIncidentCall, 'reason'> {
  readonly state: 'open' | 'given' | 'nothing' | 'failed'
  readonly reason: string | null
  readonly given: Nanos
  readonly seq: number | null
}

interface CallRow {
  readonly account_id: string
  readonly call_id: string
  readonly plan: string
  readonly model: string
  readonly event_at: Date
  readonly drawn: string
  readonly carried: string
  readonly wrong: string
  readonly short: string
  readonly due: string
  readonly state: IncidentCall['state']
  readonly reason: string | null
  readonly given: string
  readonly seq: string | null
}

const CALL_COLUMNS =
  'account_id, call_id, plan, model, event_at, drawn, carried, wrong, short, due, state, reason, given, seq'

const callOf = (row: CallRow): IncidentCall => ({
  accountId: row.account_id,
  callId: row.call_id,
  plan: row.plan,
  model: row.model,
  eventAt: instant(row.event_at.getTime()),
  drawn: nanos(BigInt(row.drawn)),
  carried: nanos(BigInt(row.carried)),
  wrong: nanos(BigInt(row.wrong)),
  short: nanos(BigInt(row.short)),
  due: nanos(BigInt(row.due)),
  state: row.state,
  reason: row.reason,
  given: nanos(BigInt(row.given)),
  seq: row.seq === null ? null : Number(row.seq),
})

/** By account and call. */
export async function listIncidentCalls(
  pool: pg.Pool,
  incidentId: string,
  query: IncidentCallQuery,
): Promise<readonly IncidentCall[]> {
  const { rows } = await pool.query<CallRow>(
    `select ${CALL_COLUMNS} from accounts.incident_call
     where incident_id = $1::text and ($2::text is null or state = $2::text)
       and ($3::text is null or account_id = $3::text)
       and ($4::text is null or (account_id, call_id) > ($4::text, $5::text))
     order by account_id, call_id limit $6::integer`,
    [
      incidentId,
      query.state,
      query.accountId,
      query.after?.[0] ?? null,
      query.after?.[1] ?? null,
      query.limit,
    ],
  )
  return rows.map(callOf)
}

const SHOWN = 20

/** The charges that most goes back for; where the same does, those that were most wrong. */
export async function largestCalls(
  pool: pg.Pool,
  incidentId: string,
): Promise<readonly IncidentCall[]> {
  const { rows } = await pool.query<CallRow>(
    `select ${CALL_COLUMNS} from accounts.incident_call where incident_id = $1::text
     order by due desc, wrong desc, account_id, call_id limit $2::integer`,
    [incidentId, SHOWN],
  )
  return rows.map(callOf)
}

/** Charges for a person to look at: picked by the incident's seed, so that everybody sees the same. */
export async function sampleCalls(
  pool: pg.Pool,
  { incidentId, seed }: { readonly incidentId: string; readonly seed: string },
): Promise<readonly IncidentCall[]> {
  const { rows } = await pool.query<CallRow>(
    `select ${CALL_COLUMNS} from accounts.incident_call where incident_id = $1::text
     order by md5($2::text || account_id || ' ' || call_id), account_id, call_id limit $3::integer`,
    [incidentId, seed, SHOWN],
  )
  return rows.map(callOf)
}
