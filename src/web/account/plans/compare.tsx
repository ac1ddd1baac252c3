import { explainSwitch, windowLength } from '../../../contract/explain/index.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
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
  TextField,
  useMoneyText,
} from '../../kit/index.ts'
import { Sentences } from '../../parts/plan-words.tsx'
import { partWords } from '../../parts/words.ts'
import { type Compared, type Offers, usePlansCompared, usePlansOnOffer } from './data.ts'
import css from './plans.module.css'
import { seatsOf } from './wish.ts'
import { planWords } from './words.ts'

type WindowOf = Compared['windows'][number]

interface CompareProps {
  readonly account: string
  /** What the account has, as `pro@3`. */
  readonly plan: string
  readonly currency: string
}

/** Each plan a row: its fee, its windows in figures, what a switch would charge, and all of it in words. */
export function Compare(props: CompareProps) {
  const may = useMay()
  return may('money_read') ? <WithSwitches {...props} /> : <Offered {...props} />
}

function WithSwitches({ account }: CompareProps) {
  const words = useWords(planWords)
  const [search, setSearch] = useUrlState()
  const seats = seatsOf(textOf(search, 'n'))
  const plans = usePlansCompared(account, seats)
  return (
    <Panel title={words.compare} asOf={plans.data}>
      <Stack gap={3}>
        <Muted>{words.listPrice}</Muted>
        <Loaded query={plans}>
          {(own) => (
            <>
              {own.items.some((item) => item.seats !== null) && (
                <Row>
                  <TextField
                    type="number"
                    inputMode="numeric"
                    min={1}
                    label={words.compareSeats}
                    defaultValue={seats ?? own.items.find((item) => item.seats)?.seats?.compared}
                    onBlur={(event) =>
                      setSearch({ n: event.target.value || undefined }, { replace: true })
                    }
                  />
                </Row>
              )}
              <PlanTable own={own} />
            </>
          )}
        </Loaded>
      </Stack>
    </Panel>
  )
}

/** For who may not see the money of the account: what is offered to everybody. */
function Offered({ plan, currency }: CompareProps) {
  const words = useWords(planWords)
  const plans = usePlansOnOffer(currency, plan)
  return (
    <Panel title={words.compare}>
      <Stack gap={3}>
        <Muted>{words.listPrice}</Muted>
        <Loaded query={plans}>{(own) => <PlanTable own={own} />}</Loaded>
      </Stack>
    </Panel>
  )
}

function PlanTable({ own }: { readonly own: Offers }) {
  const words = useWords(planWords)
  const { items, currency, plan } = own
  const windowIds = [...new Set(items.flatMap(({ windows }) => windows.map(({ id }) => id)))]
  const switches = items.some((item) => item.switch !== undefined)
  const columns: readonly Column<Compared>[] = [
    { id: 'plan', label: words.plan, cell: (item) => <Name item={item} plan={plan} /> },
    { id: 'fee', label: words.fee, cell: (item) => <Fee item={item} currency={currency} /> },
    ...(switches
      ? [
          {
            id: 'switch',
            label: words.aSwitch,
            cell: (item: Compared) => <Switch item={item} own={own} />,
          },
        ]
      : []),
    {
      id: 'windows',
      label: words.included,
      cell: (item) => <Included item={item} ids={windowIds} currency={currency} />,
    },
    { id: 'says', label: words.inWords, cell: (item) => <InWords item={item} /> },
  ]
  return (
    <Table
      cards
      name={words.compare}
      columns={columns}
      rows={items}
      rowKey={(item) => item.plan}
      empty={<Empty title={words.noPlans}>{words.noPlansNext}</Empty>}
    />
  )
}

function Name({ item, plan }: { readonly item: Compared; readonly plan: string }) {
  const words = useWords(planWords)
  return (
    <Stack gap={1}>
      <Row>
        <strong>{item.name}</strong>
        {item.own && <Chip>{words.ownMark}</Chip>}
      </Row>
      <code>{item.plan}</code>
      {item.own && plan !== item.plan && <Muted>{words.older(plan)}</Muted>}
      {item.switch && <See item={item} />}
    </Stack>
  )
}

