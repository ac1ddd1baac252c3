import type pg from 'pg'
import type { ActorFacts } from '../../core/ledger/index.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { CaseOrigin } from './open.ts'

export interface CaseRecord {
  readonly caseId: string
  readonly accountId: string | null
  readonly origin: CaseOrigin
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly amount: { readonly nanos: Nanos; readonly currency: string } | null
  readonly state: 'received' | 'closed'
  readonly openedAt: Instant
  readonly updatedAt: Instant
}

export interface CaseEvent {
  readonly number: number
  readonly kind: string
  readonly at: Instant
  readonly actor: ActorFacts
  readonly facts: Readonly<Record<string, unknown>>
}

interface Row {
  readonly case_id: string
  readonly account_id: string | null
  readonly origin: CaseOrigin
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly amount: string | null
  readonly currency: string | null
  readonly state: CaseRecord['state']
  readonly opened_at: Date
  readonly updated_at: Date
}

const COLUMNS =
  'case_id, account_id, origin, subject, facts, amount, currency, state, opened_at, updated_at'

const recordOf = (row: Row): CaseRecord => ({
  caseId: row.case_id,
  accountId: row.account_id,
  origin: row.origin,
  subject: row.subject,
  facts: row.facts,
  amount:
    row.amount === null || row.currency === null
      ? null
      : { nanos: nanos(BigInt(row.amount)), currency: row.currency },
  state: row.state,
  openedAt: instant(row.opened_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
})

export interface CaseQuery {
  readonly state: string | null
  readonly accountId: string | null
  readonly after: readonly [openedAtMs: number, caseId: string] | null
  readonly limit: number
}

/** The oldest first: whoever has waited longest. */
export async function listCases(pool: pg.Pool, query: CaseQuery): Promise<readonly CaseRecord[]> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.case_file
     where ($1::text is null or state = $1::text) and ($2::text is null or account_id = $2::text)
       and ($3::bigint is null or (opened_at, case_id) >
         (to_timestamp($3::bigint::double precision / 1000), $4::text))
     order by opened_at, case_id limit $5::integer`,
    [query.state, query.accountId, query.after?.[0] ?? null, query.after?.[1] ?? null, query.limit],
  )
  return rows.map(recordOf)
}

export async function readCase(
  pool: pg.Pool,
  caseId: string,
): Promise<{ readonly record: CaseRecord; readonly events: readonly CaseEvent[] } | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from control.case_file where case_id = $1::text`,
    [caseId],
  )
  if (!rows[0]) return null
  const events = await pool.query<Omit<CaseEvent, 'at'> & { readonly at: Date }>(
    `select number, kind, at, actor, facts from control.case_event
     where case_id = $1::text order by number`,
    [caseId],
  )
  return {
    record: recordOf(rows[0]),
    events: events.rows.map((row) => ({ ...row, at: instant(row.at.getTime()) })),
  }
}

/** A step of a case, after the last one. A case that is closed takes none: `false`. */
export async function addToCase(
  pool: pg.Pool,
  step: {
    readonly caseId: string
    readonly kind: 'noted' | 'closed'
    readonly actor: ActorFacts
    readonly words: string
    readonly at: Instant
  },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with moved as (
       update control.case_file
       set steps = steps + 1,
           state = case when $2::text = 'closed' then 'closed' else state end,
           updated_at = $5::timestamptz
       where case_id = $1::text and state <> 'closed'
       returning case_id, steps
     )
     insert into control.case_event (case_id, number, kind, at, actor, facts)
     select m.case_id, m.steps, $2::text, $5::timestamptz, $3::jsonb, jsonb_build_object('words', $4::text)
     from moved m`,
    [step.caseId, step.kind, JSON.stringify(step.actor), step.words, formatInstant(step.at)],
  )
  return rowCount === 1
}
