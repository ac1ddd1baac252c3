import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, CodeBlock, Confirm, Dialog, Row, Select, Time } from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import { teamWords } from './words.ts'

type Member = Answer<'listMembers'>['items'][number]
type By = 'email' | 'copy'

interface MemberProps {
  readonly account: string
  readonly member: Member
}

/** Invitations of the account that nobody has taken yet; of none, for whoever may invite nobody. */
function useInvitations(account: string) {
  return useQuery({
    queryKey: [...accountKey(account), 'invitations'],
    queryFn: ({ signal }) => api.members.invitations(account, { signal }),
    enabled: useMay()('members_write'),
  })
}

/** Until when somebody is awaited. */
export function Awaited({ account, member }: MemberProps) {
  const words = useWords(teamWords)
  const open = useInvitations(account).data?.items.find((own) => own.member_id === member.member_id)
  if (!open) return null
  return (
    <div>
      {words.invited} <Time at={open.expires_at} />
    </div>
  )
}

/** Invites, invites again, or takes the invitation back. */
export function Invite({ account, member }: MemberProps) {
  const words = useWords(teamWords)
  const lang = useLang()
  const [by, setBy] = useState<By>(member.email === null ? 'copy' : 'email')
  const [link, setLink] = useState<string | null>(null)
  const invitations = useInvitations(account)
  const isOpen = invitations.data?.items.some((own) => own.member_id === member.member_id) ?? false
  const order = useOrder(
    account,
    (wanted: By) => api.members.invite(account, member.member_id, { by: wanted, lang }),
    ({ path }) => setLink(path === null ? null : `${location.origin}${path}`),
  )
  const back = useOrder(account, (id: string) => api.members.takeBack(account, id))
  const ways = member.email === null ? (['copy'] as const) : (['email', 'copy'] as const)
  return (
    <Row>
      <Button size="small" onClick={order.open}>
        {isOpen ? words.inviteAgain : words.invite}
        <span className="visually-hidden"> {member.name}</span>
      </Button>
      {isOpen && (
        <Button size="small" busy={back.busy} onClick={() => back.perform(member.member_id)}>
          {words.takeBack}
          <span className="visually-hidden"> {member.name}</span>
        </Button>
      )}
      <Confirm
        title={words.inviteTitle(member.name)}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.invite}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(by)}
      >
        <p>{words.inviteSays}</p>
        <Select
          label={words.inviteBy}
          value={by}
          options={ways.map((value) => ({ value, label: words.inviteWays[value] }))}
          onChange={(value) => setBy(value as By)}
        />
      </Confirm>
      <Dialog title={words.inviteLink} open={link !== null} onClose={() => setLink(null)}>
        <p>{words.inviteLinkSays}</p>
        <CodeBlock text={link ?? ''} label={words.inviteLink} />
      </Dialog>
    </Row>
  )
}
