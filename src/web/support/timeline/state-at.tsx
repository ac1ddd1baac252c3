import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang, useReader } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Facts,
  Grid,
  Loaded,
  Money,
  Muted,
  Panel,
  Stack,
  StateWord,
  Table,
  Time,
} from '../../kit/index.ts'
import { MomentField } from '../../parts/moment-field.tsx'
import { timelineWords } from './words.ts'

type State = Answer<'getStateAt'>
type Moment = Omit<State, 'account_id' | 'name' | 'currency' | 'compare' | 'sentence' | 'as_of'>

/** Windows, credit and caps as they stood at a moment, and what is different at another. */
export function StateAt({ account }: { readonly account: string }) {
  const words = useWords(timelineWords)
  const [search, change] = useUrlState()
  const at = textOf(search, 'at')
  const compare = textOf(search, 'with')
  const close = (
    <Button size="small" kind="quiet" onClick={() => change({ at: undefined, with: undefined })}>
      {words.closeState}
    </Button>
  )
  return (
    <Panel title={words.stateAt} actions={at !== undefined && close}>
      <Grid min="220px" gap={3}>
        <MomentField label={words.moment} value={at} onChange={(value) => change({ at: value })} />
        {at !== undefined && (
          <MomentField
            label={words.second}
            value={compare}
            onChange={(value) => change({ with: value })}
          />
        )}
      </Grid>
      {at === undefined ? (
        <Muted>{words.pickMoment}</Muted>
      ) : (
        <StateThen account={account} at={at} compare={compare} />
      )}
    </Panel>
  )
}

interface ThenProps {
  readonly account: string
  readonly at: string
  readonly compare: string | undefined
}

function StateThen({ account, at, compare }: ThenProps) {
  const { lang, time_zone } = useReader()
  const query = useQuery({
    queryKey: accountKey(account, 'state at', at, compare, time_zone),
    queryFn: ({ signal }) =>
      api.accounts.stateAt(account, { at, time_zone, ...(compare && { compare }) }, { signal }),
  })
  return (
    <Loaded query={query}>
      {(state) => (
        <Stack gap={4}>
          <p>{state.sentence[lang]}</p>
          {state.compare && <Changes state={state} compare={state.compare} />}
          <Sources moment={state} currency={state.currency} />
        </Stack>
      )}
    </Loaded>
  )
}

interface SourceRow {
  readonly id: string
  readonly name: string
  readonly used: string | null
  readonly left: string
  readonly of: string
}

function Sources({ moment, currency }: { readonly moment: Moment; readonly currency: string }) {
  const words = useWords(timelineWords)
  const lang = useLang()
  const { in_flight } = moment
  const calls = count(in_flight.calls, lang)
  return (
    <Stack gap={4}>
      <Facts
        rows={[
          [words.status, words.statuses[moment.status]],
          [words.plan, moment.plan],
          [words.book, moment.price_book ?? words.none],
          [words.paidUse, moment.paid_use ? words.on : words.off],
          [words.inFlight, in_flight.complete ? calls : words.atLeast(calls)],
        ]}
      />
      <SourceTable name={words.windows} rows={windowsOf(moment)} currency={currency} />
      <SourceTable name={words.lots} rows={lotsOf(moment)} currency={currency} />
      <SourceTable name={words.caps} rows={capsOf(moment)} currency={currency} />
    </Stack>
  )
}

const windowsOf = ({ windows }: Moment): SourceRow[] =>
  windows.map(({ id, used, left, capacity }) => ({ id, name: id, used, left, of: capacity }))

const lotsOf = ({ lots }: Moment): SourceRow[] =>
  lots.map(({ id, name, remaining, face }) => ({
    id,
    name,
    used: null,
    left: remaining,
    of: face,
  }))

const capsOf = ({ caps }: Moment): SourceRow[] =>
  caps.map(({ id, spent, left, amount }) => ({ id, name: id, used: spent, left, of: amount }))

interface SourceTableProps {
  readonly name: string
  readonly rows: readonly SourceRow[]
  readonly currency: string
}

