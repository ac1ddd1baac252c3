import type pg from 'pg'
import type { CaseEvent, CaseOrigin, CaseState, Tier } from '../../core/cases/index.ts'
import { type Nanos, nanos } from '../../core/money/index.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'

export type SampleState = 'none' | 'to_sample' | 'agreed' | 'disagreed'

/** Credit for the time of a check that is being given. */
export interface ProvisionalBegun {
  readonly amount: string
  readonly expires_at: string
}

export interface CaseRecord {
  readonly caseId: string
  readonly accountId: string | null
  readonly origin: CaseOrigin
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
  /** Begun, and maybe given by now, without its step; `null`: neither. */
  readonly provisional: ProvisionalBegun | null
  readonly amount: { readonly nanos: Nanos; readonly currency: string } | null
  readonly state: CaseState
  readonly steps: number
  readonly assignee: string | null
  readonly tier: Tier | null
  readonly language: 'en' | 'ja'
  readonly dueAt: Instant | null
  readonly needsPerson: boolean
  readonly pending: boolean
  readonly sample: SampleState
  readonly told: number
  readonly openedAt: Instant
  readonly updatedAt: Instant
  /** Of the amount, else of the account. */
  readonly currency: string | null
  /** The plan that the account has now; `null`: of no account. */
  readonly plan: string | null
}

interface Row {
  readonly case_id: string
  readonly account_id: string | null
  readonly origin: CaseOrigin
  readonly subject: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly amount: string | null
  readonly currency: string | null
  readonly state: CaseState
  readonly steps: number
  readonly assignee: string | null
  readonly tier: Tier | null
  readonly language: 'en' | 'ja'
  readonly due_at: Date | null
  readonly needs_person: boolean
  readonly pending: boolean
  readonly sample: SampleState
  readonly told: number
  readonly opened_at: Date
  readonly updated_at: Date
  readonly plan: string | null
  readonly account_currency: string | null
}

const COLUMNS = `c.case_id, c.account_id, c.origin, c.subject, c.facts, c.amount, c.currency, c.state,
  c.steps, c.assignee, c.tier, c.language, c.due_at, c.needs_person, c.pending, c.sample, c.told,
  c.opened_at, c.updated_at, a.state ->> 'plan' as plan,
  a.state ->> 'currency' as account_currency`
const FROM = 'control.case_file c left join accounts.account a on a.account_id = c.account_id'

const begunIn = ({ provisional }: Row['facts']): ProvisionalBegun | null =>
  typeof provisional === 'object' ? (provisional as ProvisionalBegun | null) : null

const recordOf = (row: Row): CaseRecord => ({
  caseId: row.case_id,
  accountId: row.account_id,
  origin: row.origin,
  subject: row.subject,
  facts: row.facts,
  provisional: begunIn(row.facts),
  amount:
    row.amount === null || row.currency === null
      ? null
      : { nanos: nanos(BigInt(row.amount)), currency: row.currency },
  state: row.state,
  steps: row.steps,
  assignee: row.assignee,
  tier: row.tier,
  language: row.language,
  dueAt: row.due_at && instant(row.due_at.getTime()),
  needsPerson: row.needs_person,
  pending: row.pending,
  sample: row.sample,
  told: row.told,
  openedAt: instant(row.opened_at.getTime()),
  updatedAt: instant(row.updated_at.getTime()),
  currency: row.currency ?? row.account_currency,
  plan: row.plan,
})

/** What somebody looks through: the cases of a person, of nobody, late ones, and so on. */
export const CASE_VIEWS = [
  'mine',
  'unassigned',
  'breaching',
  'escalated',
  'approvals',
  'to_sample',
] as const
export type CaseViewName = (typeof CASE_VIEWS)[number]

export interface CaseQuery {
  readonly view: CaseViewName | null
  /** Whose `mine` are. */
  readonly staffId: string
  readonly state: string | null
  readonly accountId: string | null
  readonly origin: string | null
  /** Only what the account itself has opened. */
  readonly ofAccount?: boolean
  readonly now: Instant
  readonly after: readonly [dueMs: number, openedMs: number, caseId: string] | null
  readonly limit: number
}

/** Cases without a time come after those with one. */
const DUE = `coalesce(c.due_at, '9999-12-31T00:00:00Z'::timestamptz)`

