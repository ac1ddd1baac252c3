import { instant } from '../../core/time/index.ts'
import {
  listStaff,
  membershipsOf,
  type PasswordRecord,
  type Person,
  passwordFailed,
  passwordSucceeded,
  readPassword,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { isRightPassword, waitAfter } from './passwords.ts'

/** Whose name it is: an e-mail address of a member who has a password, or the id of a person of the operator. */
export async function findPerson(name: string, { pool }: Services): Promise<Person | null> {
  if (!name.includes('@')) {
    const staff = await listStaff(pool)
    const found = staff.find(({ staffId, status }) => staffId === name && status === 'active')
    return found ? { staffId: found.staffId } : null
  }
  for (const { accountId, memberId } of await membershipsOf(pool, name)) {
    const person = { accountId, memberId }
    if ((await readPassword(pool, person)) !== null) return person
  }
  return null
}

/**
 * The password that was right.
 * @throws ProblemError sign_in_failed, alike for a wrong name and a wrong password; sign_in_locked after
 * several wrong ones
 */
export async function checkPassword(
  person: Person | null,
  password: string,
  { pool, nowMs }: Services,
): Promise<PasswordRecord> {
  const now = instant(nowMs())
  const stored = person && (await readPassword(pool, person))
  const lockedMs = (stored?.lockedUntil ?? now) - now
  if (lockedMs > 0)
    throw new ProblemError('sign_in_locked', {
      headers: { 'retry-after': String(Math.ceil(lockedMs / 1_000)) },
    })
  const isRight = await isRightPassword(password, stored?.hash ?? null)
  if (isRight && person && stored) {
    await passwordSucceeded(pool, person)
    return stored
  }
  if (stored && person) {
    const waitMs = waitAfter(stored.failures + 1)
    await passwordFailed(pool, person, waitMs === 0 ? null : instant(now + waitMs))
  }
  throw new ProblemError('sign_in_failed')
}
