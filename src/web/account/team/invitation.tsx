import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { AwaitedUntil, Inviting } from '../../parts/invitation.tsx'

type Member = Answer<'listMembers'>['items'][number]

interface MemberProps {
  readonly account: string
  readonly member: Member
}

/** The invitation of a member that nobody has taken yet; of none, for whoever may invite nobody. */
function useInvitation({ account, member }: MemberProps) {
  const invitations = useQuery({
    queryKey: [...accountKey(account), 'invitations'],
    queryFn: ({ signal }) => api.members.invitations(account, { signal }),
    enabled: useMay()('members_write'),
  })
  return invitations.data?.items.find((own) => own.member_id === member.member_id)
}

/** Until when somebody is awaited. */
export function Awaited(props: MemberProps) {
  const open = useInvitation(props)
  return open ? <AwaitedUntil at={open.expires_at} /> : null
}

export function Invite({ account, member }: MemberProps) {
  const lang = useLang()
  const queries = useQueryClient()
  const open = useInvitation({ account, member })
  const id = member.member_id
  return (
    <Inviting
      person={member}
      isOpen={open !== undefined}
      invite={(by) => api.members.invite(account, id, { by, lang })}
      takeBack={() => api.members.takeBack(account, id)}
      onDone={() => queries.invalidateQueries({ queryKey: accountKey(account) })}
    />
  )
}