/** Whatever is due first, then whoever has waited longest. */
const LIST = `
  select ${COLUMNS} from ${FROM}
  where ($1::text is null or c.state = $1::text) and ($2::text is null or c.account_id = $2::text)
    and ($3::text is null or c.origin = $3::text)
    and (not $11::boolean or c.origin in ('dispute', 'person_asked'))
    and (case $4::text
      when 'to_sample' then c.sample = 'to_sample'
      when 'mine' then c.assignee = $5::text and c.state not in (ENDED)
      when 'unassigned' then c.assignee is null and c.needs_person and c.state not in (ENDED)
      when 'breaching' then c.due_at <= $6::timestamptz and c.state not in (ENDED)
      when 'escalated' then c.tier is not null and c.state not in (ENDED)
      when 'approvals' then c.pending and c.state not in (ENDED)
      else true end)
    and ($7::bigint is null or (${DUE}, c.opened_at, c.case_id) >
      (to_timestamp($7::bigint::double precision / 1000),
       to_timestamp($8::bigint::double precision / 1000), $9::text))
  order by ${DUE}, c.opened_at, c.case_id limit $10::integer`.replaceAll(
  'ENDED',
  `'settled', 'closed', 'withdrawn', 'merged'`,
)

export async function listCases(pool: pg.Pool, query: CaseQuery): Promise<readonly CaseRecord[]> {
  const { rows } = await pool.query<Row>(LIST, [
    query.state,
    query.accountId,
    query.origin,
    query.view,
    query.staffId,
    formatInstant(query.now),
    query.after?.[0] ?? null,
    query.after?.[1] ?? null,
    query.after?.[2] ?? null,
    query.limit,
    query.ofAccount ?? false,
  ])
  return rows.map(recordOf)
}

/** The place of a case in the list, for the next page. */
export const placeOf = (own: CaseRecord): [dueMs: number, openedMs: number, caseId: string] => [
  own.dueAt ?? Date.parse('9999-12-31T00:00:00Z'),
  own.openedAt,
  own.caseId,
]

export interface StoredCase {
  readonly record: CaseRecord
  readonly events: readonly CaseEvent[]
}

export async function readCase(
  pool: Pick<pg.ClientBase, 'query'>,
  caseId: string,
): Promise<StoredCase | null> {
  const { rows } = await pool.query<Row>(
    `select ${COLUMNS} from ${FROM} where c.case_id = $1::text`,
    [caseId],
  )
  const record = rows[0] && recordOf(rows[0])
  if (!record) return null
  // steps that were taken since the row was read are of a later reading
  const events = await pool.query<Omit<CaseEvent, 'at'> & { readonly at: Date }>(
    `select number, kind, at, actor, facts from control.case_event
     where case_id = $1::text and number <= $2::integer order by number`,
    [caseId, record.steps],
  )
  return {
    record,
    events: events.rows.map((row) => ({ ...row, at: instant(row.at.getTime()) }) as CaseEvent),
  }
}

/** A case that a round of the job looks at, and how many steps it had. */
export interface CaseToAdvance {
  readonly caseId: string
  readonly steps: number
}

/** Disputes and questions that can go on by themselves, and of which something is still to be told. */
export async function casesToAdvance(
  pool: pg.Pool,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly CaseToAdvance[]> {
  const { rows } = await pool.query<{ case_id: string; steps: number }>(
    `select case_id, steps from control.case_file
     where case_id > $1::text and account_id is not null and origin in ('dispute', 'person_asked')
       and (state not in ('settled', 'closed', 'withdrawn', 'merged') or told < steps
         or facts ? 'provisional')
     order by case_id limit $2::integer`,
    [page.after, page.limit],
  )
  return rows.map((row) => ({ caseId: row.case_id, steps: row.steps }))
}

/** Open cases of an account that are about one of these calls. */
export async function relatedCases(
  pool: pg.Pool,
  of: { readonly accountId: string; readonly caseId: string; readonly calls: readonly string[] },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ case_id: string }>(
    `select case_id from control.case_file
     where account_id = $1::text and case_id <> $2::text
       and facts -> 'about' -> 'calls' ?| $3::text[]
     order by opened_at, case_id limit 50`,
    [of.accountId, of.caseId, of.calls],
  )
  return rows.map((row) => row.case_id)
}

/** How many automatic decisions wait to be looked at, and what people said of the others. */
export async function sampleCounts(
  pool: pg.Pool,
): Promise<{ readonly to_sample: number; readonly agreed: number; readonly disagreed: number }> {
  const { rows } = await pool.query<{ to_sample: number; agreed: number; disagreed: number }>(
    `select count(*) filter (where sample = 'to_sample')::integer as to_sample,
       count(*) filter (where sample = 'agreed')::integer as agreed,
       count(*) filter (where sample = 'disagreed')::integer as disagreed
     from control.case_file where sample <> 'none'`,
  )
  return rows[0]!
}
