import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Select, Stack, TextField } from '../../kit/index.ts'
import { OnceShown } from '../../parts/once-shown.tsx'
import { auditWords } from './words.ts'

export type Person = Answer<'listStaff'>['items'][number]

const ROLES = ['operator', 'support_lead', 'support'] as const
type Role = (typeof ROLES)[number]

/** Changes people, and reads them again. */
function useChange<Output>(change: () => Promise<Output>, onDone: (output: Output) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async (output) => {
      await queries.invalidateQueries({ queryKey: ['staff'] })
      onDone(output)
    },
  })
}

interface FieldsProps {
  readonly email: string
  readonly onEmail: (email: string) => void
  readonly role: Role
  readonly onRole: (role: Role) => void
}

function Fields({ email, onEmail, role, onRole }: FieldsProps) {
  const words = useWords(auditWords)
  return (
    <>
      <TextField
        label={words.email}
        hint={words.emailHint}
        type="email"
        value={email}
        onChange={(event) => onEmail(event.target.value)}
      />
      <Select
        label={words.role}
        value={role}
        options={ROLES.map((value) => ({ value, label: words.roles[value] }))}
        onChange={(value) => onRole(value as Role)}
      />
      <p>{words.rolesSay}</p>
    </>
  )
}

const addressOf = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim())

/** Adds a person; the token for programs is shown once, and an invitation lets the person in. */
export function AddPerson() {
  const words = useWords(auditWords)
  const [isOpen, setOpen] = useState(false)
  const [token, setToken] = useState<string | undefined>(undefined)
  const onAdded = (secret: string): void => {
    setOpen(false)
    setToken(secret)
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {words.add}
      </Button>
      {isOpen && <AddDialog onAdded={onAdded} onClose={() => setOpen(false)} />}
      <OnceShown
        secret={token}
        title={words.tokenTitle}
        warning={words.tokenSays}
        done={words.tokenDone}
        onClose={() => setToken(undefined)}
      />
    </>
  )
}

interface AddDialogProps {
  readonly onAdded: (token: string) => void
  readonly onClose: () => void
}

function AddDialog({ onAdded, onClose }: AddDialogProps) {
  const words = useWords(auditWords)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('support')
  const adding = useChange(
    () => api.staff.add({ name: name.trim(), role, email: addressOf(email) }),
    ({ token }) => onAdded(token),
  )
  return (
    <Confirm
      title={words.add}
      open
      onClose={onClose}
      confirm={words.addDo}
      busy={adding.isPending}
      error={adding.error}
      onConfirm={() => adding.mutate()}
    >
      <Stack>
        <TextField
          label={words.name}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Fields email={email} onEmail={setEmail} role={role} onRole={setRole} />
      </Stack>
    </Confirm>
  )
}

interface PersonDialogProps {
  readonly person: Person
  readonly onClose: () => void
}

export function ChangeDialog({ person, onClose }: PersonDialogProps) {
  const words = useWords(auditWords)
  const [role, setRole] = useState<Role>(person.role)
  const [email, setEmail] = useState(person.email ?? '')
  const change = useChange(
    () => api.staff.change(person.staff_id, { role, email: addressOf(email) }),
    onClose,
  )
  return (
    <Confirm
      title={words.changePerson(person.name)}
      open
      onClose={onClose}
      confirm={words.save}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
    >
      <Stack>
        <Fields email={email} onEmail={setEmail} role={role} onRole={setRole} />
      </Stack>
    </Confirm>
  )
}

export function RemoveDialog({ person, onClose }: PersonDialogProps) {
  const words = useWords(auditWords)
  const remove = useChange(() => api.staff.remove(person.staff_id), onClose)
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