function Fee({ item, currency }: { readonly item: Compared; readonly currency: string }) {
  const words = useWords(planWords)
  const money = useMoneyText()
  const { fee, price, seats, period } = item
  if (!/[1-9]/.test(fee)) return words.free
  const parts = [
    ...(seats && /[1-9]/.test(price) ? [money(price, currency)] : []),
    ...(seats ? [words.seatsTimes(`${seats.compared}`, money(seats.price_each, currency))] : []),
  ]
  return (
    <Stack gap={1}>
      <Money amount={fee} currency={currency} text={words.feeEach[period](money(fee, currency))} />
      {parts.length > 0 && <Muted>{parts.join(' + ')}</Muted>}
      {seats && <Muted>{words.seatsFrom(`${seats.min}`, `${seats.max}`)}</Muted>}
    </Stack>
  )
}

/** The same windows in the same order everywhere, so that plans can be compared line by line. */
function Included({
  item,
  ids,
  currency,
}: {
  readonly item: Compared
  readonly ids: readonly string[]
  readonly currency: string
}) {
  const words = useWords(planWords)
  const parts = useWords(partWords)
  const names: Readonly<Record<string, string>> = parts.windows
  const windows = ids.flatMap((id) => item.windows.filter((window) => window.id === id))
  if (windows.length === 0) return <Muted>{words.none}</Muted>
  return (
    <Stack gap={2}>
      {windows.map((window) => (
        <div key={window.id}>
          <Muted>{names[window.id] ?? parts.window(window.id)}</Muted>
          <Window own={window} currency={currency} />
        </div>
      ))}
    </Stack>
  )
}

function Window({ own, currency }: { readonly own: WindowOf; readonly currency: string }) {
  const words = useWords(planWords)
  const parts = useWords(partWords)
  const lang = useLang()
  const money = useMoneyText()
  const models = own.scope.models
  const each = own.capacity_per_seat
  return (
    <Stack gap={1}>
      <span>
        <Money
          amount={own.capacity}
          currency={currency}
          text={words.per(money(own.capacity, currency), windowLength(own.length, lang))}
        />
      </span>
      {each !== null && <Muted>{words.eachSeat(money(each, currency))}</Muted>}
      {models && <Muted>{parts.onlyFor(models.join(', '))}</Muted>}
    </Stack>
  )
}

/** What the order would charge now, by the code that executes it. */
function Switch({ item, own }: { readonly item: Compared; readonly own: Offers }) {
  const words = useWords(planWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  const { currency, as_of: now } = own
  if (item.switch === undefined || now === undefined) return null
  const { due } = item.switch ?? { due: '0' }
  const sentence = explainSwitch(
    { switch: item.switch, refused: item.refused ?? null },
    { lang, timeZone, currency, now },
  )
  return (
    <div className={css.sentence}>
      <data value={due}>{sentence}</data>
      {item.switch?.by_operator_only && (
        <>
          {' '}
          <Muted>{words.byOperator}</Muted>
        </>
      )}
    </div>
  )
}

function InWords({ item }: { readonly item: Compared }) {
  const words = useWords(planWords)
  return (
    <Disclosure title={words.inWords}>
      <Sentences says={item.says} />
    </Disclosure>
  )
}

function See({ item }: { readonly item: Compared }) {
  const words = useWords(planWords)
  const [, setSearch] = useUrlState()
  const { seats } = item
  const open = () =>
    setSearch({
      do: 'change',
      to: item.plan,
      seats: seats ? `${seats.compared}` : undefined,
      when: undefined,
    })
  return (
    <Button size="small" aria-label={words.seeOf(item.name)} onClick={open}>
      {words.see}
    </Button>
  )
}
