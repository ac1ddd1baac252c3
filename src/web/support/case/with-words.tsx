import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, TextArea, useMoneyText } from '../../kit/index.ts'
import type { Case } from './case.tsx'
import { type StepProps, useStep } from './step.ts'
import { caseScreenWords } from './words.ts'

interface WordsDialogProps extends StepProps {
  readonly title: string
  readonly label: string
  readonly hint?: string
  readonly confirm: string
  readonly danger?: boolean
  readonly take: (words: string) => Promise<Case>
}

/** A step that takes a few words, and nothing else. */
function WordsDialog({ title, label, hint, confirm, danger, take, onClose }: WordsDialogProps) {
  const [text, setText] = useState('')
  const step = useStep(take, onClose)
  return (
    <Confirm
      open
      title={title}
      confirm={confirm}
      danger={danger ?? false}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate(text.trim())}
    >
      <TextArea
        label={label}
        hint={hint}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Confirm>
  )
}

export function NoteDialog(props: StepProps) {
  const words = useWords(caseScreenWords)
  return (
    <WordsDialog
      {...props}
      title={words.noteTitle}
      label={words.words}
      hint={words.noteHint}
      confirm={words.saveNote}
      take={(text) => api.cases.addStep(props.own.case_id, { kind: 'noted', words: text })}
    />
  )
}

export function CloseDialog(props: StepProps) {
  const words = useWords(caseScreenWords)
  return (
    <WordsDialog
      {...props}
      title={words.closeTitle}
      label={words.found}
      confirm={words.closeDo}
      take={(text) => api.cases.addStep(props.own.case_id, { kind: 'closed', words: text })}
    />
  )
}

export function ReopenDialog(props: StepProps) {
  const words = useWords(caseScreenWords)
  return (
    <WordsDialog
      {...props}
      title={words.reopenTitle}
      label={words.why}
      confirm={words.reopenDo}
      take={(text) => api.cases.reopen(props.own.case_id, { words: text })}
    />
  )
}

export function DenyDialog(props: StepProps) {
  const words = useWords(caseScreenWords)
  return (
    <WordsDialog
      {...props}
      title={words.denyTitle}
      label={words.why}
      confirm={words.denyDo}
      danger
      take={(text) => api.cases.deny(props.own.case_id, { words: text })}
    />
  )
}

/** The second person agrees: what waits is posted at once. */
export function ApproveDialog({ own, onClose }: StepProps) {
  const words = useWords(caseScreenWords)
  const money = useMoneyText()
  const step = useStep(() => api.cases.approve(own.case_id), onClose)
  if (!own.waiting) return null
  const amount = money(own.waiting.plan.total, own.currency)
  return (
    <Confirm
      open
      title={words.approveTitle}
      confirm={words.approve(amount)}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <Stack>
        <p>{words.approveWhat(amount)}</p>
      </Stack>
    </Confirm>
  )
}
