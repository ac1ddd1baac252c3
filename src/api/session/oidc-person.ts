import type { OidcConfig } from '../../config.ts'
import { instant } from '../../core/time/index.ts'
import {
  addStaff,
  hasComeIn,
  isInvited,
  type Person,
  staffOfEmail,
  takeBackInvitations,
  useIdentity,
  wasStaff,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import type { Said } from './oidc.ts'
import { peopleOfEmail } from './people.ts'

/**
 * Whom a provider means: by a subject that was bound to exactly one person, else by an address that it has
 * verified. Who has not come in before is let in as `first_time` has it.
 * @throws ProblemError oidc_email_unverified, oidc_person_unknown, oidc_not_invited
 */
export async function personSaid(
  said: Said,
  settings: OidcConfig,
  services: Services,
): Promise<Person> {
  const { subject, email } = said
  const { issuer, for: whom } = settings
  const { pool, nowMs } = services
  const bound = await useIdentity(pool, { issuer, subject, at: instant(nowMs()) })
  if (bound !== null && isFor(bound, whom)) return bound
  if (email === null) throw new ProblemError('oidc_person_unknown')
  if (!said.isVerified) throw new ProblemError('oidc_email_unverified')
  const people = await peopleOf(email, whom, services)
  if (people.length === 0) return newStaff(email, settings, services)
  for (const person of people) if (await mayComeIn(person, settings, services)) return person
  throw new ProblemError('oidc_not_invited')
}

/** Who has the address, among those whom the provider may sign in. */
async function peopleOf(
  email: string,
  whom: OidcConfig['for'],
  services: Services,
): Promise<readonly Person[]> {
  const people = await peopleOfEmail(email, services)
  return people.filter((person) => whom !== ('staffId' in person ? 'members' : 'staff'))
}

async function mayComeIn(
  person: Person,
  { firstTime }: OidcConfig,
  { pool, nowMs }: Services,
): Promise<boolean> {
  if (firstTime === 'known' || firstTime === 'domains') return true
  if (await hasComeIn(pool, person)) return true
  if (firstTime === 'nobody') return false
  const at = instant(nowMs())
  if (!(await isInvited(pool, person, at))) return false
  // It is taken: nobody else opens the link now.
  await takeBackInvitations(pool, person, at)
  return true
}

/** A support agent of the operator’s own domain. Whoever was removed is not made again by signing in. */
async function newStaff(
  email: string,
  { firstTime, domains, for: whom }: OidcConfig,
  { pool, ids, nowMs }: Services,
): Promise<Person> {
  const at = email.lastIndexOf('@')
  const isOurs =
    firstTime === 'domains' &&
    whom !== 'members' &&
    domains.includes(email.slice(at + 1).toLowerCase())
  if (!isOurs || (await wasStaff(pool, email))) throw new ProblemError('oidc_person_unknown')
  const own = { staffId: ids('staff'), name: email.slice(0, at), role: 'support', email } as const
  const added = await addStaff(pool, { ...own, at: instant(nowMs()) })
  // Unless the same person has come in twice at once, and was made by the other.
  const staffId = added?.record.staffId ?? (await staffOfEmail(pool, email))
  if (staffId === null) throw new ProblemError('oidc_person_unknown')
  return { staffId }
}

export const isFor = (person: Person, whom: OidcConfig['for']): boolean =>
  whom === 'both' || ('staffId' in person ? whom === 'staff' : whom === 'members')
