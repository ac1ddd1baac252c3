import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { browserFamily } from '../../../contract/browser-family.ts'
import { api } from '../../app/client.ts'
import { sessionQuery } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Notice,
  Panel,
  Table,
  TextField,
  Time,
} from '../../kit/index.ts'
import { makePasskey } from '../passkey.ts'
import { PasskeyError } from '../sign-in/by-passkey.tsx'
import { sessionWords } from '../words.ts'
import css from './security.module.css'

type Passkey = Answer<'listPasskeys'>['items'][number]

const CHANGED = [['passkeys'], ['session'], ['sign-ins']] as const

/** After a passkey has come or gone: the list, what the session may be asked, and what happened. */
function useChanged() {
  const queries = useQueryClient()
  return () => Promise.all(CHANGED.map((queryKey) => queries.invalidateQueries({ queryKey })))
}

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

function PasskeyTable({ items }: { readonly items: readonly Passkey[] }) {
  const words = useWords(sessionWords)
  const [doomed, setDoomed] = useState<Passkey | null>(null)
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
      id: 'remove',
      label: words.remove,
      cell: (own) => (
        <Button size="small" onClick={() => setDoomed(own)}>
          {words.remove}
        </Button>
      ),
    },
  ]
  return (
    <>
      <Table
        name={words.passkeys}
        rows={items}
        rowKey={({ passkey_id }) => passkey_id}
        columns={columns}
        empty={<Empty title={words.noPasskeys} />}
      />
      {doomed && <RemovePasskey passkey={doomed} onClose={() => setDoomed(null)} />}
    </>
  )
}

interface RemovePasskeyProps {
  readonly passkey: Passkey
  readonly onClose: () => void
}

function RemovePasskey({ passkey, onClose }: RemovePasskeyProps) {
  const words = useWords(sessionWords)
  const changed = useChanged()
  const removing = useMutation({
    mutationFn: () => api.passkeys.remove(passkey.passkey_id),
    onSuccess: async () => {
      onClose()
      await changed()
    },
  })
  return (
    <Confirm
      title={words.removePasskey(passkey.name)}
      open
      onClose={onClose}
      confirm={words.remove}
      danger
      busy={removing.isPending}
      error={removing.error}
      onConfirm={() => removing.mutate()}
    >
      <p>{words.removePasskeySays}</p>
    </Confirm>
  )
}
