import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../app/client.ts'
import { useWords, wordsOf } from '../app/words.ts'
import { Button, Confirm, Stack, TextArea } from '../kit/index.ts'

const unmaskWords = wordsOf(
  {
    unmask: 'Show names…',
    title: 'Show names and addresses',
    what: 'For half an hour, to you only. The reason stands in the log that the account reads.',
    confirm: 'Show for half an hour',
    reason: 'Reason',
  },
  {
    unmask: '氏名を表示…',
    title: '氏名と連絡先の表示',
    what: '30 分間、あなただけに表示します。理由は、アカウント側から見える記録に残ります。',
    confirm: '30 分間表示する',
    reason: '理由',
  },
)

/** Asks why names and addresses of an account are needed, and shows them then. */
export function Unmask({ account }: { readonly account: string }) {
  const words = useWords(unmaskWords)
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button size="small" icon="eye" onClick={() => setAsking(true)}>
        {words.unmask}
      </Button>
      {isAsking && <Why account={account} onClose={() => setAsking(false)} />}
    </>
  )
}

function Why({ account, onClose }: { readonly account: string; readonly onClose: () => void }) {
  const words = useWords(unmaskWords)
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const show = useMutation({
    mutationFn: () => api.support.unmask(account, { reason: reason.trim() }),
    onSuccess: async () => {
      onClose()
      // Names are in answers about the account wherever they are kept, also in those about a case.
      await queries.invalidateQueries()
    },
  })
  return (
    <Confirm
      open
      title={words.title}
      confirm={words.confirm}
      busy={show.isPending}
      error={show.error}
      onClose={onClose}
      onConfirm={() => show.mutate()}
    >
      <Stack>
        <p>{words.what}</p>
        <TextArea
          label={words.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}
