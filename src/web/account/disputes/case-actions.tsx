import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, Row } from '../../kit/index.ts'
import type { Dispute } from './data.ts'
import { useStep } from './use-step.ts'
import { disputeWords } from './words.ts'
import { WordsDialog } from './words-dialog.tsx'

interface CaseActionsProps {
  readonly account: string
  readonly own: Dispute
}

/** Taking it back, and objecting to the decision: what can be done now. */
export function CaseActions({ account, own }: CaseActionsProps) {
  const words = useWords(disputeWords)
  const may = useMay()
  const [open, setOpen] = useState<'withdraw' | 'appeal'>()
  const close = (): void => setOpen(undefined)
  if (!may('cases_open')) return null
  return (
    <Row>
      {own.can.includes('appeal') && (
        <Button onClick={() => setOpen('appeal')}>{words.appeal}</Button>
      )}
      {own.can.includes('withdraw') && (
        <Button onClick={() => setOpen('withdraw')}>{words.withdraw}</Button>
      )}
      {open === 'withdraw' && <Withdraw account={account} own={own} onClose={close} />}
      {open === 'appeal' && <Appeal account={account} own={own} onClose={close} />}
    </Row>
  )
}

type DialogProps = CaseActionsProps & { readonly onClose: () => void }

function Withdraw({ account, own, onClose }: DialogProps) {
  const words = useWords(disputeWords)
  const withdraw = useStep(account, () => api.disputes.withdraw(account, own.case_id))
  return (
    <Confirm
      open
      title={words.withdrawTitle}
      confirm={words.withdraw}
      busy={withdraw.isPending}
      error={withdraw.error}
      onClose={onClose}
      onConfirm={() => withdraw.mutate('', { onSuccess: onClose })}
    >
      <p>{words.withdrawWhy}</p>
    </Confirm>
  )
}

function Appeal({ account, own, onClose }: DialogProps) {
  const words = useWords(disputeWords)
  const appeal = useStep(account, async (said) => {
    await api.disputes.appeal(account, own.case_id, { words: said })
    onClose()
  })
  return (
    <WordsDialog
      title={words.appealTitle}
      lead={words.appealWhy}
      label={words.appealWords}
      confirm={words.appealSend}
      sent={appeal}
      onClose={onClose}
    />
  )
}
