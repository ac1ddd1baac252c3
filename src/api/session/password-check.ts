import { type Instant, instant } from '../../core/time/index.ts'
import {
  countTry,
  listStaff,
  type PasswordRecord,
  type Person,
  passwordSucceeded,
  readPassword,
  uncountTry,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { isRightPassword, waitAfter } from './passwords.ts'
import { peopleOfEmail } from './people.ts'

/**
 * Whose name it may be: the id or the e-mail address of a person of the operator, or the address of members,
 * of each account where it has a password of its own.
 */
export async function findPeople(name: string, services: Services): Promise<readonly Person[]> {
  if (!name.includes('@')) {
    const staff = await listStaff(services.pool)
    return staff
      .filter(({ staffId, status }) => staffId === name && status === 'active')
      .map(({ staffId }) => ({ staffId }))
  }
  return peopleOfEmail(name, services)
}

/** Each one tried costs a hash of argon2id. */
const TRIED_MAX = 10

interface Own extends PasswordRecord {
  readonly person: Person
}

/** Those of the people who have a password; first those who have proven the address, as nobody else can. */
async function passwordsOf(people: readonly Person[], { pool }: Services): Promise<readonly Own[]> {
  const found: Own[] = []
  for (const person of people) {
    const stored = await readPassword(pool, person)
    if (stored !== null) found.push({ ...stored, person })
  }
  const isProven = ({ person, provenEmail }: Own) => 'staffId' in person || provenEmail !== null
  return [...found.filter(isProven), ...found.filter((own) => !isProven(own))].slice(0, TRIED_MAX)
}

interface Check {
  readonly people: readonly Person[]
  readonly password: string
  /** Once for each person whose password it is not. */
  readonly onWrong: (person: Person) => Promise<void>
}

/**
 * The password that was right, of one of the people.
 * @throws ProblemError sign_in_failed, alike for a wrong name and a wrong password; sign_in_locked after
 * several wrong ones
 */
export async function checkPassword(
  { people, password, onWrong }: Check,
  services: Services,
): Promise<Own> {
  const { pool, nowMs } = services
  const now = instant(nowMs())
  const known = await passwordsOf(people, services)
  const judged = await Promise.all(known.map((own) => admitted(own, now, services)))
  const tried = judged.flatMap(({ own, lockedMs }) => (lockedMs === 0 ? [own] : []))
  if (known.length > 0 && tried.length === 0)
    throw new ProblemError('sign_in_locked', {
      headers: {
        'retry-after': String(
          Math.ceil(Math.min(...judged.map(({ lockedMs }) => lockedMs)) / 1_000),
        ),
      },
    })
  // All at once: how long it takes tells nobody how many there are, nor whether there is anybody.
  const hashes = tried.length === 0 ? [null] : tried.map(({ hash }) => hash)
  const areRight = await Promise.all(hashes.map((hash) => isRightPassword(password, hash)))
  const right = tried[areRight.indexOf(true)]
  if (right) {
    await passwordSucceeded(pool, right.person)
    for (const other of tried) if (other !== right) await uncountTry(pool, other.person, other)
    return right
  }
  const tries = known.length > 0 ? tried.map(({ person }) => person) : people.slice(0, TRIED_MAX)
  for (const person of tries) await onWrong(person)
  throw new ProblemError('sign_in_failed')
}

interface Judged {
  readonly own: Own
  /** 0: the password may be looked at. */
  readonly lockedMs: number
}

/**
 * Whether a password may be looked at. The try is counted first, so that of many at once, at whichever
 * servers, no more are looked at than of many one after the other.
 */
async function admitted(read: Own, now: Instant, { pool }: Services): Promise<Judged> {
  let own = read
  for (;;) {
    const lockedMs = Math.max(0, (own.lockedUntil ?? now) - now)
    if (lockedMs > 0) return { own, lockedMs }
    const waitMs = waitAfter(own.failures + 1)
    const lockedUntil = waitMs === 0 ? null : instant(now + waitMs)
    const { person, failures } = own
    if (await countTry(pool, person, { failures, lockedUntil, at: now }))
      return { own, lockedMs: 0 }
    const again = await readPassword(pool, person)
    // removed meanwhile
    if (again === null) return { own, lockedMs: waitAfter(Number.MAX_SAFE_INTEGER) }
    own = { ...again, person }
  }
}
