import { useQuery } from '@tanstack/react-query'
import type { AccountState, Answer } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { formatNanos } from '../../../core/money/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { count, dateOnly, dateTime, duration, percent } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useMay } from '../../app/session.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  BasisWord,
  type Column,
  Facts,
  Loaded,
  Money,
  Muted,
  Panel,
  Stack,
  SumTable,
  Table,
  Time,
  useMoneyText,
} from '../../kit/index.ts'
import { useNames } from '../../parts/names.ts'
import { ScreenLink } from '../../parts/screen-link.tsx'
import css from './overview.module.css'
import { type Pace as PaceResult, paceOf } from './pace.ts'
import { absorbedValue, coveredValue, freeAttempts, spentRows, spentTotal } from './spent.ts'
import { overviewWords } from './words.ts'

const BASIS_OF = {
  promotional: 'credit',
  paid: 'credit',
  overage: 'billed',
  given_back: 'refunded',
} as const

/** What calls of this cycle cost, from the open statement; what is no spend stands apart. */
export function Spent({ account }: { readonly account: string }) {
  const words = useWords(overviewWords)
  const may = useMay()
  const query = useQuery({
    queryKey: accountKey(account, 'statement', 'open'),
    queryFn: ({ signal }) => api.statements.get(account, 'open', { signal }),
    enabled: may('money_read'),
  })
  if (!may('money_read')) return null
  return (
    <Panel
      title={words.spent}
      asOf={query.data}
      actions={
        <ScreenLink account={account} screen="statements" optional>
          {words.statement}
        </ScreenLink>
      }
    >
      <Loaded query={query}>
        {(statement) => (
          <>
            <SpentTable statement={statement} />
            <Apart statement={statement} />
          </>
        )}
      </Loaded>
    </Panel>
  )
}

type Statement = Answer<'getStatement'>

function SpentTable({ statement }: { readonly statement: Statement }) {
  const words = useWords(overviewWords)
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const { start, end, currency } = statement
  return (
    <>
      <Muted>{words.spentRange(dateOnly(start, place), dateOnly(end, place))}</Muted>
      <SumTable
        name={words.spent}
        currency={currency}
        amountLabel={words.amount}
        rows={spentRows(statement)}
        total={spentTotal(statement)}
        rowKey={({ what }) => what}
        amountOf={({ amount }) => amount}
        columns={[
          {
            id: 'what',
            label: words.spentWhat,
            cell: ({ what }) => (
              <Stack gap={1}>
                {words.spentRows[what]}
                <BasisWord basis={BASIS_OF[what]} />
              </Stack>
            ),
          },
        ]}
      />
    </>
  )
}

/** What is no spend: covered, not billed, tried again for nothing. */
function Apart({ statement }: { readonly statement: Statement }) {
  const words = useWords(overviewWords)
  const lang = useLang()
  const { currency } = statement
  const covered = coveredValue(statement)
  const absorbed = absorbedValue(statement)
  return (
    <div className={css.group}>
      <h3>{words.apart}</h3>
      <Facts
        rows={[
          [
            words.coveredValue,
            <Amount key="covered" amount={covered} currency={currency} basis="covered_by_plan" />,
          ],
          [
            words.absorbed,
            <Amount key="absorbed" amount={absorbed} currency={currency} basis="not_billed" />,
          ],
          [words.freeAttempts, count(freeAttempts(statement), lang)],
        ]}
      />
    </div>
  )
}

const WEEK_MS = 7 * 86_400_000

/** Whether the windows last, if use goes on as lately. */
export function Pace({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const account = state.account_id
  const query = useQuery({
    queryKey: accountKey(account, 'usage', 'hours'),
    queryFn: ({ signal }) => {
      const from = new Date(serverNow() - WEEK_MS).toISOString()
      return api.accounts.usage(account, { group_by: 'hour', from }, { signal })
    },
  })
  return (
    <Panel title={words.pace} asOf={query.data}>
      {state.windows.length === 0 && <Muted>{words.paceNone}</Muted>}
      <Loaded query={query}>
        {({ items }) => {
          const hours = items.flatMap(({ start, included, calls }) =>
            start === null ? [] : [{ start, included, calls }],
          )
          return (
            <ul className={css.plain}>
              {state.windows.map((window) => {
                const narrow = Object.values(window.scope).some((list) => list.length > 0)
                const pace = paceOf({ ...window, narrow }, hours, serverNow())
                return (
                  <li key={window.id}>
                    <PaceLine pace={pace} window={window.id} currency={state.currency} />
                  </li>
                )
              })}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function PaceLine({
  pace,
  window,
  currency,
}: {
  readonly pace: PaceResult
  readonly window: string
  readonly currency: string
}) {
  const words = useWords(overviewWords)
  const lang = useLang()
  const timeZone = useTimeZone()
  const money = useMoneyText()
  const name = useNames().window(window)
  if (pace.kind === 'idle') return words.paceIdle(name)
  if (pace.kind === 'used_up') return words.paceUsedUp(name)
  if (pace.kind === 'not_started') return words.paceNotStarted(name)
  if (pace.kind === 'little_data') return words.paceLittle(name)
  const now = new Date(serverNow()).toISOString()
  const at = (ms: number) => dateTime(new Date(ms).toISOString(), { lang, timeZone }, now)
  return (
    <>
      {pace.kind === 'runs_out'
        ? words.paceRunsOut(name, at(pace.at), duration(pace.beforeResetMs, lang))
        : words.paceLasts(name, percent(pace.percentAtReset / 100, lang))}{' '}
      <Muted>
        {words.paceRate(money(formatNanos(pace.perHour), currency), duration(pace.overMs, lang))}
      </Muted>
    </>
  )
}

/** Every lot: whence, how much there was and is, until when, for what. */
export function Lots({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  const { currency } = state
  return (
    <Panel
      title={words.lots}
      asOf={state}
      actions={
        <ScreenLink account={state.account_id} screen="credits" optional>
          {words.lotsAll}
        </ScreenLink>
      }
    >
      <Table
        name={words.lots}
        rows={state.lots}
        rowKey={({ id }) => id}
        empty={<Muted>{words.lotsEmpty}</Muted>}
        columns={useLotColumns(currency)}
      />
      {state.lots.length > 0 && <Muted>{words.kept}</Muted>}
    </Panel>
  )
}

function useLotColumns(currency: string): readonly Column<AccountState['lots'][number]>[] {
  const words = useWords(overviewWords)
  const names = useNames()
  const labels = wordsOf(useLang())
  return [
    { id: 'name', label: words.lot, cell: ({ name }) => name },
    {
      id: 'source',
      label: words.source,
      priority: 1,
      cell: ({ origin, category }) =>
        [...new Set([labels.lotOrigins[origin], labels.lotCategories[category]])].join(' · '),
    },
    { id: 'state', label: words.state, cell: (lot) => words.lotStates[lot.state] },
    {
      id: 'expires',
      label: words.expires,
      cell: ({ expires_at }) =>
        expires_at === null ? words.noExpiry : <Time at={expires_at} form="date" />,
    },
    {
      id: 'scope',
      label: words.usableFor,
      priority: 2,
      cell: ({ scope }) => names.scope(scope),
    },
    {
      id: 'face',
      label: words.original,
      numeric: true,
      priority: 2,
      cell: ({ face }) => <Money amount={face} currency={currency} />,
    },
    {
      id: 'left',
      label: words.leftHead,
      numeric: true,
      cell: ({ remaining }) => <Money amount={remaining} currency={currency} />,
    },
  ]
}
