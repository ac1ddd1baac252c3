import type pg from 'pg'
import { formatInstant, type Instant } from '../../core/time/index.ts'
import { personKey } from './passwords.ts'
import { hashToken, type Person } from './sessions.ts'

export type ChallengeKind = 'register' | 'sign_in' | 'second_factor' | 'step_up'

const CREATE = `
  insert into control.sign_in_challenge (challenge_hash, kind, person, expires_at)
  values ($1::bytea, $2::text, $3::text, $4::timestamptz)`

export const keepChallenge = async (
  pool: pg.Pool,
  asked: {
    readonly challenge: string
    readonly kind: ChallengeKind
    /** `null`: whoever has a passkey. */
    readonly person: Person | null
    readonly expiresAt: Instant
  },
): Promise<void> =>
  void (await pool.query(CREATE, [
    hashToken(asked.challenge),
    asked.kind,
    asked.person && personKey(asked.person),
    formatInstant(asked.expiresAt),
  ]))

const TAKE = `
  delete from control.sign_in_challenge
  where challenge_hash = $1::bytea and kind = any($2::text[]) and expires_at > $3::timestamptz
  returning person`

/** Once: of two that answer it at the same moment, one finds it. `null`: it is over, or of another kind. */
export async function takeChallenge(
  pool: pg.Pool,
  answered: {
    readonly challenge: string
    readonly kinds: readonly ChallengeKind[]
    readonly at: Instant
  },
): Promise<{ isFor(person: Person): boolean } | null> {
  const { rows } = await pool.query<{ person: string | null }>(TAKE, [
    hashToken(answered.challenge),
    answered.kinds,
    formatInstant(answered.at),
  ])
  const row = rows[0]
  if (!row) return null
  return { isFor: (person) => row.person === null || row.person === personKey(person) }
}

/** Those that nobody has answered in time. Returns how many. */
export async function removeExpiredChallenges(pool: pg.Pool, before: Instant): Promise<number> {
  const { rowCount } = await pool.query(
    'delete from control.sign_in_challenge where expires_at < $1::timestamptz',
    [formatInstant(before)],
  )
  return rowCount ?? 0
}
