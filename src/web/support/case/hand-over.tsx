import { useState } from 'react'
import { TIERS } from '../../../contract/cases/codes.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Select, Stack, TextArea, TextField } from '../../kit/index.ts'
import { codeWords } from '../words.ts'
import { type StepProps, useStep } from './step.ts'
import { caseScreenWords } from './words.ts'

type Tier = (typeof TIERS)[number]

/** Others go on with it: with what they need to know. */
export function EscalateDialog({ own, onClose }: StepProps) {
  const words = useWords(caseScreenWords)
  const codes = useWords(codeWords)
  const [tier, setTier] = useState<Tier>('lead')
  const [text, setText] = useState('')
  const step = useStep(() => api.cases.escalate(own.case_id, { tier, words: text.trim() }), onClose)
  return (
    <Confirm
      open
      title={words.escalateTitle}
      confirm={words.escalateDo}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <Stack>
        <Select
          label={words.tierField}
          value={tier}
          options={TIERS.map((value) => ({ value, label: codes.tiers[value] }))}
          onChange={(value) => setTier(TIERS.find((own) => own === value) ?? 'lead')}
        />
        <TextArea
          label={words.found}
          hint={words.bundleHint}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Stack>
    </Confirm>
  )
}

/** To a person by id, or to nobody: back into the queue. */
export function AssignDialog({ own, onClose }: StepProps) {
  const words = useWords(caseScreenWords)
  const [staff, setStaff] = useState('')
  const to = staff.trim()
  const step = useStep(
    () => api.cases.assign(own.case_id, { staff_id: to === '' ? null : to }),
    onClose,
  )
  return (
    <Confirm
      open
      title={words.assign}
      confirm={to === '' ? words.release : words.assign}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <TextField
        label={words.assignTo}
        value={staff}
        onChange={(event) => setStaff(event.target.value)}
      />
    </Confirm>
  )
}

export function MergeDialog({ own, onClose }: StepProps) {
  const words = useWords(caseScreenWords)
  const [into, setInto] = useState(own.related[0] ?? '')
  const step = useStep(() => api.cases.merge(own.case_id, { into: into.trim() }), onClose)
  return (
    <Confirm
      open
      title={words.mergeTitle}
      confirm={words.mergeDo}
      busy={step.isPending}
      error={step.error}
      onClose={onClose}
      onConfirm={() => step.mutate()}
    >
      <TextField
        label={words.mergeInto}
        value={into}
        list="related-cases"
        onChange={(event) => setInto(event.target.value)}
      />
      <datalist id="related-cases">
        {own.related.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </Confirm>
  )
}
