import { membershipsOf, type Person, staffOfEmail } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'

/** Everybody who has an e-mail address: of the operator's people one at most, and members of any accounts. */
export async function peopleOfEmail(
  email: string,
  { pool }: Pick<Services, 'pool'>,
): Promise<readonly Person[]> {
  const staffId = await staffOfEmail(pool, email)
  const members = await membershipsOf(pool, email)
  return [
    ...(staffId === null ? [] : [{ staffId }]),
    ...members.map(({ accountId, memberId }) => ({ accountId, memberId })),
  ]
}
