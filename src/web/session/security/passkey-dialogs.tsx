import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, TextField } from '../../kit/index.ts'
import { sessionWords } from '../words.ts'

export type Passkey = Answer<'listPasskeys'>['items'][number]

const CHANGED = [['passkeys'], ['session'], ['sign-ins']] as const

/** After a passkey has come or gone: the list, what the session may be asked, and what happened. */
export function useChanged() {
  const queries = useQueryClient()
  return () => Promise.all(CHANGED.map((queryKey) => queries.invalidateQueries({ queryKey })))
}

interface PasskeyDialogProps {
  readonly passkey: Passkey
  readonly onClose: () => void
}

export function RenamePasskey({ passkey, onClose }: PasskeyDialogProps) {
  const words = useWords(sessionWords)
  const changed = useChanged()
  const [name, setName] = useState(passkey.name)
  const renaming = useMutation({
    mutationFn: () => api.passkeys.rename(passkey.passkey_id, name),
    onSuccess: async () => {
      onClose()
      await changed()
    },
  })
  return (
    <Confirm
      title={words.renamePasskey(passkey.name)}
      open
      onClose={onClose}
      confirm={words.rename}
      busy={renaming.isPending}
      error={renaming.error}
      onConfirm={() => renaming.mutate()}
    >
      <TextField
        label={words.passkeyName}
        hint={words.passkeyNameHint}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
    </Confirm>
  )
}

export function RemovePasskey({ passkey, onClose }: PasskeyDialogProps) {
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
