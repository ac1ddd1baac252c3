import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  CodeBlock,
  type Column,
  Confirm,
  Disclosure,
  Empty,
  Loaded,
  Money,
  Panel,
  Row,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { StateLink } from '../state-link.tsx'
import { NewPlanDialog } from './new-plan.tsx'
import { type Plan, usePlans } from './queries.ts'
import { planWords } from './words.ts'

const TONES: Readonly<Record<Plan['status'], Tone>> = {
  draft: 'accent',
  published: 'ok',
  retired: 'muted',
}

export function VersionsTab() {
  const words = useWords(planWords)
  const plans = usePlans()
  const [search, setSearch] = useUrlState()
  const [writing, setWriting] = useState(false)
  const named = textOf(search, 'plan')
  const open = (plan: string | undefined) => setSearch({ plan })
  return (
    <Stack gap={4}>
      <Row>
        <Button kind="primary" icon="plus" onClick={() => setWriting(true)}>
          {words.newPlan}
        </Button>
      </Row>
      <Loaded query={plans}>
        {(items) => {
          const shown = items.find(({ plan }) => plan === named)
          return (
            <>
              <PlanList plans={items} onOpen={open} />
              {shown && <OnePlan plan={shown} onClose={() => open(undefined)} />}
            </>
          )
        }}
      </Loaded>
      <NewPlanDialog open={writing} onClose={() => setWriting(false)} onMade={open} />
    </Stack>
  )
}

interface PlanListProps {
  readonly plans: readonly Plan[]
  readonly onOpen: (plan: string) => void
}

function PlanList({ plans, onOpen }: PlanListProps) {
  const words = useWords(planWords)
  const columns: readonly Column<Plan>[] = [
    {
      id: 'plan',
      label: words.plan,
      cell: ({ plan }) => <StateLink change={{ plan }}>{plan}</StateLink>,
    },
    { id: 'name', label: words.name, priority: 2, cell: ({ document }) => document.name },
    {
      id: 'state',
      label: words.state,
      cell: ({ status }) => <StateWord tone={TONES[status]}>{words.states[status]}</StateWord>,
    },
    {
      id: 'windows',
      label: words.windows,
      priority: 2,
      cell: ({ document }) => document.windows.map(({ id }) => id).join(', '),
    },
    { id: 'fee', label: words.fee, numeric: true, cell: (plan) => <Fee plan={plan} /> },
    {
      id: 'created',
      label: words.created,
      priority: 1,
      cell: (own) => <Time at={own.created_at} />,
    },
  ]
  return (
    <Table
      name={words.title}
      columns={columns}
      rows={plans}
      rowKey={({ plan }) => plan}
      onOpen={({ plan }) => onOpen(plan)}
      empty={<Empty title={words.noPlans} />}
    />
  )
}

function Fee({ plan }: { readonly plan: Plan }) {
  const words = useWords(planWords)
  const { document } = plan
  const amount = document.price ?? document.seats?.price_each
  if (amount === undefined) return words.noFee
  return <Money amount={amount} currency={document.currency} />
}

interface OnePlanProps {
  readonly plan: Plan
  readonly onClose: () => void
}

function OnePlan({ plan, onClose }: OnePlanProps) {
  const words = useWords(planWords)
  const [moving, setMoving] = useState<Move | null>(null)
  const actions = <PlanActions plan={plan} onMove={setMoving} onClose={onClose} />
  return (
    <Panel title={`${plan.plan} ${plan.document.name}`} actions={actions}>
      <ul aria-label={words.says}>
        {plan.says.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Disclosure title={words.document}>
        <CodeBlock label={words.document} text={JSON.stringify(plan.document, null, 2)} />
      </Disclosure>
      <MoveDialog plan={plan} to={moving} onClose={() => setMoving(null)} />
    </Panel>
  )
}

type Move = 'publish' | 'retire'

function PlanActions({
  plan,
  onMove,
  onClose,
}: OnePlanProps & { readonly onMove: (to: Move) => void }) {
  const words = useWords(planWords)
  const [, setSearch] = useUrlState()
  const { status } = plan
  return (
    <>
      <Button
        size="small"
        icon="usage"
        onClick={() => setSearch({ tab: 'simulate', try: plan.plan, plan: undefined })}
      >
        {words.tryIt}
      </Button>
      {status === 'draft' && (
        <Button size="small" kind="primary" onClick={() => onMove('publish')}>
          {words.publish}
        </Button>
      )}
      {status === 'published' && (
        <Button size="small" kind="danger" onClick={() => onMove('retire')}>
          {words.retire}
        </Button>
      )}
      <Button size="small" onClick={onClose}>
        {words.close}
      </Button>
    </>
  )
}

interface MoveDialogProps {
  readonly plan: Plan
  readonly to: Move | null
  readonly onClose: () => void
}

function MoveDialog({ plan, to, onClose }: MoveDialogProps) {
  const words = useWords(planWords)
  const client = useQueryClient()
  const move = useMutation({
    mutationFn: (step: Move) => api.plans[step](plan.plan_id, plan.version),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['plans'] })
      onClose()
    },
  })
  const step = to ?? 'publish'
  const says = step === 'publish' ? words.publishSays : words.retireSays
  return (
    <Confirm
      title={words[step]}
      danger={step === 'retire'}
      open={to !== null}
      onClose={onClose}
      confirm={words[step]}
      busy={move.isPending}
      error={move.error}
      onConfirm={() => move.mutate(step)}
    >
      <p>{says(plan.plan)}</p>
    </Confirm>
  )
}
