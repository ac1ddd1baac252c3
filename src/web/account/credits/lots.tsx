import { useQuery } from '@tanstack/react-query'
import { type AccountState, take } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { formatNanos, readNanos, subtract } from '../../../core/money/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { serverNow } from '../../app/clock.ts'
import { dateTime, duration } from '../../app/format.ts'
import { useLang, useTimeZone } from '../../app/preferences.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Amount,
  Button,
  Chip,
  Empty,
  Facts,
  Meter,
  Money,
  Muted,
  Panel,
  StateWord,
  Time,
  useMoneyText,
  usePassed,
} from '../../kit/index.ts'
import { Card, Cards } from '../../parts/card.tsx'
import css from './credits.module.css'
import { creditWords } from './words.ts'

export type Lot = AccountState['lots'][number]

const COUNTDOWN_MS = 30 * 86_400_000
const EXPIRIES_MAX = 200
const isOver = ({ state }: Lot): boolean =>
  state === 'expired' || state === 'exhausted' || state === 'voided'

/** Lots that can pay, the order in which they do, and those that are over. */
export function LotPanels({ state }: { readonly state: AccountState }) {
  const words = useWords(creditWords)
  const usable = state.lots.filter((lot) => !isOver(lot))
  const over = state.lots.filter(isOver)
  const hasExpired = over.some((lot) => lot.state === 'expired')
  const lost = useLost(state.account_id, hasExpired)
  return (
    <>
      <Panel title={words.lots} asOf={state}>
        {usable.length === 0 ? (
          <Empty title={words.noLots}>
            <p>{words.noLotsWhy}</p>
          </Empty>
        ) : (
          <>
            <Order state={state} lots={usable} />
            <Cards name={words.lots}>
              {usable.map((lot) => (
                <LotCard key={lot.id} lot={lot} state={state} />
              ))}
            </Cards>
          </>
        )}
      </Panel>
      {over.length > 0 && (
        <Panel title={words.overTitle} asOf={state}>
          <Cards name={words.overTitle}>
            {over.map((lot) => (
              <OverCard key={lot.id} lot={lot} state={state} lost={lost?.get(lot.id)} />
            ))}
          </Cards>
        </Panel>
      )}
    </>
  )
}

/** What of each lot was left when it ended, from the entries that ended it. */
function useLost(account: string, wanted: boolean): ReadonlyMap<string, string> | undefined {
  const { data } = useQuery({
    queryKey: accountKey(account, 'expired'),
    queryFn: ({ signal }) =>
      take(
        api.accounts.entries(account, { kind: 'expire_lot', limit: 100 }, { signal }),
        EXPIRIES_MAX,
      ),
    enabled: wanted,
  })
  if (data === undefined) return undefined
  return new Map(
    data.flatMap(({ postings }) =>
      postings.flatMap(([ledger = '', , amount = '0', lot]) =>
        lot !== undefined && ledger.startsWith('customer:')
          ? [[lot, amount.replace(/^-/, '')] as const]
          : [],
      ),
    ),
  )
}

function Order({ state, lots }: { readonly state: AccountState; readonly lots: readonly Lot[] }) {
  const words = useWords(creditWords)
  const drawn = lots.filter(
    ({ state: own, category }) => own === 'active' && (category !== 'paid' || state.paid_use),
  )
  const first = drawn.filter(({ position }) => position === 'before_windows')
  const later = drawn.filter(({ position }) => position === 'after_windows')
  return (
    <div className={css.order}>
      <h3 className={css.orderTitle}>{words.order}</h3>
      <ol className={css.sources}>
        {first.map((lot) => (
          <Source key={lot.id} lot={lot} />
        ))}
        {state.windows.length > 0 && (
          <li>
            <Chip source="plan">{words.windows}</Chip>
          </li>
        )}
        {later.map((lot) => (
          <Source key={lot.id} lot={lot} />
        ))}
        {state.overage && state.paid_use && (
          <li>
            <Chip source="overage">{words.overage}</Chip>
          </li>
        )}
      </ol>
      <Muted>{words.orderHint}</Muted>
    </div>
  )
}

const sourceOf = ({ category, origin }: Lot) =>
  origin === 'bundle' ? 'bundle' : category === 'paid' ? 'prepaid' : 'promo'

