import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Confirm,
  Empty,
  Loaded,
  Muted,
  Panel,
  Row,
  Select,
  StateWord,
  Table,
} from '../../kit/index.ts'
import { auditWords } from './words.ts'

type Person = Answer<'listStaff'>['items'][number]

const ROLES = ['operator', 'support_lead', 'support'] as const
type Role = (typeof ROLES)[number]

export function PeopleTab() {
  const words = useWords(auditWords)
  const staff = useQuery({
    queryKey: ['staff'],
    queryFn: ({ signal }) => api.staff.list({ signal }),
  })
  return (
    <Panel title={words.tabs.people} asOf={staff.data}>
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
      {doing?.what === 'change' && <RoleDialog person={doing.person} onClose={done} />}
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
    { id: 'role', label: words.role, cell: ({ role }) => words.roles[role] },
    {
      id: 'status',
      label: words.status,
      cell: ({ status }) => (
        <StateWord tone={status === 'active' ? 'ok' : 'muted'}>{words.statuses[status]}</StateWord>
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
        person.status === 'active' && (
          <Row>
            <Button size="small" onClick={() => setDoing({ what: 'change', person })}>
              {words.change}
            </Button>
            <Button size="small" kind="danger" onClick={() => setDoing({ what: 'remove', person })}>
              {words.remove}
            </Button>
          </Row>
        ),
    },
  ]
}

interface PersonDialogProps {
  readonly person: Person
  readonly onClose: () => void
}

function RoleDialog({ person, onClose }: PersonDialogProps) {
  const words = useWords(auditWords)
  const client = useQueryClient()
  const [role, setRole] = useState<Role>(person.role)
  const change = useMutation({
    mutationFn: () => api.staff.change(person.staff_id, { role }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['staff'] })
      onClose()
    },
  })
  return (
    <Confirm
      title={words.changeRole(person.name)}
      open
      onClose={onClose}
      confirm={words.save}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
    >
      <Select
        label={words.role}
        value={role}
        options={ROLES.map((value) => ({ value, label: words.roles[value] }))}
        onChange={(value) => setRole(value as Role)}
      />
      <p>{words.rolesSay}</p>
    </Confirm>
  )
}

function RemoveDialog({ person, onClose }: PersonDialogProps) {
  const words = useWords(auditWords)
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.staff.remove(person.staff_id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['staff'] })
      onClose()
    },
  })
  return (
    <Confirm
      title={words.removeTitle(person.name)}
      danger
      open
      onClose={onClose}
      confirm={words.remove}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      <p>{words.removeSays(person.name)}</p>
    </Confirm>
  )
}
