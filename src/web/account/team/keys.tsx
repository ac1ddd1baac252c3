import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { reachOf } from '../../../contract/permissions.ts'
import { api } from '../../app/client.ts'
import { useMay, useSession } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Panel,
  Select,
  Stack,
  StateWord,
  Table,
  TextField,
  Time,
} from '../../kit/index.ts'
import { OnceShown } from '../../parts/once-shown.tsx'
import { useKeys, useMembers, useProjects } from '../../parts/team.ts'
import { useOrder } from '../../parts/use-order.ts'
import { teamWords } from './words.ts'

type Key = Answer<'listKeys'>['items'][number]

/** Keys by what they begin with; a key itself is shown once, when it is made. */
export function Keys({ account }: { readonly account: string }) {
  const words = useWords(teamWords)
  const keys = useKeys(account)
  const mayWrite = useMay()('keys_write')
  const columns: readonly Column<Key>[] = [
    { id: 'name', label: words.keyName, cell: ({ name }) => name },
    { id: 'prefix', label: words.prefix, cell: ({ prefix }) => <code>{prefix}…</code> },
    { id: 'member', label: words.ofMember, priority: 2, cell: ({ member_id: id }) => id },
    { id: 'project', label: words.ofProject, priority: 1, cell: ({ project_id: id }) => id },
    {
      id: 'made',
      label: words.made,
      priority: 1,
      cell: ({ created_at: at }) => <Time at={at} form="date" />,
    },
    {
      id: 'state',
      label: words.state,
      cell: (key) => <Standing account={account} apiKey={key} mayWrite={mayWrite} />,
    },
  ]
  return (
    <Panel title={words.keys} asOf={keys.data} actions={mayWrite && <MakeKey account={account} />}>
      <Loaded query={keys}>
        {({ items }) => (
          <Table
            cards
            name={words.keys}
            columns={columns}
            rows={items}
            rowKey={({ key_id: id }) => id}
            empty={
              <Empty title={words.noKeys}>
                <p>{words.noKeysWhy}</p>
              </Empty>
            }
          />
        )}
      </Loaded>
    </Panel>
  )
}

function Standing({
  account,
  apiKey,
  mayWrite,
}: {
  readonly account: string
  readonly apiKey: Key
  readonly mayWrite: boolean
}) {
  const words = useWords(teamWords)
  const order = useOrder(account, (id: string, sending) => api.keys.revoke(account, id, sending))
  if (apiKey.revoked_at !== null) return <StateWord tone="muted">{words.revoked}</StateWord>
  if (!mayWrite) return <StateWord tone="ok">{words.active}</StateWord>
  return (
    <>
      <Button size="small" onClick={order.open}>
        {words.revoke}
        <span className="visually-hidden"> {apiKey.name}</span>
      </Button>
      <Confirm
        title={words.revokeTitle(apiKey.name)}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.revoke}
        danger
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(apiKey.key_id)}
      >
        <p>{words.revokeSays}</p>
      </Confirm>
    </>
  )
}

const NONE = { name: '', member_id: '', project_id: '' }

/** What was left empty is not stated. */
const statedOf = ({ name, member_id: member, project_id: project }: typeof NONE) => ({
  name,
  ...(member && { member_id: member }),
  ...(project && { project_id: project }),
})

function MakeKey({ account }: { readonly account: string }) {
  const words = useWords(teamWords)
  const [wanted, setWanted] = useState(NONE)
  const [isTold, setTold] = useState(false)
  const [made, setMade] = useState<string>()
  const order = useOrder(
    account,
    (key: typeof NONE, sending) => api.keys.create(account, statedOf(key), sending),
    ({ key }) => setMade(key),
  )
  const begin = (): void => {
    setWanted(NONE)
    setTold(false)
    order.open()
  }
  const make = (): void => {
    setTold(true)
    if (wanted.name !== '') order.perform(wanted)
  }
  return (
    <>
      <Button size="small" icon="plus" onClick={begin}>
        {words.makeKey}
      </Button>
      <Confirm
        title={words.makeKey}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.makeKey}
        busy={order.busy}
        error={order.error}
        onConfirm={make}
      >
        <Stack>
          <TextField
            label={words.keyName}
            value={wanted.name}
            error={isTold && wanted.name === '' ? words.missing : undefined}
            onChange={(event) => setWanted({ ...wanted, name: event.target.value })}
          />
          <Belonging account={account} wanted={wanted} setWanted={setWanted} />
        </Stack>
      </Confirm>
      <NewKey secret={made} onClose={() => setMade(undefined)} />
    </>
  )
}

function Belonging({
  account,
  wanted,
  setWanted,
}: {
  readonly account: string
  readonly wanted: typeof NONE
  readonly setWanted: (wanted: typeof NONE) => void
}) {
  const words = useWords(teamWords)
  const session = useSession()
  const members = useMembers(account).data?.items ?? []
  const projects = useProjects(account).data?.items ?? []
  const none = { value: '', label: words.none }
  // Whoever reaches only the own member makes keys for no other: the server fills it in.
  const choosesMember = session != null && reachOf('keys_write', session.role) === 'all'
  return (
    <>
      {choosesMember && (
        <Select
          label={words.ofMember}
          value={wanted.member_id}
          options={[
            none,
            ...members
              .filter(({ status }) => status === 'active')
              .map(({ member_id: value, name: label }) => ({ value, label })),
          ]}
          onChange={(id) => setWanted({ ...wanted, member_id: id })}
        />
      )}
      <Select
        label={words.ofProject}
        value={wanted.project_id}
        options={[
          none,
          ...projects
            .filter(({ status }) => status === 'active')
            .map(({ project_id: value, name: label }) => ({ value, label })),
        ]}
        onChange={(id) => setWanted({ ...wanted, project_id: id })}
      />
    </>
  )
}

function NewKey({
  secret,
  onClose,
}: {
  readonly secret: string | undefined
  readonly onClose: () => void
}) {
  const words = useWords(teamWords)
  return (
    <OnceShown
      secret={secret}
      title={words.keyReady}
      warning={words.keyOnce}
      done={words.keyCopied}
      onClose={onClose}
    />
  )
}
