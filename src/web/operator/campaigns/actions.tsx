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
      <GoOn own={own} />
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

/** Resumes what was paused, tells of what is open. */
function GoOn({ own }: OwnProps) {
  const words = useWords(campaignWords)
  if (own.status === 'paused')
    return (
      <MoveButton
        own={own}
        move="publish"
        kind="primary"
        label={words.resume}
        lead={words.resumeLead}
        confirm={words.resumeDo}
      />
    )
  if (own.status !== 'published' || own.announced_at !== null) return null
  return (
    <MoveButton
      own={own}
      move="announce"
      kind="primary"
      label={words.announce}
      lead={words.announceLead}
      confirm={words.announceDo}
    />
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

interface Raised {
  readonly wave: string
  readonly budget: string
  readonly claims: string
}

const NOTHING: Raised = { wave: '', budget: '', claims: '' }
const AMOUNT = /^\d+(\.\d{1,9})?$/

const raisedTo = ({ wave, budget, claims }: Raised) => ({
  ...(wave !== '' && { wave }),
  ...(budget.trim() !== '' && { budget: budget.trim() }),
  ...(claims.trim() !== '' && { claims: Number(claims) }),
})

function Raise({ own }: OwnProps) {
  const words = useWords(campaignWords)
  const money = useMoneyText()
  const [isOpen, setOpen] = useState(false)
  const [raised, setRaised] = useState(NOTHING)
  const taken = useTaken(() => setOpen(false))
  const order = useMutation({
    mutationFn: () => api.campaigns.raiseCeilings(own.campaign_id, raisedTo(raised)),
    onSuccess: taken,
  })
  const name = words.raise.replace('…', '')
  const [budget, claims] = [raised.budget.trim(), raised.claims.trim()]
  const byClaims = claims === '' ? name : words.raiseDoClaims(claims)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{words.raise}</Button>
      <Confirm
        title={name}
        open={isOpen}
        onClose={() => {
          setOpen(false)
          order.reset()
        }}
        confirm={
          AMOUNT.test(budget) ? words.raiseDo(money(budget, own.document.currency)) : byClaims
        }
        busy={order.isPending}
        error={order.error}
        onConfirm={() => order.mutate()}
      >
        <RaiseFields own={own} raised={raised} onChange={setRaised} />
      </Confirm>
    </>
  )
}

function RaiseFields({
  own,
  raised,
  onChange,
}: OwnProps & { readonly raised: Raised; readonly onChange: (raised: Raised) => void }) {
  const words = useWords(campaignWords)
  return (
    <Stack>
      <p>{words.raiseLead}</p>
      <Select
        label={words.wave}
        value={raised.wave}
        options={own.ceilings.map(({ wave: id }) => ({
          value: id ?? '',
          label: id ?? words.whole,
        }))}
        onChange={(wave) => onChange({ ...raised, wave })}
      />
      <MoneyField
        label={words.raiseBudget}
        currency={own.document.currency}
        value={raised.budget}
        onChange={(event) => onChange({ ...raised, budget: event.target.value })}
      />
      <TextField
        label={words.raiseClaims}
        inputMode="numeric"
        value={raised.claims}
        onChange={(event) => onChange({ ...raised, claims: event.target.value })}
      />
    </Stack>
  )
}
