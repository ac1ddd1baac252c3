import type { Language } from '../../contract/explain/words.ts'
import { invitationMessage } from '../../contract/letter/invitation.ts'
import { formatInstant, instant } from '../../core/time/index.ts'
import {
  hasComeIn,
  namesOf,
  openInvitations,
  readMember,
  takeBackInvitations,
} from '../../store/control/index.ts'
import { created, type Handlers, ok } from '../handler.ts'
import { needAccount } from '../need-account.ts'
import { ProblemError } from '../problem-answer.ts'
import { invited } from '../session/invited.ts'
import { mayManage } from './team.ts'

type Invitations = 'inviteMember' | 'listInvitations' | 'takeBackInvitation'

export const invitationHandlers: Handlers<Invitations> = {
  inviteMember: async ({ params, body, caller }, services) => {
    const { pool } = services
    const own = { accountId: params.account_id, memberId: params.member_id }
    await needAccount(pool, own.accountId)
    const member = await readMember(pool, own)
    if (member?.status !== 'active') throw new ProblemError('member_unknown')
    if (!mayManage(caller, member.role)) throw new ProblemError('permission_denied')
    // Whoever has come in once has ways of its own: a link in other hands would be a second self.
    if (await hasComeIn(pool, own)) throw new ProblemError('member_has_come_in')
    const account = (await namesOf(pool, [own.accountId])).get(own.accountId) ?? own.accountId
    const { role } = member
    const write = (lang: Language, url: string) => invitationMessage(lang, { account, role, url })
    const { email } = member
    return created(await invited({ ...body, person: own, email, write }, services))
  },

  listInvitations: async ({ params }, { pool, nowMs }) => {
    await needAccount(pool, params.account_id)
    const at = instant(nowMs())
    const items = await openInvitations(pool, params.account_id, at)
    return ok({
      items: items.map((own) => ({
        member_id: own.id,
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
