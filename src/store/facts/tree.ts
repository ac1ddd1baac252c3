import type pg from 'pg'
import type { UsageMeasure } from '../../contract/usage/index.ts'
import { type Chosen, Parameters, whereChosen } from './chosen.ts'
import { MEASURE_OF_SUMS } from './groups.ts'
import { NO_SUMS, SUM_NAMES, SUMS_OF_CALLS, type Sums, type SumsRow, sumsOf } from './sums.ts'

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

/** What the shape of a tree is made from. */
export interface TreeLink {
  readonly callId: string
  readonly parentCallId: string | null
  readonly value: bigint
}

type LinkRow = readonly [
  position: string,
  callId: string,
  parentCallId: string | null,
  value: string,
]

/** The chosen calls of a session in the order in which they were made, page by page. */
export async function* linksOfSession(
  client: pg.ClientBase,
  chosen: Chosen,
  sessionId: string | null,
  { measure, limit }: { readonly measure: UsageMeasure; readonly limit: number },
): AsyncGenerator<readonly TreeLink[]> {
  let after: LinkRow | null = null
  for (;;) {
    const rows: readonly LinkRow[] = await linkPage(client, chosen, sessionId, {
      measure,
      limit,
      after,
    })
    yield rows.map(([, callId, parentCallId, value]) => ({
      callId,
      parentCallId,
      value: BigInt(value),
    }))
    after = rows.at(-1) ?? null
    if (!after || rows.length < limit) return
  }
}

interface LinkPage {
  readonly measure: UsageMeasure
  readonly limit: number
  readonly after: LinkRow | null
}

/** As lists of values: there are many, and an object for each would take longer than to find them. */
async function linkPage(
  client: pg.ClientBase,
  chosen: Chosen,
  sessionId: string | null,
  { measure, limit, after }: LinkPage,
): Promise<readonly LinkRow[]> {
  const parameters = new Parameters()
  const inSession = whereInSession(chosen, sessionId, parameters)
  const later = after
    ? `(f.event_at, f.call_id) > (${parameters.add(after[0], 'timestamptz')}, ${parameters.add(after[1], 'text')})`
    : 'true'
  const most = parameters.add(limit, 'integer')
  const value = measure === 'calls' ? '1' : MEASURE_OF_SUMS[measure]
  const text = `
    select f.event_at::text as position, f.call_id, f.parent_call_id, ${value} as value
    from accounts.call_fact f
    where ${inSession}
       and ${later}
    order by f.event_at, f.call_id limit ${most}`
  const { rows } = await client.query<[string, string, string | null, string]>({
    text,
    values: parameters.values,
    rowMode: 'array',
  })
  return rows
}

function whereInSession(chosen: Chosen, sessionId: string | null, parameters: Parameters): string {
  const where = whereChosen(chosen, parameters)
  const own =
    sessionId === null
      ? 'f.session_id is null'
      : `f.session_id = ${parameters.add(sessionId, 'text')}`
  return `${where}
       and ${own}`
}

/** The sums of the chosen calls of a session. */
export async function sumSession(
  client: pg.ClientBase,
  chosen: Chosen,
  sessionId: string | null,
): Promise<Sums> {
  const parameters = new Parameters()
  const inSession = whereInSession(chosen, sessionId, parameters)
  const { rows } = await client.query<SumsRow>(
    `select ${SUMS_OF_CALLS} from accounts.call_fact f
     where ${inSession}`,
    parameters.values,
  )
  return rows[0] ? sumsOf(rows[0]) : NO_SUMS
}

/** A call as the tree has it. */
export interface TreeCall {
  readonly callId: string
  readonly eventAt: Date
  readonly model: string
  readonly client: string | null
  readonly status: string
  readonly sums: Sums
}

type CallRow = SumsRow & {
  readonly call_id: string
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

export async function treeCalls(
  client: pg.ClientBase,
  accountId: string,
  callIds: readonly string[],
): Promise<ReadonlyMap<string, TreeCall>> {
  const { rows } = await client.query<CallRow>(
    `select f.call_id, f.event_at, f.model, f.client, f.status, ${OF_ONE_CALL}
     from accounts.call_fact f
     where f.account_id = $1::text and f.call_id = any($2::text[])`,
    [accountId, callIds],
  )
  return new Map(
    rows.map((row) => [
      row.call_id,
      {
        callId: row.call_id,
        eventAt: row.event_at,
        model: row.model,
        client: row.client,
        status: row.status,
        sums: sumsOf(row),
      },
    ]),
  )
}

/** What a part of a tree comes to, and when its last call was made. */
export interface TreePart {
  readonly sums: Sums
  readonly last: Date
}

/** Sums of calls by the part that each is in. */
export async function sumParts(
  client: pg.ClientBase,
  accountId: string,
  { callIds, parts }: { readonly callIds: readonly string[]; readonly parts: readonly number[] },
): Promise<ReadonlyMap<number, TreePart>> {
  const { rows } = await client.query<SumsRow & { readonly part: number; readonly last: Date }>(
    `select m.part, max(f.event_at) as last, ${SUMS_OF_CALLS}
     from unnest($2::text[], $3::integer[]) as m(call_id, part)
     join accounts.call_fact f on f.account_id = $1::text and f.call_id = m.call_id
     group by m.part`,
    [accountId, callIds, parts],
  )
  return new Map(rows.map((row) => [row.part, { sums: sumsOf(row), last: row.last }]))
}
