import { windowLength } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Chip,
  type Column,
  Disclosure,
  Empty,
  Loaded,
  Money,
  Muted,
  Panel,
  Row,
  Stack,
  Table,
  useMoneyText,
} from '../../kit/index.ts'
import { partWords } from '../../parts/words.ts'
import { feeOf, type Plan, usePlansOnOffer } from './data.ts'
import { planWords } from './words.ts'

type WindowOf = Plan['document']['windows'][number]

interface CompareProps {
  /** What the account has, as `pro@3`. */
  readonly plan: string
  readonly currency: string
}

/** Each plan a row: its fee, every window in figures, and all of it in words. */
export function Compare({ plan, currency }: CompareProps) {
  const words = useWords(planWords)
  const plans = usePlansOnOffer(currency)
  return (
    <Panel title={words.compare}>
      <Stack gap={3}>
        <Muted>{words.listPrice}</Muted>
        <Loaded query={plans}>{(items) => <PlanTable plans={items} own={plan} />}</Loaded>
      </Stack>
    </Panel>
  )
}

function PlanTable({ plans, own }: { readonly plans: readonly Plan[]; readonly own: string }) {
  const words = useWords(planWords)
  const windows = useWindowColumns(plans)
  const columns: readonly Column<Plan>[] = [
    { id: 'plan', label: words.plan, cell: (plan) => <Name plan={plan} own={own} /> },
    { id: 'fee', label: words.fee, cell: (plan) => <Fee plan={plan} /> },
    ...windows,
    { id: 'says', label: words.inWords, cell: (plan) => <InWords plan={plan} /> },
  ]
  return (
    <Table
      cards
      name={words.compare}
      columns={columns}
      rows={plans}
      rowKey={({ plan }) => plan}
      empty={<Empty title={words.noPlans}>{words.noPlansNext}</Empty>}
    />
  )
}

function Name({ plan, own }: { readonly plan: Plan; readonly own: string }) {
  const words = useWords(planWords)
  const may = useMay()
  const isOwn = own.split('@')[0] === plan.plan_id
  return (
    <Stack gap={1}>
      <Row>
        <strong>{plan.document.name}</strong>
        {isOwn && <Chip>{words.ownMark}</Chip>}
      </Row>
      <code>{plan.plan}</code>
      {isOwn && own !== plan.plan && <Muted>{words.older(own)}</Muted>}
      {may('money_read') && <See plan={plan} own={own} />}
    </Stack>
  )
}

function Fee({ plan }: { readonly plan: Plan }) {
  const words = useWords(planWords)
  const { seats, period, currency } = plan.document
  const fee = feeOf(plan)
  if (!/[1-9]/.test(fee)) return words.free
  return (
    <Stack gap={1}>
      <span>
        <Money amount={fee} currency={currency} />
      </span>
      <Muted>
        {seats && `${words.seat}, `}
        {period === 'P1Y' ? words.year : words.month}
      </Muted>
      {seats && <Muted>{words.seatsFrom(String(seats.min), String(seats.max))}</Muted>}
    </Stack>
  )
}

/** The same window of different plans stands in the same column. */
function useWindowColumns(plans: readonly Plan[]): readonly Column<Plan>[] {
  const parts = useWords(partWords)
  const names: Readonly<Record<string, string>> = parts.windows
  const ids = new Set(plans.flatMap(({ document }) => document.windows.map(({ id }) => id)))
  return [...ids].map((id) => {
    const windowOf = ({ document }: Plan) => document.windows.find((own) => own.id === id)
    return {
      id: `window-${id}`,
      label: names[id] ?? parts.window(id),
      absent: (plan) => windowOf(plan) === undefined,
      cell: (plan) => <Window own={windowOf(plan)} currency={plan.document.currency} />,
    }
  })
}

function Window({
  own,
  currency,
}: {
  readonly own: WindowOf | undefined
  readonly currency: string
}) {
  const words = useWords(planWords)
  const parts = useWords(partWords)
  const lang = useLang()
  const money = useMoneyText()
  if (own === undefined) return <Muted>{words.none}</Muted>
  const length = windowLength(own.length, lang)
  const text =
    own.capacity_per_seat === undefined
      ? words.per(money(own.capacity ?? '0', currency), length)
      : words.perSeat(money(own.capacity_per_seat, currency), length)
  const models = own.scope?.models
  return (
    <Stack gap={1}>
      <span>{text}</span>
      {models && <Muted>{parts.onlyFor(models.join(', '))}</Muted>}
    </Stack>
  )
}

function InWords({ plan }: { readonly plan: Plan }) {
  const words = useWords(planWords)
  return (
    <Disclosure title={words.inWords}>
      <ul>
        {plan.says.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </Disclosure>
  )
}

function See({ plan, own }: { readonly plan: Plan; readonly own: string }) {
  const words = useWords(planWords)
  const [, setSearch] = useUrlState()
  const { seats } = plan.document
  if (plan.plan === own && seats === undefined) return null
  const open = () =>
    setSearch({
      do: 'change',
      to: plan.plan,
      seats: seats && String(seats.min),
      when: undefined,
    })
  return (
    <Button size="small" aria-label={words.seeOf(plan.document.name)} onClick={open}>
      {words.see}
    </Button>
  )
}
