import { invitationMessage } from '../../contract/letter/invitation.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  createLink,
  hasComeIn,
  namesOf,
  openInvitations,
  readMember,
  takeBackInvitations,
} from '../../store/control/index.ts'
import type { Services } from '../deps.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { noted } from '../session/events.ts'
import { sendsLinks } from '../session/ways-in.ts'
import { mayManage } from './team.ts'

type Invitations = 'inviteMember' | 'listInvitations' | 'takeBackInvitation'

const LASTS_MS = 7 * 24 * 3_600_000

export const invitationHandlers: Handlers<Invitations> = {
  inviteMember: async ({ params, body, caller }, services) => {
    const { pool, nowMs } = services
    const own = { accountId: params.account_id, memberId: params.member_id }
    await needAccount(pool, own.accountId)
    const member = await readMember(pool, own)
    if (member?.status !== 'active') throw new ProblemError('member_unknown')
    if (!mayManage(caller, member.role)) throw new ProblemError('permission_denied')
    // Whoever has come in once has ways of its own: a link in other hands would be a second self.
    if (await hasComeIn(pool, own)) throw new ProblemError('member_has_come_in')
    const isSent = body.by === 'email'
    if (isSent && (member.email === null || !sendsLinks(services)))
      throw new ProblemError('channel_unavailable')
    const at = instant(nowMs())
    await takeBackInvitations(pool, own, at)
    const expiresAt = instant(at + LASTS_MS)
    const email = isSent && member.email !== null ? { email: member.email } : {}
    const link = { person: own, kind: 'invitation', role: null, at, expiresAt, ...email } as const
    const path = `/sign-in#token=${await createLink(pool, link)}`
    await noted({ person: own, kind: 'link_made', way: 'invitation_link' }, null, services)
    if (isSent && member.email !== null)
      await sendTo(member.email, { ...own, role: member.role, path, lang: body.lang }, services)
    // What was sent proves who reads there: whoever has invited does not see it.
    return created({ path: isSent ? null : path, expires_at: formatInstant(expiresAt) })
  },

  listInvitations: async ({ params }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const at = instant(nowMs())
    const items = await openInvitations(pool, params.account_id, at)
    return ok({
      items: items.map((own) => ({
        member_id: own.memberId,
        email: own.email,
        expires_at: formatInstant(own.expiresAt),
      })),
      as_of: formatInstant(at),
    })
  },

  takeBackInvitation: async ({ params, caller }, { pool, nowMs }) => {
    const own = { accountId: params.account_id, memberId: params.member_id }
    await needAccount(pool, own.accountId)
    const member = await readMember(pool, own)
    if (!member) throw new ProblemError('member_unknown')
    if (!mayManage(caller, member.role)) throw new ProblemError('permission_denied')
    const at = instant(nowMs())
    await takeBackInvitations(pool, own, at)
    return ok({ as_of: formatInstant(at) })
  },
}

type Sending = Omit<Parameters<typeof invitationMessage>[1], 'account' | 'url'> & {
  readonly accountId: string
  readonly path: string
  readonly lang?: 'en' | 'ja' | undefined
}

/** @throws ProblemError channel_unavailable */
async function sendTo(email: string, sending: Sending, services: Services): Promise<void> {
  const { pool, notifier, publicUrl = '' } = services
  const { accountId, role, path, lang } = sending
  const account = (await namesOf(pool, [accountId])).get(accountId) ?? accountId
  const url = `${publicUrl.replace(/\/+$/, '')}${path}`
  const letter = invitationMessage(lang ?? 'en', { account, role, url })
  await notifier?.sendLetter(email, letter).catch(() => {
    throw new ProblemError('channel_unavailable')
  })
}
