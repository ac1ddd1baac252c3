import type pg from 'pg'
import { type Chosen, Parameters, whereChosen } from './chosen.ts'
import { FACT_COLUMNS, isMoney, MONEY_COLUMNS } from './columns.ts'
import { pieceExpressions, type Question } from './explore.ts'
import { groupExpression } from './groups.ts'
import { SUMS_OF_CALLS, type Sums, type SumsRow, sumsOf } from './sums.ts'

/** A fact as the driver gives it: times as dates, amounts and counts as texts. */
export type ExportedFact = Readonly<
  Record<string, string | number | boolean | Date | Readonly<Record<string, string>> | null>
>

const COLUMNS = [
  ...['call_id', ...FACT_COLUMNS.filter((name) => !isMoney(name))].map((name) => `f.${name}`),
  ...MONEY_COLUMNS.map((name) => `coalesce(f.${name}, 0) as ${name}`),
].join(', ')

export async function countCalls(client: pg.ClientBase, chosen: Chosen): Promise<number> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const { rows } = await client.query<{ calls: string }>(
    `select count(*) as calls from accounts.call_fact f
     where ${where}`,
    parameters.values,
  )
  return Number(rows[0]!.calls)
}

/** Every chosen call in the order in which they were made, page by page. */
export async function* factPages(
  client: pg.ClientBase,
  chosen: Chosen,
  limit: number,
): AsyncGenerator<readonly ExportedFact[]> {
  let after: { readonly at: string; readonly callId: string } | null = null
  for (;;) {
    const page: readonly ExportedFact[] = await factPage(client, chosen, { after, limit })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (!last || page.length < limit) return
    after = { at: String(last.position), callId: String(last.call_id) }
  }
}

async function factPage(
  client: pg.ClientBase,
  chosen: Chosen,
  {
    after,
    limit,
  }: { readonly after: { at: string; callId: string } | null; readonly limit: number },
): Promise<readonly ExportedFact[]> {
  const parameters = new Parameters()
  const where = whereChosen(chosen, parameters)
  const later = after
    ? `(f.event_at, f.call_id) > (${parameters.add(after.at, 'timestamptz')}, ${parameters.add(after.callId, 'text')})`
    : 'true'
  const most = parameters.add(limit, 'integer')
  const { rows } = await client.query<ExportedFact>(
    `select ${COLUMNS}, f.event_at::text as position from accounts.call_fact f
     where ${where}
        and ${later}
     order by f.event_at, f.call_id limit ${most}`,
    parameters.values,
  )
  return rows
}

export interface GroupSums {
  /** From 1; `null`: the whole period. */
  readonly bucket: number | null
  readonly key: string | null
  readonly sums: Sums
}

type GroupRow = SumsRow & { readonly bucket: number | null; readonly key: string | null }

/**
 * The sums of every group in every piece of time, in their order, however many: they are made once, kept by the
 * database inside this transaction, and fetched page by page.
 */
export async function* groupSums(
  client: pg.ClientBase,
  question: Pick<Question, 'chosen' | 'buckets' | 'group' | 'tagKey'>,
  limit: number,
): AsyncGenerator<readonly GroupSums[]> {
  const parameters = new Parameters()
  const pieces = pieceExpressions({ splitAt: null, buckets: question.buckets }, parameters)
  const group = groupExpression(question.group, question.tagKey, parameters)
  const where = whereChosen(question.chosen, parameters)
  await client.query(
    `declare group_sums no scroll cursor for
     select ${pieces.bucket} as bucket, ${group} as key, ${SUMS_OF_CALLS}
     from accounts.call_fact f
     where ${where}
     group by 1, 2 order by 1, 2`,
    parameters.values,
  )
  for (;;) {
    const { rows } = await client.query<GroupRow>(
      `fetch forward ${Math.trunc(limit)} from group_sums`,
    )
    if (rows.length > 0)
      yield rows.map((row) => ({ bucket: row.bucket, key: row.key, sums: sumsOf(row) }))
    if (rows.length < limit) break
  }
  await client.query('close group_sums')
}
