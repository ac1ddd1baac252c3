import type { AccountState } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { formatNanos, readNanos, subtractToZero } from '../../../core/money/index.ts'
import { duration } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Chip, Meter, Panel, ResetTime, StateWord, Time, usePassed } from '../../kit/index.ts'
import { useNames } from '../../parts/names.ts'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { kitWords } from '../../words/kit.ts'
import { ladderOf, type Rung } from './ladder.ts'
import css from './overview.module.css'
import { lengthMs } from './pace.ts'
import { overviewWords } from './words.ts'

/** All that can pay, one below the other as calls draw on it. */
export function Ladder({ state }: { readonly state: AccountState }) {
  const words = useWords(overviewWords)
  return (
    <Panel title={words.ladder} asOf={state}>
      <ol className={css.ladder}>
        {ladderOf(state).map((rung) => (
          <li key={rung.id} data-now={rung.now || undefined}>
            <OneRung rung={rung} state={state} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function OneRung({ rung, state }: { readonly rung: Rung; readonly state: AccountState }) {
  if (rung.kind === 'window') return <WindowRung rung={rung} currency={state.currency} />
  if (rung.kind === 'lot') return <LotRung rung={rung} state={state} />
  if (rung.kind === 'overage') return <OverageRung state={state} now={rung.now} />
  return <NoBalance account={state.account_id} />
}

function Head({
  name,
  now,
  tone,
  word,
}: {
  readonly name: string
  readonly now: boolean
  readonly tone: 'ok' | 'warn' | 'muted'
  readonly word: string
}) {
  const words = useWords(overviewWords)
  return (
    <div className={css.rungHead}>
      <h3>{name}</h3>
      {now ? (
        <StateWord tone="accent" icon="right">
          {words.inUse}
        </StateWord>
      ) : (
        <StateWord tone={tone}>{word}</StateWord>
      )}
    </div>
  )
}

function WindowRung({
  rung: { window, now },
  currency,
}: {
  readonly rung: Extract<Rung, { readonly kind: 'window' }>
  readonly currency: string
}) {
  const words = useWords(overviewWords)
  const kit = useWords(kitWords)
  const lang = useLang()
  const names = useNames()
  const isPassed = usePassed(window.resets_at)
  const isFull = readNanos(window.used) >= readNanos(window.capacity)
  const word =
    window.state === 'not_started'
      ? words.begins
      : isFull
        ? words.usedUp
        : window.left === '0'
          ? words.heldAll
          : words.hasRoom
  const name = names.window(window.id)
  const isNarrow = Object.values(window.scope).some((list) => list.length > 0)
  return (
    <>
      <Head name={name} now={now} tone={window.left === '0' ? 'warn' : 'ok'} word={word} />
      <Meter
        label={name}
        currency={currency}
        used={window.used}
        held={window.held}
        total={window.capacity}
        unknown={isPassed}
        tone="plan"
      />
      <p className={css.small}>
        {window.resets_at === null ? (
          kit.notStarted(duration(lengthMs(window.length), lang))
        ) : (
          <ResetTime at={window.resets_at} />
        )}
        {isNarrow && <> · {names.scope(window.scope)}</>}
      </p>
    </>
  )
}

function LotRung({
  rung: { lot, now },
  state,
}: {
  readonly rung: Extract<Rung, { readonly kind: 'lot' }>
  readonly state: AccountState
}) {
  const words = useWords(overviewWords)
  const names = useNames()
  const labels = wordsOf(useLang())
  const name = (lot.category === 'paid' ? words.paid : words.promotional)(lot.name)
  const used = formatNanos(subtractToZero(readNanos(lot.face), readNanos(lot.remaining)))
  const isOff = lot.category === 'paid' && !state.paid_use
  const isNarrow = Object.values(lot.scope).some((list) => list.length > 0)
  const [tone, word] =
    lot.state === 'frozen'
      ? (['warn', words.frozen] as const)
      : lot.state === 'not_yet_effective'
        ? (['muted', words.notYet] as const)
        : isOff
          ? (['muted', words.switchedOff] as const)
          : (['ok', words.hasRoom] as const)
  return (
    <>
      <Head name={name} now={now} tone={tone} word={word} />
      <Meter
        label={name}
        currency={state.currency}
        used={used}
        held={lot.held}
        total={lot.face}
        tone={lot.origin === 'bundle' ? 'bundle' : lot.category === 'paid' ? 'prepaid' : 'promo'}
      />
      <p className={css.small}>
        <Chip>{labels.lotOrigins[lot.origin]}</Chip>{' '}
        {lot.expires_at === null ? (
          words.noExpiry
        ) : (
          <>
            {words.expires}: <Time at={lot.expires_at} />
          </>
        )}
        {isNarrow && <> · {names.scope(lot.scope)}</>}
      </p>
    </>
  )
}

function OverageRung({ state, now }: { readonly state: AccountState; readonly now: boolean }) {
  const words = useWords(overviewWords)
  const { overage } = state
  if (!overage) return null
  const isOff = !state.paid_use
  return (
    <>
      <Head
        name={words.overage}
        now={now}
        tone={isOff ? 'muted' : overage.left === '0' ? 'warn' : 'ok'}
        word={isOff ? words.switchedOff : overage.left === '0' ? words.usedUp : words.hasRoom}
      />
      <Meter
        label={words.overage}
        currency={state.currency}
        used={overage.used}
        held={overage.held}
        total={overage.limit}
        tone="overage"
      />
      <p className={css.small}>{words.overageText}</p>
    </>
  )
}

function NoBalance({ account }: { readonly account: string }) {
  const words = useWords(overviewWords)
  return (
    <>
      <div className={css.rungHead}>
        <h3>{words.noBalance}</h3>
      </div>
      <p className={css.small}>
        {words.noBalanceText}{' '}
        <ScreenLink account={account} screen="payment">
          {words.balanceAdd}
        </ScreenLink>
      </p>
    </>
  )
}