const Source = ({ lot }: { readonly lot: Lot }) => (
  <li>
    <Chip source={sourceOf(lot)}>{lot.name}</Chip>
  </li>
)

function LotCard({ lot, state }: { readonly lot: Lot; readonly state: AccountState }) {
  const words = useWords(creditWords)
  const { currency } = state
  const origin = wordsOf(useLang()).lotOrigins[lot.origin]
  const isWaiting = lot.category === 'paid' && !state.paid_use
  const rows: (readonly [string, React.ReactNode])[] = [
    [words.expires, <Expiry key="at" at={lot.expires_at} />],
    [words.usableFor, <Scope key="scope" scope={lot.scope} />],
    [words.from, origin],
    [words.place, words.positions[lot.position]],
    [words.kept, words.keptYes],
  ]
  if (lot.state === 'not_yet_effective')
    rows.unshift([words.startsAt, <Time key="from" at={lot.effective_at} />])
  return (
    <Card
      title={lot.name}
      mark={<Amount amount={lot.remaining} currency={currency} basis="credit" size="large" />}
      actions={<HistoryButton lot={lot} />}
    >
      <Meter
        label={words.meter(lot.name)}
        currency={currency}
        used={usedOf(lot)}
        held={lot.held}
        total={lot.face}
        tone={sourceOf(lot)}
      />
      {lot.state !== 'active' && <StateWord tone="warn">{words.states[lot.state]}</StateWord>}
      {isWaiting && <StateWord tone="muted">{words.paidOff}</StateWord>}
      <Facts rows={rows} />
    </Card>
  )
}

/** What has gone from it; nothing of a lot that has ended is counted here. */
const usedOf = ({ face, remaining }: Lot): string =>
  formatNanos(subtract(readNanos(face), readNanos(remaining)))

function OverCard({
  lot,
  state,
  lost,
}: {
  readonly lot: Lot
  readonly state: AccountState
  readonly lost: string | undefined
}) {
  const words = useWords(creditWords)
  const money = useMoneyText()
  const isExpired = lot.state === 'expired'
  return (
    <Card
      title={lot.name}
      mark={<StateWord tone="muted">{words.states[lot.state]}</StateWord>}
      actions={<HistoryButton lot={lot} />}
      faded
    >
      {isExpired && lost !== undefined && (
        <StateWord tone="warn">{words.lost(money(lost, state.currency))}</StateWord>
      )}
      {lot.state === 'exhausted' && <Muted>{words.lostNothing}</Muted>}
      <Facts
        rows={[
          [words.amount, <Money key="face" amount={lot.face} currency={state.currency} />],
          [words.from, wordsOf(useLang()).lotOrigins[lot.origin]],
          [words.expires, <Expiry key="at" at={lot.expires_at} />],
        ]}
      />
    </Card>
  )
}

function HistoryButton({ lot }: { readonly lot: Lot }) {
  const words = useWords(creditWords)
  const [, change] = useUrlState()
  return (
    <Button size="small" icon="timeline" onClick={() => change({ lot: lot.id })}>
      {words.history}
      <span className="visually-hidden"> {lot.name}</span>
    </Button>
  )
}

/** The day; in the last thirty days the countdown too. */
export function Expiry({ at }: { readonly at: string | null }) {
  const words = useWords(creditWords)
  const place = { lang: useLang(), timeZone: useTimeZone() }
  const isPast = usePassed(at)
  if (at === null) return words.never
  const now = serverNow()
  const rest = Date.parse(at) - now
  if (isPast || rest > COUNTDOWN_MS) return <Time at={at} />
  return (
    <time dateTime={at}>
      {words.expiresIn(
        duration(rest, place.lang),
        dateTime(at, place, new Date(now).toISOString()),
      )}
    </time>
  )
}

export function Scope({ scope }: { readonly scope: Lot['scope'] }) {
  const words = useWords(creditWords)
  const named = [scope.models, scope.features, scope.clients].flatMap((part) => part ?? [])
  if (named.length === 0) return words.everything
  return (
    <span className={css.scope}>
      {named.map((name) => (
        <Chip key={name}>{name}</Chip>
      ))}
    </span>
  )
}
