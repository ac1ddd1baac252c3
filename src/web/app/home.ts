import type { Session } from './session.ts'

/** Where somebody begins: at the own account, the queue, or the operator’s health. */
export function homeOf(session: Session): string {
  if (session.account) return `/a/${session.account.id}`
  return session.role === 'operator' ? '/operator' : '/support'
}
