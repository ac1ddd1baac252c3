import { useQuery } from '@tanstack/react-query'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Grid, Loaded, Muted, Panel, Select, Stack, TextField } from '../../kit/index.ts'
import { type Plan, usePlans } from './queries.ts'
import { SimulationTables } from './simulation-tables.tsx'
import { planWords } from './words.ts'

const dayStart = (day: string): string => `${day}T00:00:00Z`

/** What is asked for, as the address has it. */
function useAsked() {
  const [search] = useUrlState()
  return {
    plan: textOf(search, 'try'),
    account: textOf(search, 'account'),
    from: textOf(search, 'from'),
    to: textOf(search, 'to'),
  }
}

export function SimulateTab() {
  const words = useWords(planWords)
  const plans = usePlans()
  return (
    <Stack gap={4}>
      <Muted>{words.simulateLead}</Muted>
      <Loaded query={plans}>
        {(items) => (
          <>
            <Asking plans={items} />
            <Found plans={items} />
          </>
        )}
      </Loaded>
    </Stack>
  )
}

function Asking({ plans }: { readonly plans: readonly Plan[] }) {
  const words = useWords(planWords)
  const asked = useAsked()
  const [, setSearch] = useUrlState()
  const set = (name: string) => (value: string) =>
    setSearch({ [name]: value === '' ? undefined : value }, { replace: true })
  const options = [
    { value: '', label: words.choosePlan },
    ...plans.map(({ plan, document }) => ({ value: plan, label: `${plan} ${document.name}` })),
  ]
  return (
    <Grid min="180px" gap={3}>
      <Select label={words.plan} value={asked.plan ?? ''} options={options} onChange={set('try')} />
      <TextField
        label={words.account}
        defaultValue={asked.account ?? ''}
        onBlur={(event) => set('account')(event.target.value.trim())}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <TextField
        label={words.fromDay}
        type="date"
        value={asked.from ?? ''}
        onChange={(event) => set('from')(event.target.value)}
      />
      <TextField
        label={words.toDay}
        type="date"
        value={asked.to ?? ''}
        onChange={(event) => set('to')(event.target.value)}
      />
    </Grid>
  )
}

function Found({ plans }: { readonly plans: readonly Plan[] }) {
  const { plan: named, account, from, to } = useAsked()
  const plan = plans.find((own) => own.plan === named)
  const isAsked = plan !== undefined && account !== undefined && from !== undefined
  const simulation = useQuery({
    queryKey: ['plan-simulation', named, account, from, to],
    queryFn: ({ signal }) =>
      api.plans.simulate(
        {
          document: plan!.document,
          account_id: account ?? '',
          from: dayStart(from ?? ''),
          ...(to !== undefined && { to: dayStart(to) }),
        },
        { signal },
      ),
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (!isAsked) return null
  return (
    <Panel title={`${plan.plan} · ${account}`} asOf={simulation.data}>
      <Loaded query={simulation}>{(found) => <SimulationTables found={found} />}</Loaded>
    </Panel>
  )
}