function SourceTable({ name, rows, currency }: SourceTableProps) {
  const words = useWords(timelineWords)
  const empty = <Muted>{`${name}: ${words.none}`}</Muted>
  const figure = (id: 'used' | 'left' | 'of'): Column<SourceRow> => ({
    id,
    label: words[id],
    numeric: true,
    cell: (row) => figureOf(row[id], currency),
  })
  return (
    <Table
      name={name}
      caption
      columns={[
        { id: 'name', label: words.source, cell: (row) => row.name },
        ...(rows.some(({ used }) => used !== null) ? [figure('used')] : []),
        figure('left'),
        figure('of'),
      ]}
      rows={rows}
      rowKey={({ id }) => id}
      empty={empty}
    />
  )
}

interface ChangesProps {
  readonly state: State
  readonly compare: NonNullable<State['compare']>
}

function Changes({ state, compare }: ChangesProps) {
  const words = useWords(timelineWords)
  const lang = useLang()
  return (
    <Stack gap={3}>
      <h3>{words.configuration}</h3>
      <Configuration before={state} after={compare.with} currency={state.currency} />
      <h3>{words.changes}</h3>
      {compare.changes.length === 0 && <Muted>{words.noChanges}</Muted>}
      <ul>
        {compare.changes.map(({ source, id, figure, sentence }) => (
          <li key={`${source} ${id} ${figure}`}>{sentence[lang]}</li>
        ))}
      </ul>
    </Stack>
  )
}

interface ConfigurationProps {
  readonly before: Moment
  readonly after: Moment
  readonly currency: string
}

interface SettingRow {
  readonly id: string
  readonly values: readonly [string | null, string | null]
  readonly isMoney?: boolean
}

/** Each setting at both moments; what is not the same is marked. */
function Configuration({ before, after, currency }: ConfigurationProps) {
  const words = useWords(timelineWords)
  const both = (id: string, of: (moment: Moment) => string | null): SettingRow => ({
    id,
    values: [of(before), of(after)],
  })
  const rows: SettingRow[] = [
    both(words.status, ({ status }) => words.statuses[status]),
    both(words.plan, ({ plan }) => plan),
    both(words.book, ({ price_book }) => price_book),
    both(words.paidUse, ({ paid_use }) => (paid_use ? words.on : words.off)),
    { ...both(words.overage, ({ overage }) => overage?.limit ?? null), isMoney: true },
    ...capIds(before, after).map((id) => ({
      ...both(words.cap(id), amountOfCap(id)),
      isMoney: true,
    })),
  ]
  const cell = (row: SettingRow, value: string | null) => {
    if (value === null) return <Muted>{words.none}</Muted>
    return row.isMoney ? <Money amount={value} currency={currency} /> : value
  }
  const columns: readonly Column<SettingRow>[] = [
    { id: 'setting', label: words.setting, cell: ({ id }) => id },
    { id: 'first', label: words.first, cell: (row) => cell(row, row.values[0]) },
    { id: 'then', label: words.last, cell: (row) => cell(row, row.values[1]) },
    {
      id: 'changed',
      label: words.changed,
      cell: ({ values }) =>
        values[0] !== values[1] && <StateWord tone="accent">{words.changed}</StateWord>,
    },
  ]
  return (
    <Stack gap={2}>
      <Muted>
        <Time at={before.at} /> – <Time at={after.at} />
      </Muted>
      <Table name={words.configuration} columns={columns} rows={rows} rowKey={({ id }) => id} />
    </Stack>
  )
}

const capIds = (before: Moment, after: Moment): string[] => [
  ...new Set([...before.caps, ...after.caps].map(({ id }) => id)),
]

const amountOfCap =
  (wanted: string) =>
  ({ caps }: Moment): string | null =>
    caps.find(({ id }) => id === wanted)?.amount ?? null

const figureOf = (amount: string | null, currency: string) =>
  amount === null ? null : <Money amount={amount} currency={currency} />
