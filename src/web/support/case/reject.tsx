import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack, TextArea } from '../../kit/index.ts'
import { LetterPreview } from './letter.tsx'
import { ReasonField } from './reason-field.tsx'
import { type StepProps, useStep } from './step.ts'
import { caseScreenWords } from './words.ts'

/** Nothing is given back: with the reason, and the letter that says it. */
export function RejectDialog({ own, onClose }: StepProps) {
  const words = useWords(caseScreenWords)
  const [reason, setReason] = useState('charge_is_right')
  const [text, setText] = useState('')
  const said = text.trim()
  const step = useStep(() => api.cases.reject(own.case_id, { reason, words: said }), onClose)
  return (
    <Confirm
      open
      title={words.rejectTitle}
      confirm={words.rejectDo}
      danger
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <Stack>
        <ReasonField value={reason} onChange={setReason} />
        <TextArea
          label={words.letterWords}
          lang={own.language}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <LetterPreview
          own={own}
          decided={{ verdict: 'rejected', reason, plan: null, words: said || null }}
        />
      </Stack>
    </Confirm>
  )
}
