import type pg from 'pg'
import { type Chosen, Parameters, whereChosen } from './chosen.ts'
import { SUM_NAMES, SUMS_OF_CALLS, type Sums, type SumsRow, sumsOf } from './sums.ts'

export interface SessionRow {
  readonly sessionId: string | null
  readonly from: Date
  readonly to: Date
  readonly sums: Sums
}

/** Sums of every session of the chosen calls. */
export async function sumSessions(
  client: pg.ClientBase,
  chosen: Chosen,
): Promise<readonly SessionRow[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const { rows } = await client.query<
    SumsRow & { readonly session_id: string | null; readonly first: Date; readonly last: Date }
  >(
    `select f.session_id, min(f.event_at) as first, max(f.event_at) as last, ${SUMS_OF_CALLS}
     from accounts.call_fact f
     where ${where}
     group by f.session_id`,
    parameters.values,
  )
  return rows.map((row) => ({
    sessionId: row.session_id,
    from: row.first,
    to: row.last,
    sums: sumsOf(row),
  }))
}

/** A call as the tree has it. */
export interface TreeCall {
  readonly callId: string
  readonly sessionId: string | null
  readonly parentCallId: string | null
  readonly eventAt: Date
  readonly model: string
  readonly client: string | null
  readonly status: string
  readonly sums: Sums
}

type CallRow = SumsRow & {
  readonly call_id: string
  readonly session_id: string | null
  readonly parent_call_id: string | null
  readonly event_at: Date
  readonly model: string
  readonly client: string | null
  readonly status: string
}

const OF_ONE_CALL = SUM_NAMES.map((name) => {
  if (name === 'calls') return '1 as calls'
  if (name === 'unpriced_calls') return '(f.list_price is null)::integer as unpriced_calls'
  return `f.${name}`
}).join(', ')

/** The chosen calls of a session, in the order in which they were made. */
export async function callsOfSession(
  client: pg.ClientBase,
  chosen: Chosen,
  sessionId: string | null,
  limit: number,
): Promise<readonly TreeCall[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const session = parameters.add(sessionId, 'text')
  const most = parameters.add(limit, 'integer')
  const { rows } = await client.query<CallRow>(
    `select f.call_id, f.session_id, f.parent_call_id, f.event_at, f.model, f.client, f.status,
       ${OF_ONE_CALL}
     from accounts.call_fact f
     where ${where}
        and f.session_id is not distinct from ${session}
     order by f.event_at, f.call_id limit ${most}`,
    parameters.values,
  )
  return rows.map((row) => ({
    callId: row.call_id,
    sessionId: row.session_id,
    parentCallId: row.parent_call_id,
    eventAt: row.event_at,
    model: row.model,
    client: row.client,
    status: row.status,
    sums: sumsOf(row),
  }))
}

/** What of a session is at its top. */
export interface SessionTop {
  readonly sessionId: string | null
  readonly calls: number
  readonly sums: Sums
}

/**
 * The calls of some sessions that no other call of the session was made for, among the chosen ones. A parent
 * was made before its child.
 */
export async function sumSessionTops(
  client: pg.ClientBase,
  chosen: Chosen,
  sessionIds: readonly (string | null)[],
): Promise<readonly SessionTop[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const whereParent = whereChosen(chosen, parameters, 'p')
  const named = parameters.add(
    sessionIds.filter((id) => id !== null),
    'text[]',
  )
  const none = sessionIds.includes(null) ? 'or f.session_id is null' : ''
  const { rows } = await client.query<SumsRow & { readonly session_id: string | null }>(
    `select f.session_id, ${SUMS_OF_CALLS}
     from accounts.call_fact f
     where ${where}
        and (f.session_id = any(${named}) ${none})
        and not (f.parent_call_id is not null and exists (
          select from accounts.call_fact p
          where ${whereParent}
            and p.call_id = f.parent_call_id and p.session_id is not distinct from f.session_id
            and (p.event_at, p.call_id) < (f.event_at, f.call_id)))
     group by f.session_id`,
    parameters.values,
  )
  return rows.map((row) => ({
    sessionId: row.session_id,
    calls: Number(row.calls),
    sums: sumsOf(row),
  }))
}

/** The session that a call is in; `undefined`: there is no such call among the chosen ones. */
export async function sessionOf(
  client: pg.ClientBase,
  chosen: Chosen,
  callId: string,
): Promise<string | null | undefined> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const id = parameters.add(callId, 'text')
  const { rows } = await client.query<{ session_id: string | null }>(
    `select f.session_id from accounts.call_fact f
     where ${where}
        and f.call_id = ${id}`,
    parameters.values,
  )
  return rows[0]?.session_id
}
