import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Body } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Button, Confirm, TextField } from '../../kit/index.ts'
import type { Incident } from './form.ts'
import { keep } from './queries.ts'
import { incidentWords } from './words.ts'

/** A step of a person: says what it does, asks once, and may say why. */
export function StepButton({
  own,
  step,
  label,
  lead,
  confirm,
  kind = 'plain',
}: {
  readonly own: Incident
  readonly step: Body<'stepIncident'>['step']
  readonly label: string
  readonly lead: string
  /** What the button does, with the amount where money moves. */
  readonly confirm: string
  readonly kind?: 'plain' | 'primary' | 'danger'
}) {
  const words = useWords(incidentWords)
  const queries = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const take = useMutation({
    mutationFn: () =>
      api.incidents.step(own.incident_id, {
        step,
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      }),
    onSuccess: async (answer) => {
      setOpen(false)
      setReason('')
      await keep(queries, answer)
    },
  })
  return (
    <>
      <Button kind={kind} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Confirm
        title={label.replace('…', '')}
        open={isOpen}
        onClose={() => {
          setOpen(false)
          take.reset()
        }}
        confirm={confirm}
        danger={kind === 'danger'}
        busy={take.isPending}
        error={take.error}
        onConfirm={() => take.mutate()}
      >
        <p>{lead}</p>
        <TextField
          label={words.reason}
          hint={words.reasonHint}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
      </Confirm>
    </>
  )
}
