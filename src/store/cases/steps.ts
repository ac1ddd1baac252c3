import type pg from 'pg'
import { type CaseState, type CaseView, type NewEvent, nextDue } from '../../core/cases/index.ts'
import type { ActorFacts } from '../../core/ledger/index.ts'
import { formatNanos, min, type Nanos, sum, ZERO } from '../../core/money/index.ts'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { inTransaction } from '../transaction.ts'
import type { ProvisionalBegun, SampleState } from './read.ts'

export interface Steps {
  readonly caseId: string
  /** How many steps the case has, as it was read. */
  readonly after: number
  readonly events: readonly NewEvent[]
  /** The case as these steps make it. */
  readonly view: CaseView
  readonly sample: SampleState
  readonly actor: ActorFacts
  readonly at: Instant
}

/**
 * Records steps after those that were read, with where the case stands then. `false`: somebody else has taken
 * a step meanwhile; it is to be read and decided again.
 */
export async function appendSteps(
  client: pg.Pool | pg.ClientBase,
  { caseId, after, events, view, sample, actor, at }: Steps,
): Promise<boolean> {
  const due = nextDue(view)
  const { rowCount } = await client.query(APPEND, [
    caseId,
    after,
    events.length,
    view.state satisfies CaseState,
    view.assignee,
    view.tier,
    due === null ? null : formatInstant(due),
    view.needsPerson,
    view.pending !== null,
    sample,
    formatInstant(at),
    JSON.stringify(actor),
    events.map(({ kind }) => kind),
    events.map(({ facts }) => JSON.stringify(facts)),
    provisionalIn(view),
  ])
  return rowCount === events.length
}

/** `none`: none is given yet; one that was begun stays begun. */
const provisionalIn = ({ provisional }: CaseView): 'none' | 'given' | 'ended' => {
  if (provisional === null) return 'none'
  return provisional.used === null ? 'given' : 'ended'
}

const APPEND = `
  with moved as (
    update control.case_file
    set steps = steps + $3::integer, state = $4::text, assignee = $5::text, tier = $6::text,
      due_at = $7::timestamptz, needs_person = $8::boolean, pending = $9::boolean,
      sample = $10::text, updated_at = $11::timestamptz,
      facts = case $15::text when 'given' then facts || '{"provisional": "open"}'::jsonb
        when 'ended' then facts - 'provisional' else facts end
    where case_id = $1::text and steps = $2::integer
    returning case_id
  )
  insert into control.case_event (case_id, number, kind, at, actor, facts)
  select m.case_id, $2::integer + e.place::integer, e.kind, $11::timestamptz, $12::jsonb, e.facts::jsonb
  from moved m, unnest($13::text[], $14::text[]) with ordinality as e(kind, facts, place)`

export interface ProvisionalWish {
  readonly caseId: string
  readonly accountId: string
  /** How many steps the case has, as it was read. */
  readonly after: number
  /** What each call of it costs now, in money. */
  readonly money: ReadonlyMap<string, Nanos>
  readonly atMost: Nanos
  readonly expiresAt: Instant
}

/**
 * Says that credit for the time of the check is about to be given, before it is: whoever takes the case further
 * from here finishes that first, so that no credit is left of which the case knows nothing. Its calls are kept for
 * it in the same transaction: of two disputes about a call one gives credit for it, ever. `null`: no call is left,
 * somebody has taken a step since the case was read, or it was begun before.
 */
export async function beginProvisional(
  pool: pg.Pool,
  { caseId, accountId, after, money, atMost, expiresAt }: ProvisionalWish,
): Promise<ProvisionalBegun | null> {
  return inTransaction(pool, async (client) => {
    const found = await client.query(
      `select case_id from control.case_file
       where account_id = $1::text and case_id = $2::text and steps = $3::integer
         and not facts ? 'provisional' for update`,
      [accountId, caseId, after],
    )
    if (found.rows.length === 0) return null
    const kept = await client.query<{ call_id: string }>(KEEP_CALLS, [
      accountId,
      caseId,
      [...money.keys()],
    ])
    const amount = min(atMost, sum(kept.rows.map((row) => money.get(row.call_id) ?? ZERO)))
    if (amount === ZERO) return null
    const begun = { amount: formatNanos(amount), expires_at: formatInstant(expiresAt) }
    await client.query(
      `update control.case_file set facts = facts || jsonb_build_object('provisional', $2::jsonb)
       where case_id = $1::text`,
      [caseId, JSON.stringify(begun)],
    )
    return begun
  })
}

/** In one order for all, so that of two at once one waits for the other. */
const KEEP_CALLS = `
  insert into control.provisional_call as p (account_id, call_id, case_id)
  select $1::text, k.call_id, $2::text from unnest($3::text[]) as k(call_id) order by k.call_id
  on conflict (account_id, call_id) do update set case_id = excluded.case_id
    where p.case_id = excluded.case_id
  returning p.call_id`

/** The calls that the provisional credit of a case is for. */
export async function provisionalCalls(
  pool: pg.Pool,
  { accountId, caseId }: { readonly accountId: string; readonly caseId: string },
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ call_id: string }>(
    `select call_id from control.provisional_call
     where account_id = $1::text and case_id = $2::text`,
    [accountId, caseId],
  )
  return rows.map((row) => row.call_id)
}

/** What was begun was not given, and cannot be any more. */
export async function forgetProvisional(pool: pg.Pool, caseId: string): Promise<void> {
  await pool.query(
    `update control.case_file set facts = facts - 'provisional'
     where case_id = $1::text and jsonb_typeof(facts -> 'provisional') = 'object'`,
    [caseId],
  )
}

/** The account has been told up to this step. */
export async function noteTold(pool: pg.Pool, caseId: string, steps: number): Promise<void> {
  await pool.query(
    `update control.case_file set told = $2::integer where case_id = $1::text and told < $2::integer`,
    [caseId, steps],
  )
}
