import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Confirm,
  MoneyField,
  Select,
  Stack,
  TextField,
  useMoneyText,
} from '../../kit/index.ts'
import type { Campaign } from './document.ts'
import { campaignWords } from './words.ts'

type Move = 'publish' | 'pause' | 'close' | 'announce'

interface OwnProps {
  readonly own: Campaign
}

/** What may be done with it in its state. */
export function Actions({ own }: OwnProps) {
  const words = useWords(campaignWords)
  const money = useMoneyText()
  const { status, document, ceilings } = own
  const most = ceilings[0]?.budget_max ?? null
  const budget = most === null ? words.budgetNone : words.budgetText(money(most, document.currency))
  const isPublished = status === 'published'
  return (
    <>
      {status === 'draft' && (
        <MoveButton
          own={own}
          move="publish"
          kind="primary"
          label={words.publish}
          lead={words.publishLead(document.name, budget)}
          confirm={words.publishDo(budget)}
        />
      )}
      {status === 'paused' && (
        <MoveButton
          own={own}
          move="publish"
          kind="primary"
          label={words.resume}
          lead={words.resumeLead}
          confirm={words.resumeDo}
        />
      )}
      {isPublished && own.announced_at === null && (
        <MoveButton
          own={own}
          move="announce"
          kind="primary"
          label={words.announce}
          lead={words.announceLead}
          confirm={words.announceDo}
        />
      )}
      {status !== 'closed' && status !== 'draft' && <Raise own={own} />}
      {isPublished && (
        <MoveButton
          own={own}
          move="pause"
          label={words.pause}
          lead={words.pauseLead}
          confirm={words.pauseDo}
        />
      )}
      {status !== 'closed' && (
        <MoveButton
          own={own}
          move="close"
          kind="danger"
          label={words.close}
          lead={words.closeLead}
          confirm={words.closeDo}
        />
      )}
    </>
  )
}

/** Takes what an order has made of the campaign; lists and figures are read anew. */
function useTaken(onDone: () => void) {
  const queries = useQueryClient()
  return async (own: Campaign): Promise<void> => {
    queries.setQueryData(['campaign', own.campaign_id], own)
    onDone()
    await queries.invalidateQueries({ queryKey: ['campaign', own.campaign_id] })
    await queries.invalidateQueries({ queryKey: ['campaigns'] })
  }
}

function MoveButton({
  own,
  move,
  label,
  lead,
  confirm,
  kind = 'plain',
}: OwnProps & {
  readonly move: Move
  readonly label: string
  readonly lead: string
  readonly confirm: string
  readonly kind?: 'plain' | 'primary' | 'danger'
}) {
  const [isOpen, setOpen] = useState(false)
  const taken = useTaken(() => setOpen(false))
  const order = useMutation({
    mutationFn: () => api.campaigns[move](own.campaign_id),
    onSuccess: taken,
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
          order.reset()
        }}
        confirm={confirm}
        danger={kind === 'danger'}
        busy={order.isPending}
        error={order.error}
        onConfirm={() => order.mutate()}
      >
        <p>{lead}</p>
      </Confirm>
    </>
  )
}

function Raise({ own }: OwnProps) {
  const words = useWords(campaignWords)
  const money = useMoneyText()
  const [isOpen, setOpen] = useState(false)
  const [wave, setWave] = useState('')
  const [budget, setBudget] = useState('')
  const [claims, setClaims] = useState('')
  const taken = useTaken(() => setOpen(false))
  const { currency } = own.document
  const order = useMutation({
    mutationFn: () =>
      api.campaigns.raiseCeilings(own.campaign_id, {
        ...(wave !== '' && { wave }),
        ...(budget.trim() !== '' && { budget: budget.trim() }),
        ...(claims.trim() !== '' && { claims: Number(claims) }),
      }),
    onSuccess: taken,
  })
  const isAmount = /^\d+(\.\d{1,9})?$/.test(budget.trim())
  const confirm = isAmount
    ? words.raiseDo(money(budget.trim(), currency))
    : claims.trim() === ''
      ? words.raise.replace('…', '')
      : words.raiseDoClaims(claims.trim())
  return (
    <>
      <Button onClick={() => setOpen(true)}>{words.raise}</Button>
      <Confirm
        title={words.raise.replace('…', '')}
        open={isOpen}
        onClose={() => {
          setOpen(false)
          order.reset()
        }}
        confirm={confirm}
        busy={order.isPending}
        error={order.error}
        onConfirm={() => order.mutate()}
      >
        <Stack>
          <p>{words.raiseLead}</p>
          <Select
            label={words.wave}
            value={wave}
            options={own.ceilings.map(({ wave: id }) => ({
              value: id ?? '',
              label: id ?? words.whole,
            }))}
            onChange={setWave}
          />
          <MoneyField
            label={words.raiseBudget}
            currency={currency}
            value={budget}
            onChange={(event) => setBudget(event.target.value)}
          />
          <TextField
            label={words.raiseClaims}
            inputMode="numeric"
            value={claims}
            onChange={(event) => setClaims(event.target.value)}
          />
        </Stack>
      </Confirm>
    </>
  )
}
