import { useCallback, useEffect, useRef, useState } from 'react'
import { useAccountId, useAccountState } from '../../app/account.ts'
import { announce } from '../../app/announce.tsx'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useRetryIn } from '../../app/retry-in.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Loaded,
  Muted,
  Notice,
  PageHead,
  Panel,
  ProblemNotice,
  Row,
  Stack,
} from '../../kit/index.ts'
import type { CallRow } from '../../parts/call-row.ts'
import { CallsList } from '../../parts/calls-list.tsx'
import { FirstCall } from '../../parts/first-call.tsx'
import { ScreenLink } from '../../parts/screen-link.tsx'
import { useLatestCalls, useRunningCalls } from './data.ts'
import { heldRows, rowsOf } from './rows.ts'
import { liveWords } from './words.ts'

const SUMMARY_MS = 30_000
/** Where the space bar has a meaning of its own. */
const CONTROLS = 'a, button, input, select, textarea, summary, dialog'

/** What is running, and what is it costing right now? */
export default function Live() {
  const words = useWords(liveWords)
  const account = useAccountId()
  const calls = useLatestCalls(account)
  const running = useRunningCalls(account)
  const rows = rowsOf(calls.data ?? [], running.data ?? [])
  const begun = rows.filter(({ kind }) => kind === 'running').length
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Stack gap={4}>
        <Lost />
        {running.error && (
          <ProblemNotice error={running.error} onRetry={() => void running.refetch()} />
        )}
        <Loaded query={calls}>
          {() =>
            rows.length === 0 ? (
              <Waiting />
            ) : (
              <Calls account={account} rows={rows} inFlight={running.data ? begun : null} />
            )
          }
        </Loaded>
      </Stack>
    </>
  )
}

function Waiting() {
  const words = useWords(liveWords)
  return (
    <FirstCall title={words.emptyTitle} text={words.emptyText} label={words.emptyLabel}>
      {words.emptyNote}
    </FirstCall>
  )
}

/** What is known stays on the screen; calls go on without it. */
function Lost() {
  const words = useWords(liveWords)
  const retryIn = useRetryIn()
  return retryIn === null ? null : <Notice tone="warn" title={words.lost(retryIn)} />
}

interface CallsProps {
  readonly account: string
  readonly rows: readonly CallRow[]
  /** `null`: not known, which is not zero. */
  readonly inFlight: number | null
}

function Calls({ account, rows, inFlight }: CallsProps) {
  const words = useWords(liveWords)
  const lang = useLang()
  const state = useAccountState(account)
  const held = useHeldRows(rows)
  useSummary(rows)
  return (
    <Panel
      title={words.list}
      asOf={state.data}
      actions={
        <>
          <Muted>{words.running(inFlight === null ? '?' : count(inFlight, lang))}</Muted>
          {held.fresh > 0 && (
            <Button size="small" kind="primary" icon="up" onClick={held.catchUp}>
              {words.fresh(count(held.fresh, lang))}
            </Button>
          )}
          <Button size="small" icon={held.isPaused ? 'play' : 'pause'} onClick={held.toggle}>
            {held.isPaused ? words.goOn : words.pause}
          </Button>
        </>
      }
    >
      {state.data && (
        <CallsList
          key={held.reading}
          account={account}
          currency={state.data.currency}
          name={words.list}
          rows={held.rows}
          onScrolled={held.onScrolled}
        />
      )}
      <Row between>
        <Muted>{words.kept}</Muted>
        <ScreenLink account={account} screen="usage" optional>
          {words.older}
        </ScreenLink>
      </Row>
    </Panel>
  )
}

/** The order stays while it is paused, or while somebody reads further down. */
function useHeldRows(rows: readonly CallRow[]) {
  const [isPaused, setPaused] = useState(false)
  const [isScrolled, setScrolled] = useState(false)
  const [order, setOrder] = useState<readonly string[] | null>(null)
  const [reading, setReading] = useState(0)
  const latest = useRef(rows)
  latest.current = rows
  const hold = useCallback((wanted: boolean): void => {
    setOrder((before) => (wanted ? (before ?? latest.current.map(({ id }) => id)) : null))
  }, [])
  const onScrolled = useCallback(
    (scrolled: boolean): void => {
      setScrolled(scrolled)
      hold(scrolled || isPaused)
    },
    [hold, isPaused],
  )
  const toggle = useCallback((): void => {
    setPaused(!isPaused)
    hold(!isPaused || isScrolled)
  }, [hold, isPaused, isScrolled])
  useSpace(toggle)
  return {
    ...heldRows(rows, order),
    isPaused,
    toggle,
    onScrolled,
    reading,
    /** Shows everything from the top; a pause goes on from there. */
    catchUp: () => {
      setOrder(isPaused ? latest.current.map(({ id }) => id) : null)
      setScrolled(false)
      setReading((before) => before + 1)
    },
  }
}

/** The space bar, where it belongs to no control. */
function useSpace(act: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target, key, repeat, shiftKey, ctrlKey, altKey, metaKey } = event
      const isPlain = key === ' ' && !repeat && !shiftKey && !ctrlKey && !altKey && !metaKey
      if (!isPlain || (target instanceof Element && target.closest(CONTROLS))) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [act])
}

/** Who listens hears how many, now and then, and not every row. */
function useSummary(rows: readonly CallRow[]): void {
  const words = useWords(liveWords)
  const lang = useLang()
  const latest = useRef(rows)
  latest.current = rows
  useEffect(() => {
    const endedNow = () => latest.current.filter(({ kind }) => kind === 'ended')
    let told = new Set(endedNow().map(({ id }) => id))
    const timer = setInterval(() => {
      const ended = endedNow()
      const fresh = ended.filter(({ id }) => !told.has(id)).length
      told = new Set(ended.map(({ id }) => id))
      if (fresh === 0) return
      const running = latest.current.length - ended.length
      announce(words.summary(count(fresh, lang), count(running, lang)))
    }, SUMMARY_MS)
    return () => clearInterval(timer)
  }, [words, lang])
}
