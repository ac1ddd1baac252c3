import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, TextField } from '../../kit/index.ts'
import { priceWords } from './words.ts'

interface RollbackProps {
  readonly book: string
  readonly open: boolean
  readonly onClose: () => void
}

/** `2026-12-01T09:00` of a field, as UTC. */
const utcOf = (local: string): string => `${local.length === 16 ? `${local}:00` : local}Z`

/** Drafts a new version with the prices of an old book. */
export function RollbackDialog({ book, open, onClose }: RollbackProps) {
  const words = useWords(priceWords)
  const client = useQueryClient()
  const [, setSearch] = useUrlState()
  const [id, setId] = useState('')
  const [from, setFrom] = useState('')
  const [note, setNote] = useState('')
  const make = useMutation({
    mutationFn: () =>
      api.priceDrafts.create({
        based_on: { price_book_id: book, id, effective_from: utcOf(from) },
        ...(note !== '' && { note }),
      }),
    onSuccess: async (draft) => {
      await client.invalidateQueries({ queryKey: ['price-drafts'] })
      onClose()
      setSearch({ tab: 'drafts', draft: draft.draft_id, book: undefined, with: undefined })
    },
  })
  return (
    <Confirm
      title={words.rollback}
      open={open}
      onClose={onClose}
      confirm={words.makeDraft}
      busy={make.isPending}
      error={make.error}
      onConfirm={() => make.mutate()}
    >
      <Stack>
        <p>{words.rollbackSays}</p>
        <TextField label={words.newId} value={id} onChange={(event) => setId(event.target.value)} />
        <TextField
          label={words.effective}
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <TextField
          label={words.note}
          hint={words.noteHint}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}
