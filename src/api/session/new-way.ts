import type { FastifyRequest } from 'fastify'
import { newWayMessage, type WayAdded } from '../../contract/letter/sign-in.ts'
import type { SessionRecord } from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { preferredLanguage } from '../problem-language.ts'

/** Tells a person by e-mail that there is a new way to sign in: whoever else has added it is found out. */
export function tellOfNewWay(
  { session, added }: { readonly session: SessionRecord; readonly added: WayAdded },
  request: FastifyRequest,
  { notifier }: Services,
): void {
  if (!notifier?.sendsMail || session.email === null) return
  // Not waited for: what was added is added, whether the letter arrives or not.
  notifier
    .sendLetter(
      session.email,
      newWayMessage(preferredLanguage(request.headers['accept-language']), added),
    )
    .catch((error: unknown) =>
      request.log.warn({ err: error }, 'nobody was told of a new way to sign in'),
    )
}
