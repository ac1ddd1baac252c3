import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Stack, StateWord, TextArea } from '../../kit/index.ts'
import { timelineWords } from './words.ts'

interface AccountProps {
  readonly own: Answer<'getAccount'>
}

type Doing = 'park' | 'unpark'

/** What may be done with the account itself, each with a reason that stays. */
export function AccountActions({ own }: AccountProps) {
  const words = useWords(timelineWords)
  const may = useMay()
  const [doing, setDoing] = useState<Doing>()
  const parking: Doing = own.parked === null ? 'park' : 'unpark'
  return (
    <>
      {own.parked !== null && <StateWord tone="warn">{words.parked}</StateWord>}
      {may('operator') && (
        <Button size="small" icon="pause" onClick={() => setDoing(parking)}>
          {words[parking]}
        </Button>
      )}
      {doing && (
        <ReasonDialog doing={doing} account={own.account_id} onClose={() => setDoing(undefined)} />
      )}
    </>
  )
}

interface ReasonProps {
  readonly doing: Doing
  readonly account: string
  readonly onClose: () => void
}

function ReasonDialog({ doing, account, onClose }: ReasonProps) {
  const words = useWords(timelineWords)
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  // One order however often the button is pressed.
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const act = useMutation({
    mutationFn: async () => {
      const body = { reason: reason.trim() }
      await api.accounts[doing](account, body, { idempotencyKey })
    },
    onSuccess: async () => {
      onClose()
      await queries.invalidateQueries({ queryKey: accountKey(account) })
    },
  })
  return (
    <Confirm
      open
      title={words[`${doing}Title`]}
      confirm={words[`${doing}Do`]}
      danger={doing === 'park'}
      busy={act.isPending}
      error={act.error}
      onClose={onClose}
      onConfirm={() => act.mutate()}
    >
      <Stack>
        <p>{words[`${doing}What`]}</p>
        <TextArea
          label={words.reason}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}
