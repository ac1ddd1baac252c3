import { signInMessage } from '../../contract/letter/sign-in.ts'
import { instant } from '../../core/time/index.ts'
import { createLink, emailLinksSince, membershipsOf } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { noted } from './events.ts'

const LINK_MS = 15 * 60_000
const MAILS_MAX = 3

interface Asked {
  readonly email: string
  readonly lang?: 'en' | 'ja'
}

/** A link to whoever has the address, for the account that comes first; the session can change to the others. */
export async function sendEmailLink({ email, lang }: Asked, services: Services): Promise<void> {
  const { pool, nowMs, notifier, publicUrl } = services
  if (!notifier?.sendsMail || publicUrl === undefined) return
  const at = instant(nowMs())
  const [member] = await membershipsOf(pool, email)
  if (!member) return
  const { accountId, memberId } = member
  const person = { accountId, memberId }
  if ((await emailLinksSince(pool, person, instant(at - LINK_MS))) >= MAILS_MAX) return
  const expiresAt = instant(at + LINK_MS)
  const link = { person, kind: 'email', role: null, email, at, expiresAt } as const
  const token = await createLink(pool, link)
  await noted({ person, kind: 'link_sent' }, null, services)
  const url = `${publicUrl.replace(/\/+$/, '')}/sign-in#token=${token}`
  await notifier.sendLetter(email, signInMessage(lang ?? 'en', url))
}
