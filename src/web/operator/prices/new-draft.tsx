import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, TextField } from '../../kit/index.ts'
import { DocumentField, documentIn } from '../document-field.tsx'
import { priceWords } from './words.ts'

interface NewDraftProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** Stores a draft; it may still have faults. */
export function NewDraftDialog({ open, onClose }: NewDraftProps) {
  const words = useWords(priceWords)
  const client = useQueryClient()
  const [, setSearch] = useUrlState()
  const [text, setText] = useState('')
  const [note, setNote] = useState('')
  const document = documentIn(text)
  const make = useMutation({
    mutationFn: (own: Record<string, unknown>) =>
      api.priceDrafts.create({ document: own, ...(note !== '' && { note }) }),
    onSuccess: async (draft) => {
      await client.invalidateQueries({ queryKey: ['price-drafts'] })
      setText('')
      setNote('')
      onClose()
      setSearch({ draft: draft.draft_id, state: undefined })
    },
  })
  return (
    <Confirm
      title={words.newDraft}
      open={open}
      onClose={onClose}
      confirm={words.makeDraft}
      busy={make.isPending}
      error={make.error}
      onConfirm={() => document && make.mutate(document)}
    >
      <Stack>
        <DocumentField text={text} onChange={setText} words={words.field} />
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
