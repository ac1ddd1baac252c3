import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Body } from '../../../client/index.ts'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import { Confirm, Stack } from '../../kit/index.ts'
import { DocumentField, documentIn } from '../document-field.tsx'
import { planWords } from './words.ts'

interface NewPlanProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onMade: (plan: string) => void
}

export function NewPlanDialog({ open, onClose, onMade }: NewPlanProps) {
  const words = useWords(planWords)
  const client = useQueryClient()
  const [text, setText] = useState('')
  const document = documentIn(text)
  const make = useMutation({
    mutationFn: (own: Record<string, unknown>) => api.plans.create(own as Body<'createPlan'>),
    onSuccess: async ({ plan }) => {
      await client.invalidateQueries({ queryKey: ['plans'] })
      setText('')
      onClose()
      onMade(plan)
    },
  })
  return (
    <Confirm
      title={words.newPlan}
      open={open}
      onClose={onClose}
      confirm={words.make}
      busy={make.isPending}
      error={make.error}
      onConfirm={() => document && make.mutate(document)}
    >
      <Stack>
        <p>{words.newPlanSays}</p>
        <DocumentField text={text} onChange={setText} words={words.field} />
      </Stack>
    </Confirm>
  )
}
