import { readMember } from '../store/control/index.ts'
import { readSeqs, readState, type StoredState } from '../store/reads/account-state.ts'
import type { Services } from './deps.ts'
import { ProblemError } from './problem-answer.ts'

/** An account that does not exist is answered as such, before anything about it is looked at. */
export async function needAccount(pool: Services['pool'], accountId: string): Promise<void> {
  const seqs = await readSeqs(pool, [accountId])
  if (!seqs.has(accountId)) throw new ProblemError('account_unknown')
}

/** An account as stored now, without its holds and the caps beside it. */
export async function needState(
  { pool, engine }: Pick<Services, 'pool' | 'engine'>,
  accountId: string,
): Promise<StoredState> {
  const stored = await readState(pool, accountId, { at: engine.now() })
  if (!stored) throw new ProblemError('account_unknown')
  return stored
}

/** The same of a member who is there, in an account that is there. */
export async function needMember(
  pool: Services['pool'],
  member: { readonly accountId: string; readonly memberId: string },
): Promise<void> {
  await needAccount(pool, member.accountId)
  const found = await readMember(pool, member)
  if (found?.status !== 'active') throw new ProblemError('member_unknown')
}
