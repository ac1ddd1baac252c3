import { readPassword, type SessionRecord } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { personOf } from './session-of.ts'

/** Links come to whoever has an address here, where this server sends e-mail and knows its own. */
export const sendsLinks = ({ notifier, publicUrl }: Services): boolean =>
  (notifier?.sendsMail ?? false) && publicUrl !== undefined

/** Whether a person comes in again by itself, without a passkey and without a bound subject. */
export async function hasOtherWay(session: SessionRecord, services: Services): Promise<boolean> {
  const needsPasskey = session.kind === 'staff' && services.signIn?.staffPasskeys === 'required'
  const password = await readPassword(services.pool, personOf(session))
  if (password !== null && !needsPasskey) return true
  return session.kind === 'member' && session.email !== null && sendsLinks(services)
}
