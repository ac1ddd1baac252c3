import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { disputeWords } from './words.ts'
import { WordsDialog } from './words-dialog.tsx'

interface AskPersonProps {
  readonly account: string
  /** A case that is open; else one is opened. */
  readonly caseId?: string
  /** What is written already, to be changed at will. */
  readonly said?: string
  readonly onClose: () => void
  readonly onOpened: (caseId: string) => void
}

/** Asks for a person: always there, and asked twice it is one case. */
export function AskPerson({ account, caseId, said = '', onClose, onOpened }: AskPersonProps) {
  const words = useWords(disputeWords)
  const lang = useLang()
  const queries = useQueryClient()
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const ask = useMutation({
    mutationFn: (written: string) =>
      api.disputes.askForPerson(
        account,
        { words: written, language: lang, ...(caseId !== undefined && { case_id: caseId }) },
        { idempotencyKey },
      ),
    onSuccess: async ({ case_id: id }) => {
      await queries.invalidateQueries({ queryKey: accountKey(account) })
      onClose()
      onOpened(id)
    },
  })
  return (
    <WordsDialog
      title={words.person}
      lead={words.personLead}
      label={words.personWords}
      confirm={words.personSend}
      said={said}
      sent={ask}
      onClose={onClose}
    />
  )
}
