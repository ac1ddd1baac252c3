import { dateOnly, duration } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Money, Muted, StateWord, useAge } from '../../kit/index.ts'
import { textOf } from '../../parts/facts.ts'
import { isClosed, isWaiting, ofRun, type Run, type RunListed, useOpenRuns } from './runs.ts'
import css from './tiles.module.css'
import { reconciliationWords } from './words.ts'

const SHOWN = 14

/** What is left unexplained: of a bill an amount, of the processor so many movements. */
export function UnexplainedOf({ run: { kind, summary } }: { readonly run: RunListed }) {
  if (kind === 'processor') return <>{textOf(summary.unexplained)}</>
  return (
    <Money
      amount={textOf(summary.unexplained) || null}
      currency={textOf(summary.currency) || null}
    />
  )
}

/** One tile per comparison: whether it closes, what is left, and for how long it has waited. */
export function Tiles({
  runs,
  onOpen,
}: {
  readonly runs: readonly RunListed[]
  readonly onOpen: (run: string) => void
}) {
  const shown = runs.slice(0, SHOWN)
  const open = useOpenRuns(shown)
  return (
    <ul className={css.tiles}>
      {shown.map((run) => (
        <li key={run.run_id}>
          <Tile run={run} whole={open.get(run.run_id)} onOpen={() => onOpen(run.run_id)} />
        </li>
      ))}
    </ul>
  )
}

function Tile({
  run,
  whole,
  onOpen,
}: {
  readonly run: RunListed
  readonly whole: Run | undefined
  readonly onOpen: () => void
}) {
  const words = useWords(reconciliationWords)
  const lang = useLang()
  const age = useAge(run.made_at)
  const from = textOf(run.asked.from)
  const waiting = whole?.differences.filter(isWaiting).length ?? 0
  const isOpen = waiting > 0
  return (
    <button type="button" className={css.tile} data-tone={isOpen ? 'warn' : 'ok'} onClick={onOpen}>
      <span className={css.day}>{from && dateOnly(from, { lang, timeZone: 'UTC' })}</span>
      <span>{ofRun(run, words)}</span>
      <State run={run} whole={whole} waiting={waiting} />
      {!isClosed(run) && (
        <span>
          <Muted>{words.unexplained}</Muted> <UnexplainedOf run={run} />
        </span>
      )}
      {isOpen && <Muted>{words.since(duration(age, lang))}</Muted>}
    </button>
  )
}

function State({
  run,
  whole,
  waiting,
}: {
  readonly run: RunListed
  readonly whole: Run | undefined
  readonly waiting: number
}) {
  const words = useWords(reconciliationWords)
  if (isClosed(run)) return <StateWord tone="ok">{words.closes}</StateWord>
  if (!whole) return <StateWord tone="muted">{words.checking}</StateWord>
  if (waiting > 0) return <StateWord tone="warn">{words.waits(waiting)}</StateWord>
  const isExplained = whole.differences.some(({ resolved }) => resolved !== null)
  return <StateWord tone="ok">{isExplained ? words.explained : words.small}</StateWord>
}
