import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useWords } from '../app/words.ts'
import { Button, CodeBlock, Confirm, Dialog, Row, Select, Time } from '../kit/index.ts'
import { invitationWords } from './invitation-words.ts'

type By = 'email' | 'copy'

/** Until when somebody is awaited. */
export function AwaitedUntil({ at }: { readonly at: string }) {
  const words = useWords(invitationWords)
  return (
    <div>
      {words.invited} <Time at={at} />
    </div>
  )
}

interface InvitingProps {
  readonly person: { readonly name: string; readonly email: string | null }
  /** Nobody has taken the last one yet. */
  readonly isOpen: boolean
  readonly invite: (by: By) => Promise<{ readonly path: string | null }>
  readonly takeBack: () => Promise<unknown>
  /** Reads again what has changed. */
  readonly onDone: () => Promise<unknown>
}

/** Invites, invites again, or takes the invitation back. */
export function Inviting({ person, isOpen, invite, takeBack, onDone }: InvitingProps) {
  const words = useWords(invitationWords)
  const [isAsking, setAsking] = useState(false)
  const [link, setLink] = useState<string | null>(null)
  const back = useMutation({ mutationFn: takeBack, onSuccess: onDone })
  const onInvited = async (path: string | null): Promise<void> => {
    setAsking(false)
    setLink(path === null ? null : `${location.origin}${path}`)
    await onDone()
  }
  return (
    <Row>
      <Button size="small" onClick={() => setAsking(true)}>
        {isOpen ? words.inviteAgain : words.invite}
        <span className="visually-hidden"> {person.name}</span>
      </Button>
      {isOpen && (
        <Button size="small" busy={back.isPending} onClick={() => back.mutate()}>
          {words.takeBack}
          <span className="visually-hidden"> {person.name}</span>
        </Button>
      )}
      {isAsking && (
        <AskHow
          person={person}
          invite={invite}
          onInvited={onInvited}
          onClose={() => setAsking(false)}
        />
      )}
      <Dialog title={words.inviteLink} open={link !== null} onClose={() => setLink(null)}>
        <p>{words.inviteLinkSays}</p>
        <CodeBlock text={link ?? ''} label={words.inviteLink} />
      </Dialog>
    </Row>
  )
}

interface AskHowProps extends Pick<InvitingProps, 'person' | 'invite'> {
  readonly onInvited: (path: string | null) => Promise<void>
  readonly onClose: () => void
}

function AskHow({ person, invite, onInvited, onClose }: AskHowProps) {
  const words = useWords(invitationWords)
  const ways = person.email === null ? (['copy'] as const) : (['email', 'copy'] as const)
  const [by, setBy] = useState<By>(ways[0])
  const inviting = useMutation({
    mutationFn: () => invite(by),
    onSuccess: ({ path }) => onInvited(path),
  })
  return (
    <Confirm
      title={words.inviteTitle(person.name)}
      open
      onClose={onClose}
      confirm={words.invite}
      busy={inviting.isPending}
      error={inviting.error}
      onConfirm={() => inviting.mutate()}
    >
      <p>{words.inviteSays}</p>
      <Select
        label={words.inviteBy}
        value={by}
        options={ways.map((value) => ({ value, label: words.inviteWays[value] }))}
        onChange={(value) => setBy(value as By)}
      />
    </Confirm>
  )
}
