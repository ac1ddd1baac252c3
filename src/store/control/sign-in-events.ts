import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { SignInEventKind, WayIn } from '../../contract/sign-in-events.ts'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { Person } from './sessions.ts'

export interface NewSignInEvent {
  readonly person: Person
  readonly kind: SignInEventKind
  readonly way: WayIn | null
  readonly sessionId: string | null
  readonly browser: string | null
  /** Without its last part. */
  readonly address: string | null
  readonly at: Instant
}

const ADD = `
  insert into control.sign_in_event
    (at, account_id, member_id, staff_id, kind, way, session_id, browser, address, event_id)
  values ($1::timestamptz, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text,
    $9::text, $10::text)`

export async function addSignInEvent(pool: pg.Pool, event: NewSignInEvent): Promise<void> {
  const { person } = event
  await pool.query(ADD, [
    formatInstant(event.at),
    'accountId' in person ? person.accountId : null,
    'accountId' in person ? person.memberId : null,
    'staffId' in person ? person.staffId : null,
    event.kind,
    event.way,
    event.sessionId,
    event.browser,
    event.address,
    `signin_${randomUUID()}`,
  ])
}

export interface SignInEvent extends Omit<NewSignInEvent, 'person'> {
  readonly eventId: string
  readonly accountId: string | null
  readonly memberId: string | null
  readonly staffId: string | null
  /** `null`: a portal's reader who is no member. */
  readonly name: string | null
}

interface Row {
  readonly event_id: string
  readonly at: Date
  readonly account_id: string | null
  readonly member_id: string | null
  readonly staff_id: string | null
  readonly name: string | null
  readonly kind: SignInEventKind
  readonly way: WayIn | null
  readonly session_id: string | null
  readonly browser: string | null
  readonly address: string | null
}

const LIST = `
  select e.event_id, e.at, e.account_id, e.member_id, e.staff_id,
    coalesce(m.name, p.name) as name, e.kind, e.way, e.session_id, e.browser, e.address
  from control.sign_in_event e
  left join control.member m on m.account_id = e.account_id and m.member_id = e.member_id
  left join control.staff p on p.staff_id = e.staff_id
  where ($1::text is null or e.staff_id = $1::text)
    and ($2::text is null or e.account_id = $2::text)
    and ($3::text is null or e.member_id = $3::text)
    and ($4::text is null or e.kind = $4::text)
    and ($5::text is null or (e.at, e.event_id) < ($6::timestamptz, $5::text))
  order by e.at desc, e.event_id desc limit $7::integer`

export interface SignInEventFilter {
  readonly staffId: string | null
  readonly accountId: string | null
  readonly memberId: string | null
  readonly kind: SignInEventKind | null
  readonly before: { readonly at: Instant; readonly eventId: string } | null
  readonly limit: number
}

/** The latest first. */
export async function listSignInEvents(
  pool: pg.Pool,
  filter: SignInEventFilter,
): Promise<readonly SignInEvent[]> {
  const { rows } = await pool.query<Row>(LIST, [
    filter.staffId,
    filter.accountId,
    filter.memberId,
    filter.kind,
    filter.before?.eventId ?? null,
    filter.before === null ? null : formatInstant(filter.before.at),
    filter.limit,
  ])
  return rows.map((row) => ({
    eventId: row.event_id,
    at: instant(row.at.getTime()),
    accountId: row.account_id,
    memberId: row.member_id,
    staffId: row.staff_id,
    name: row.name,
    kind: row.kind,
    way: row.way,
    sessionId: row.session_id,
    browser: row.browser,
    address: row.address,
  }))
}

/** Those that were kept long enough. Returns how many. */
export async function removeSignInEvents(pool: pg.Pool, before: Instant): Promise<number> {
  const { rowCount } = await pool.query(
    'delete from control.sign_in_event where at < $1::timestamptz',
    [formatInstant(before)],
  )
  return rowCount ?? 0
}
