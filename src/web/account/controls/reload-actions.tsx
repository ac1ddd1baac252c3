import type { EntryAnswer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, type IconName } from '../../kit/index.ts'
import { useOrder } from '../../parts/use-order.ts'
import { reloadWords } from './reload-words.ts'

interface AskedProps {
  readonly account: string
  readonly icon: IconName
  readonly label: string
  readonly title: string
  readonly says: string
  readonly send: (
    account: string,
    sending: { readonly idempotencyKey: string },
  ) => Promise<EntryAnswer>
}

/** A button that says what follows before anything does. */
function Asked({ account, icon, label, title, says, send }: AskedProps) {
  const order = useOrder(account, (_: 'do', sending) => send(account, sending))
  return (
    <>
      <Button icon={icon} onClick={order.open}>
        {label}
      </Button>
      <Confirm
        title={title}
        open={order.isOpen}
        onClose={order.close}
        confirm={label}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform('do')}
      >
        <p>{says}</p>
      </Confirm>
    </>
  )
}

/** What was agreed to stays; nothing is charged. */
export function PauseReload({ account }: { readonly account: string }) {
  const words = useWords(reloadWords)
  return (
    <Asked
      account={account}
      icon="pause"
      label={words.pause}
      title={words.pauseTitle}
      says={words.pauseSays}
      send={api.autoReload.pause}
    />
  )
}

export function ResumeReload({ account }: { readonly account: string }) {
  const words = useWords(reloadWords)
  return (
    <Asked
      account={account}
      icon="play"
      label={words.resume}
      title={words.resumeTitle}
      says={words.resumeSays}
      send={api.autoReload.resume}
    />
  )
}

export function TurnOffReload({ account }: { readonly account: string }) {
  const words = useWords(reloadWords)
  return (
    <Asked
      account={account}
      icon="stop"
      label={words.turnOff}
      title={words.offTitle}
      says={words.offSays}
      send={api.autoReload.end}
    />
  )
}
