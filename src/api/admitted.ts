import { type Reach, reachOf } from '../contract/permissions.ts'
import type { Route } from '../contract/routes/index.ts'
import { type Caller, principalOf } from './caller.ts'
import { ProblemError } from './problem-answer.ts'

/**
 * How far a caller's permission for a route goes. For an account key every account but its own does not
 * exist; inside its own the table of permissions says how far it reaches.
 * @throws ProblemError account_unknown, permission_denied
 */
export function admitted(route: Route, caller: Caller, params: object): Reach {
  if (caller.type === 'key') {
    const { account_id: named } = params as { account_id?: string }
    if (named !== undefined && named !== caller.holder.accountId)
      throw new ProblemError('account_unknown')
  }
  if (route.permission === 'public') return 'all'
  const reach = reachOf(route.permission, principalOf(caller))
  // Who is no member has nothing of its own.
  const isNobody = reach === 'own' && caller.type === 'key' && caller.holder.memberId === null
  if (reach === 'none' || isNobody) throw new ProblemError('permission_denied')
  return reach
}
