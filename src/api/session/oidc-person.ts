import type { OidcConfig } from '../../config.ts'
import { instant } from '../../core/time/index.ts'
import { membershipsOf, type Person, staffOfEmail, useIdentity } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import type { Said } from './oidc.ts'

/**
 * Whom a provider means: by a subject that was bound to exactly one person, else by an address that it has
 * verified. Nobody is made.
 * @throws ProblemError oidc_email_unverified, oidc_person_unknown
 */
export async function personSaid(
  said: Said,
  { issuer, for: whom }: OidcConfig,
  { pool, nowMs }: Services,
): Promise<Person> {
  const { subject, email } = said
  const bound = await useIdentity(pool, { issuer, subject, at: instant(nowMs()) })
  if (bound !== null && isFor(bound, whom)) return bound
  if (email === null) throw new ProblemError('oidc_person_unknown')
  if (!said.isVerified) throw new ProblemError('oidc_email_unverified')
  const staffId = whom === 'members' ? null : await staffOfEmail(pool, email)
  if (staffId !== null) return { staffId }
  const [member] = whom === 'staff' ? [] : await membershipsOf(pool, email)
  if (!member) throw new ProblemError('oidc_person_unknown')
  return { accountId: member.accountId, memberId: member.memberId }
}

export const isFor = (person: Person, whom: OidcConfig['for']): boolean =>
  whom === 'both' || ('staffId' in person ? whom === 'staff' : whom === 'members')
