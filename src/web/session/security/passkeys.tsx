import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { browserFamily } from '../../../contract/browser-family.ts'
import { api } from '../../app/client.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  Notice,
  Panel,
  Row,
  Table,
  TextField,
  Time,
} from '../../kit/index.ts'
import { makePasskey } from '../passkey.ts'
import { PasskeyError } from '../sign-in/by-passkey.tsx'
import { sessionWords } from '../words.ts'
import { type Passkey, RemovePasskey, RenamePasskey, useChanged } from './passkey-dialogs.tsx'
import css from './security.module.css'

export function Passkeys() {
  const words = useWords(sessionWords)
  const canUse = useQuery(sessionQuery).data?.sign_in.passkey ?? false
  const passkeys = useQuery({
    queryKey: ['passkeys'],
    queryFn: ({ signal }) => api.passkeys.list({ signal }),
  })
  return (
    <Panel title={words.passkeys} asOf={passkeys.data}>
      <p>{words.passkeysSay}</p>
      {canUse ? <AddPasskey /> : <Notice tone="info" title={words.passkeysNotHere} />}
      <Loaded query={passkeys}>{({ items }) => <PasskeyTable items={items} />}</Loaded>
    </Panel>
  )
}

function AddPasskey() {
  const words = useWords(sessionWords)
  const changed = useChanged()
  const [name, setName] = useState(() => browserFamily(navigator.userAgent) ?? '')
  const adding = useMutation({ mutationFn: () => makePasskey(name), onSuccess: changed })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    adding.mutate()
  }
  return (
    <form className={css.form} onSubmit={submit}>
      <TextField
        label={words.passkeyName}
        hint={words.passkeyNameHint}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" kind="primary" busy={adding.isPending}>
        {words.addPasskey}
      </Button>
      {adding.isSuccess && <Notice tone="ok" title={words.passkeyAdded} alert />}
      {adding.error && <PasskeyError error={adding.error} />}
    </form>
  )
}

interface Doing {
  readonly what: 'rename' | 'remove'
  readonly passkey: Passkey
}

function PasskeyTable({ items }: { readonly items: readonly Passkey[] }) {
  const words = useWords(sessionWords)
  const [doing, setDoing] = useState<Doing | null>(null)
  const done = (): void => setDoing(null)
  const columns: readonly Column<Passkey>[] = [
    { id: 'name', label: words.passkeyName, cell: ({ name }) => name },
    {
      id: 'where',
      label: words.passkeyWhere,
      priority: 2,
      cell: ({ synced }) => (synced ? words.passkeySynced : words.passkeyOneDevice),
    },
    {
      id: 'since',
      label: words.since,
      priority: 1,
      cell: (own) => <Time at={own.created_at} />,
    },
    {
      id: 'used',
      label: words.used,
      cell: (own) => (own.used_at === null ? '–' : <Time at={own.used_at} />),
    },
    {
      id: 'do',
      label: words.change,
      cell: (passkey) => <Actions passkey={passkey} setDoing={setDoing} />,
    },
  ]
  return (
    <>
      <Table
        cards
        name={words.passkeys}
        rows={items}
        rowKey={({ passkey_id }) => passkey_id}
        columns={columns}
        empty={<Empty title={words.noPasskeys} />}
      />
      {doing?.what === 'rename' && <RenamePasskey passkey={doing.passkey} onClose={done} />}
      {doing?.what === 'remove' && <RemovePasskey passkey={doing.passkey} onClose={done} />}
    </>
  )
}

interface ActionsProps {
  readonly passkey: Passkey
  readonly setDoing: (doing: Doing) => void
}

function Actions({ passkey, setDoing }: ActionsProps) {
  const words = useWords(sessionWords)
  return (
    <Row>
      <Button size="small" onClick={() => setDoing({ what: 'rename', passkey })}>
        {words.rename}
        <span className="visually-hidden"> {passkey.name}</span>
      </Button>
      <Button size="small" onClick={() => setDoing({ what: 'remove', passkey })}>
        {words.remove}
        <span className="visually-hidden"> {passkey.name}</span>
      </Button>
    </Row>
  )
}
