import type pg from 'pg'
import { formatInstant, type Instant, instant } from '../../core/time/index.ts'
import type { Person } from './sessions.ts'

/** Whose password it is: `staff sam`, `member acct_x lena`. Ids hold no spaces. */
export const personKey = (person: Person): string =>
  'staffId' in person
    ? `staff ${person.staffId}`
    : `member ${person.accountId} ${person.memberId ?? ''}`

export function personOfKey(key: string): Person {
  const [kind, id = '', memberId = ''] = key.split(' ')
  return kind === 'staff' ? { staffId: id } : { accountId: id, memberId }
}

export interface PasswordRecord {
  readonly hash: string
  readonly failures: number
  readonly lockedUntil: Instant | null
  /** The address that its person had proven when it was set. */
  readonly provenEmail: string | null
}

interface Row {
  readonly hash: string
  readonly failures: number
  readonly locked_until: Date | null
  readonly proven_email: string | null
}

const READ =
  'select hash, failures, locked_until, proven_email from control.password where person = $1::text'

export async function readPassword(pool: pg.Pool, person: Person): Promise<PasswordRecord | null> {
  const { rows } = await pool.query<Row>(READ, [personKey(person)])
  const row = rows[0]
  if (!row) return null
  return {
    hash: row.hash,
    failures: row.failures,
    lockedUntil: row.locked_until && instant(row.locked_until.getTime()),
    provenEmail: row.proven_email,
  }
}

const SET = `
  insert into control.password (person, hash, set_at, proven_email)
  values ($1::text, $2::text, $3::timestamptz, $4::text)
  on conflict (person) do update
    set hash = excluded.hash, set_at = excluded.set_at, proven_email = excluded.proven_email,
        failures = 0, locked_until = null`

export const setPassword = async (
  pool: pg.Pool,
  person: Person,
  password: { readonly hash: string; readonly provenEmail: string | null; readonly at: Instant },
): Promise<void> =>
  void (await pool.query(SET, [
    personKey(person),
    password.hash,
    formatInstant(password.at),
    password.provenEmail,
  ]))

const COUNT = `
  update control.password set failures = failures + 1, locked_until = $3::timestamptz
  where person = $1::text and failures = $2::integer
    and (locked_until is null or locked_until <= $4::timestamptz)`
const UNCOUNT = `
  update control.password set failures = failures - 1, locked_until = $3::timestamptz
  where person = $1::text and failures = $2::integer + 1`
const SUCCEEDED = `
  update control.password set failures = 0, locked_until = null
  where person = $1::text and failures > 0`

const textOf = (at: Instant | null): string | null => at && formatInstant(at)

/**
 * Counts a try as a wrong one before it is looked at; no other is looked at until `lockedUntil`. `false`:
 * another try was counted since the record was read, on whichever server, so that this one has to look again.
 */
export async function countTry(
  pool: pg.Pool,
  person: Person,
  own: {
    readonly failures: number
    readonly lockedUntil: Instant | null
    readonly at: Instant
  },
): Promise<boolean> {
  const { failures, lockedUntil, at } = own
  const values = [personKey(person), failures, textOf(lockedUntil), formatInstant(at)]
  return (await pool.query(COUNT, values)).rowCount === 1
}

/** Takes a try back that was for somebody else, as long as no other was counted after it. */
export const uncountTry = async (
  pool: pg.Pool,
  person: Person,
  { failures, lockedUntil }: Pick<PasswordRecord, 'failures' | 'lockedUntil'>,
): Promise<void> =>
  void (await pool.query(UNCOUNT, [personKey(person), failures, textOf(lockedUntil)]))

export const passwordSucceeded = async (pool: pg.Pool, person: Person): Promise<void> =>
  void (await pool.query(SUCCEEDED, [personKey(person)]))
