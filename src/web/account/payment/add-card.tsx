import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, TextField } from '../../kit/index.ts'
import { cardsKey } from './data.ts'
import { paymentWords } from './words.ts'

/** A card by what the processor calls it: its number never comes here. */
export function AddCard({
  account,
  onClose,
}: {
  readonly account: string
  readonly onClose: () => void
}) {
  const words = useWords(paymentWords)
  const queries = useQueryClient()
  const [reference, setReference] = useState('')
  const [tried, setTried] = useState(false)
  const given = reference.trim()
  const add = useMutation({
    mutationFn: () => api.paymentMethods.add(account, { method_ref: given }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: cardsKey(account) })
      void queries.invalidateQueries({ queryKey: accountKey(account) })
      onClose()
    },
  })
  const save = (): void => {
    setTried(true)
    if (given !== '') add.mutate()
  }
  return (
    <Confirm
      open
      title={words.addTitle}
      confirm={words.saveCard}
      busy={add.isPending}
      error={add.error}
      onClose={onClose}
      onConfirm={save}
    >
      <Stack gap={3}>
        <p>{words.addLead}</p>
        <TextField
          label={words.methodRef}
          hint={words.methodRefHint}
          error={tried && given === '' ? words.methodRefMissing : undefined}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={reference}
          onChange={(event) => setReference(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing && !add.isPending) save()
          }}
        />
      </Stack>
    </Confirm>
  )
}
