import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Empty,
  Facts,
  Meter,
  Money,
  Muted,
  Notice,
  Stack,
  SumTable,
  Table,
  Time,
} from '../../kit/index.ts'
import type { Simulation } from './queries.ts'
import { planWords } from './words.ts'

type Day = Simulation['days'][number]
const CARRIERS = ['included', 'promotional', 'paid', 'overage', 'absorbed'] as const
type Carrier = (typeof CARRIERS)[number]

/** What really happened and what would have, beside one another. */
export function SimulationTables({ found }: { readonly found: Simulation }) {
  const words = useWords(planWords)
  const lang = useLang()
  const { totals } = found
  const number = (value: number): string => count(value, lang)
  return (
    <Stack gap={4}>
      <p>{found.own_plan ? words.ownPlan : words.otherPlan(found.really_on)}</p>
      <Sums found={found} side="really" />
      <Sums found={found} side="simulated" />
      <Facts
        rows={[
          [words.calls, number(totals.simulated.calls)],
          [words.notAdmitted, number(totals.simulated.not_admitted)],
        ]}
      />
      <Peaks found={found} />
      <Days found={found} />
      <Stack>
        {totals.refused > 0 && <Muted>{words.refused(number(totals.refused))}</Muted>}
        {found.corrections_left_out > 0 && (
          <Muted>{words.corrections(number(found.corrections_left_out))}</Muted>
        )}
        {found.scoped_caps_left_out && <Notice tone="info" title={words.scopedCaps} />}
        {found.partial && <Notice tone="warn" title={words.partial} />}
      </Stack>
    </Stack>
  )
}

interface SumsProps {
  readonly found: Simulation
  readonly side: 'really' | 'simulated'
}

function Sums({ found, side }: SumsProps) {
  const words = useWords(planWords)
  const sums = found.totals[side]
  const columns: readonly Column<Carrier>[] = [
    { id: 'who', label: words.who, cell: (carrier) => words.rows[carrier] },
  ]
  return (
    <SumTable
      name={
        side === 'really'
          ? `${words.really} (${found.really_on})`
          : `${words.simulated} (${found.plan})`
      }
      caption
      columns={columns}
      rows={CARRIERS}
      rowKey={(carrier) => carrier}
      amountOf={(carrier) => sums[carrier]}
      amountLabel={words.total}
      total={sums.total}
      currency={found.currency}
    />
  )
}

function Peaks({ found }: { readonly found: Simulation }) {
  const words = useWords(planWords)
  if (found.windows.length === 0) return <Empty title={words.noPeaks} />
  return (
    <section aria-label={words.peaks}>
      <h3>{words.peaks}</h3>
      <Stack>
        {found.windows.map((peak) => (
          <div key={peak.id}>
            <p>
              {words.windowOf(peak.id)} · {words.began} <Time at={peak.start} />
            </p>
            <Meter
              label={words.windowOf(peak.id)}
              currency={found.currency}
              used={peak.used}
              total={peak.capacity}
              tone="plan"
            />
          </div>
        ))}
      </Stack>
    </section>
  )
}

function Days({ found }: { readonly found: Simulation }) {
  const words = useWords(planWords)
  const money = (label: string, id: string, of: (day: Day) => string): Column<Day> => ({
    ...{ id, label, numeric: true },
    cell: (day) => <Money amount={of(day)} currency={found.currency} />,
  })
  const columns: readonly Column<Day>[] = [
    { id: 'day', label: words.day, cell: ({ day }) => day },
    {
      ...money(words.coveredReally, 'covered-really', ({ really }) => really.included),
      priority: 1,
    },
    {
      ...money(words.coveredSimulated, 'covered', ({ simulated }) => simulated.included),
      priority: 2,
    },
    money(words.paidReally, 'paid-really', ({ really }) => really.paid),
    money(words.paidSimulated, 'paid', ({ simulated }) => simulated.paid),
    {
      id: 'refused',
      label: words.notAdmitted,
      numeric: true,
      priority: 1,
      cell: ({ simulated }) => simulated.not_admitted,
    },
  ]
  return (
    <Table
      name={words.days}
      caption
      columns={columns}
      rows={found.days}
      rowKey={({ day }) => day}
    />
  )
}
