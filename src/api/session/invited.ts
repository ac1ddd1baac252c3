import type { Language } from '../../contract/explain/words.ts'
import type { Letter } from '../../contract/letter/sign-in.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import { createLink, type Person, takeBackInvitations } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { ProblemError } from '../problem-answer.ts'
import { noted } from './events.ts'
import { sendsLinks } from './ways-in.ts'

const LASTS_MS = 7 * 24 * 3_600_000

interface Inviting {
  readonly person: Person
  readonly by: 'email' | 'copy'
  readonly lang?: Language
  /** Of the person, where it has one. */
  readonly email: string | null
  readonly write: (lang: Language, url: string) => Letter
}

/**
 * Makes a link for whoever has not come in yet; an earlier one ends.
 * @throws ProblemError channel_unavailable
 */
export async function invited({ person, by, lang, email, write }: Inviting, services: Services) {
  const { pool, nowMs, notifier, publicUrl = '' } = services
  const to = by === 'email' ? email : null
  if (by === 'email' && (to === null || !sendsLinks(services)))
    throw new ProblemError('channel_unavailable')
  const at = instant(nowMs())
  await takeBackInvitations(pool, person, at)
  const expiresAt = instant(at + LASTS_MS)
  const link = { person, kind: 'invitation', role: null, at, expiresAt } as const
  const token = await createLink(pool, { ...link, ...(to !== null && { email: to }) })
  const path = `/sign-in#token=${token}`
  await noted({ person, kind: 'link_made', way: 'invitation_link' }, null, services)
  if (to !== null)
    await notifier
      ?.sendLetter(to, write(lang ?? 'en', `${publicUrl.replace(/\/+$/, '')}${path}`))
      .catch(() => {
        throw new ProblemError('channel_unavailable')
      })
  // What was sent proves who reads there: whoever has invited does not see it.
  return { path: to === null ? path : null, expires_at: formatInstant(expiresAt) }
}
