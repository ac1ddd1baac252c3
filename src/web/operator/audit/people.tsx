import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  Muted,
  Panel,
  Row,
  StateWord,
  Table,
} from '../../kit/index.ts'
import { AwaitedUntil, Inviting } from '../../parts/invitation.tsx'
import { AddPerson, ChangeDialog, type Person, RemoveDialog } from './person-dialogs.tsx'
import { auditWords } from './words.ts'

export function PeopleTab() {
  const words = useWords(auditWords)
  const staff = useQuery({
    queryKey: ['staff'],
    queryFn: ({ signal }) => api.staff.list({ signal }),
  })
  return (
    <Panel title={words.tabs.people} asOf={staff.data} actions={<AddPerson />}>
      <Muted>{words.rolesSay}</Muted>
      <Loaded query={staff}>{({ items }) => <PeopleTable people={items} />}</Loaded>
    </Panel>
  )
}

interface Doing {
  readonly what: 'change' | 'remove'
  readonly person: Person
}

function PeopleTable({ people }: { readonly people: readonly Person[] }) {
  const words = useWords(auditWords)
  const [doing, setDoing] = useState<Doing | null>(null)
  const done = () => setDoing(null)
  const columns = usePeopleColumns(setDoing)
  return (
    <>
      <Table
        cards
        name={words.tabs.people}
        columns={columns}
        rows={people}
        rowKey={(person) => person.staff_id}
        empty={<Empty title={words.noPeople} />}
      />
      {doing?.what === 'change' && <ChangeDialog person={doing.person} onClose={done} />}
      {doing?.what === 'remove' && <RemoveDialog person={doing.person} onClose={done} />}
    </>
  )
}

function usePeopleColumns(setDoing: (doing: Doing) => void): readonly Column<Person>[] {
  const words = useWords(auditWords)
  return [
    {
      id: 'name',
      label: words.name,
      cell: ({ name, staff_id: id }) => (
        <Link to="/operator/audit" search={{ actor: id } as never} aria-label={words.orders(name)}>
          {name}
        </Link>
      ),
    },
    { id: 'email', label: words.email, priority: 2, cell: ({ email }) => email ?? '–' },
    { id: 'role', label: words.role, cell: ({ role }) => words.roles[role] },
    {
      id: 'status',
      label: words.status,
      cell: (person) => (
        <>
          <StateWord tone={person.status === 'active' ? 'ok' : 'muted'}>
            {words.statuses[person.status]}
          </StateWord>
          <Awaited person={person} />
        </>
      ),
    },
    {
      id: 'prefix',
      label: words.prefix,
      priority: 1,
      cell: ({ prefix }) => (prefix === null ? words.noToken : <code>{prefix}</code>),
    },
    {
      id: 'do',
      label: words.change,
      cell: (person) =>
        person.status === 'active' && <Actions person={person} setDoing={setDoing} />,
    },
  ]
}

interface OfPerson {
  readonly person: Person
}

interface ActionsProps extends OfPerson {
  readonly setDoing: (doing: Doing) => void
}

function Actions({ person, setDoing }: ActionsProps) {
  const words = useWords(auditWords)
  return (
    <Row>
      <Invite person={person} />
      <Button size="small" onClick={() => setDoing({ what: 'change', person })}>
        {words.change}
        <span className="visually-hidden"> {person.name}</span>
      </Button>
      <Button size="small" kind="danger" onClick={() => setDoing({ what: 'remove', person })}>
        {words.remove}
        <span className="visually-hidden"> {person.name}</span>
      </Button>
    </Row>
  )
}

/** The invitation of a person that nobody has taken yet. */
function useInvitation({ person }: OfPerson) {
  const invitations = useQuery({
    queryKey: ['staff', 'invitations'],
    queryFn: ({ signal }) => api.staff.invitations({ signal }),
  })
  return invitations.data?.items.find((own) => own.staff_id === person.staff_id)
}

function Awaited(props: OfPerson) {
  const open = useInvitation(props)
  return open ? <AwaitedUntil at={open.expires_at} /> : null
}

function Invite({ person }: OfPerson) {
  const lang = useLang()
  const queries = useQueryClient()
  const open = useInvitation({ person })
  const id = person.staff_id
  return (
    <Inviting
      person={person}
      isOpen={open !== undefined}
      invite={(by) => api.staff.invite(id, { by, lang })}
      takeBack={() => api.staff.takeBack(id)}
      onDone={() => queries.invalidateQueries({ queryKey: ['staff'] })}
    />
  )
}
