import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { MANAGEABLE, ROLES, type Role } from '../../../contract/permissions.ts'
import { api } from '../../app/client.ts'
import { useMay, useSession } from '../../app/session.ts'
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
  Stack,
  StateWord,
  Table,
  TextField,
} from '../../kit/index.ts'
import { useMembers } from '../../parts/team.ts'
import { useOrder } from '../../parts/use-order.ts'
import { Awaited, Invite } from './invitation.tsx'
import { teamWords } from './words.ts'

type Member = Answer<'listMembers'>['items'][number]

export function Members({ account }: { readonly account: string }) {
  const words = useWords(teamWords)
  const members = useMembers(account)
  const mayWrite = useMay()('members_write')
  return (
    <Panel
      title={words.members}
      asOf={members.data}
      actions={mayWrite && <AddMember account={account} />}
    >
      <Loaded query={members}>
        {({ items }) => <MemberTable account={account} items={items} />}
      </Loaded>
    </Panel>
  )
}

interface MemberTableProps {
  readonly account: string
  readonly items: readonly Member[]
}

function MemberTable({ account, items }: MemberTableProps) {
  const words = useWords(teamWords)
  return (
    <Table
      cards
      name={words.members}
      columns={useMemberColumns(account)}
      rows={items}
      rowKey={({ member_id: id }) => id}
      empty={<NoMembers />}
    />
  )
}

function NoMembers() {
  const words = useWords(teamWords)
  return (
    <Empty title={words.noMembers}>
      <p>{words.noMembersWhy}</p>
    </Empty>
  )
}

function useMemberColumns(account: string): readonly Column<Member>[] {
  const words = useWords(teamWords)
  const manageable = useManageable()
  return [
    { id: 'name', label: words.name, cell: (member) => <Named member={member} /> },
    { id: 'email', label: words.email, priority: 1, cell: ({ email }) => email },
    { id: 'role', label: words.role, cell: ({ role }) => words.roles[role] },
    {
      id: 'state',
      label: words.state,
      priority: 2,
      cell: (member) => (
        <>
          <StateWord tone={member.status === 'active' ? 'ok' : 'muted'}>
            {words[member.status]}
          </StateWord>
          <Awaited account={account} member={member} />
        </>
      ),
    },
    {
      id: 'caps',
      label: words.caps,
      cell: ({ member_id: id }) => (
        <Link to={`/a/${account}/controls` as string} search={{ of: `member:${id}` } as never}>
          {words.seeCaps}
        </Link>
      ),
    },
    {
      id: 'actions',
      label: words.actions,
      cell: (member) =>
        manageable.includes(member.role) && <Actions account={account} member={member} />,
    },
  ]
}

const Named = ({ member }: { readonly member: Member }) => (
  <>
    <div>{member.name}</div>
    <Muted>{member.member_id}</Muted>
  </>
)

/** Whose membership the reader may change. */
function useManageable(): readonly Role[] {
  const session = useSession()
  return session ? MANAGEABLE[session.role] : []
}

interface MemberProps {
  readonly account: string
  readonly member: Member
}

function Actions({ account, member }: MemberProps) {
  const words = useWords(teamWords)
  const back = useOrder(account, (id: string, sending) =>
    api.members.change(account, id, { status: 'active' }, sending),
  )
  if (member.status === 'removed')
    return (
      <Button size="small" busy={back.busy} onClick={() => back.perform(member.member_id)}>
        {words.back}
        <span className="visually-hidden"> {member.name}</span>
      </Button>
    )
  return (
    <Row>
      <Invite account={account} member={member} />
      <ChangeRole account={account} member={member} />
      <Remove account={account} member={member} />
    </Row>
  )
}

function RoleSelect({
  value,
  onChange,
}: {
  readonly value: Role
  readonly onChange: (role: Role) => void
}) {
  const words = useWords(teamWords)
  const manageable = useManageable()
  return (
    <Select
      label={words.role}
      hint={words.roleSays[value]}
      value={value}
      options={ROLES.filter((role) => manageable.includes(role)).map((role) => ({
        value: role,
        label: words.roles[role],
      }))}
      onChange={(role) => onChange(role as Role)}
    />
  )
}

function ChangeRole({ account, member }: MemberProps) {
  const words = useWords(teamWords)
  const [role, setRole] = useState<Role>(member.role)
  const order = useOrder(account, (wanted: Role, sending) =>
    api.members.change(account, member.member_id, { role: wanted }, sending),
  )
  const begin = (): void => {
    setRole(member.role)
    order.open()
  }
  return (
    <>
      <Button size="small" onClick={begin}>
        {words.change}
        <span className="visually-hidden"> {member.name}</span>
      </Button>
      <Confirm
        title={words.changeTitle(member.name)}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.changeDo(words.roles[role])}
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(role)}
      >
        <RoleSelect value={role} onChange={setRole} />
      </Confirm>
    </>
  )
}

function Remove({ account, member }: MemberProps) {
  const words = useWords(teamWords)
  const order = useOrder(account, (id: string, sending) => api.members.remove(account, id, sending))
  return (
    <>
      <Button size="small" onClick={order.open}>
        {words.remove}
        <span className="visually-hidden"> {member.name}</span>
      </Button>
      <Confirm
        title={words.removeTitle(member.name)}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.removeDo}
        danger
        busy={order.busy}
        error={order.error}
        onConfirm={() => order.perform(member.member_id)}
      >
        <p>{words.removeSays}</p>
      </Confirm>
    </>
  )
}

const NOBODY = { member_id: '', name: '', email: '', role: 'developer' as Role }

function AddMember({ account }: { readonly account: string }) {
  const words = useWords(teamWords)
  const [person, setPerson] = useState(NOBODY)
  const [isTold, setTold] = useState(false)
  const order = useOrder(account, ({ email, ...rest }: typeof NOBODY, sending) =>
    api.members.add(account, { ...rest, email: email === '' ? null : email }, sending),
  )
  const begin = (): void => {
    setPerson(NOBODY)
    setTold(false)
    order.open()
  }
  const add = (): void => {
    setTold(true)
    if (person.member_id !== '' && person.name !== '') order.perform(person)
  }
  const field = (name: 'member_id' | 'name' | 'email') => ({
    value: person[name],
    error: isTold && name !== 'email' && person[name] === '' ? words.missing : undefined,
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setPerson({ ...person, [name]: name === 'name' ? target.value : target.value.trim() }),
  })
  return (
    <>
      <Button size="small" icon="plus" onClick={begin}>
        {words.add}
      </Button>
      <Confirm
        title={words.add}
        open={order.isOpen}
        onClose={order.close}
        confirm={words.addDo(person.name === '' ? '…' : person.name)}
        busy={order.busy}
        error={order.error}
        onConfirm={add}
      >
        <Stack>
          <TextField label={words.name} {...field('name')} />
          <TextField label={words.id} hint={words.idHint} {...field('member_id')} />
          <TextField label={words.email} type="email" {...field('email')} />
          <RoleSelect value={person.role} onChange={(role) => setPerson({ ...person, role })} />
        </Stack>
      </Confirm>
    </>
  )
}
