import { Link } from '@tanstack/react-router'
import type { CallListed } from '../../client/index.ts'
import { wordsOf as labelsOf } from '../../contract/explain/index.ts'
import { formatNanos, readNanos, sum } from '../../core/money/index.ts'
import { count, duration, elapsed } from '../app/format.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { Amount, Chip, Muted, StateWord, Time, type Tone, useAge } from '../kit/index.ts'
import {
  type CallRow,
  hrefOfRow,
  hrefOfTries,
  type RunningCall,
  sourcesOf,
  tokenCounts,
} from './call-row.ts'
import { callWords } from './call-words.ts'
import { figureOf } from './cost.ts'
import { wordFor } from './facts.ts'

/** Left out where the parts of a row stand in lines, and a dash would be of nobody knows what. */
export const NOTHING = <span data-nothing>–</span>

interface OfRow {
  readonly account: string
  readonly row: CallRow
}

export const modelOf = ({ kind, call }: CallRow): string => {
  if (kind === 'running') return call.model
  const { served, requested } = call.served.model
  return served ?? requested ?? '–'
}

export function When({ account, row, isDated }: OfRow & { readonly isDated: boolean }) {
  const href = hrefOfRow(account, row)
  const time = (
    <Time
      at={row.kind === 'ended' ? row.call.event_at : row.call.at}
      form={isDated ? 'call' : 'time'}
    />
  )
  return href === null ? time : <Link to={href}>{time}</Link>
}

/** How the call stands, in a word; which try it was, where it took several. */
export function Status({ account, row }: OfRow) {
  const words = useWords(callWords)
  const lang = useLang()
  const [tone, text] =
    row.kind === 'running'
      ? (['accent', words.running] as const)
      : endedStatus(row.call, words, lang)
  return (
    <>
      <StateWord tone={tone} {...(row.kind === 'running' && { icon: 'hold' as const })}>
        {text}
      </StateWord>
      <Tries account={account} row={row} />
    </>
  )
}

/** Leads to the tries before: a retry is the same call, and stands on the same receipt. */
function Tries({ account, row }: OfRow) {
  const words = useWords(callWords)
  const href = hrefOfTries(account, row)
  if (href === null) return null
  const tries = row.kind === 'running' ? row.call.attempt : row.call.attempts
  return (
    <>
      {' '}
      <Link to={href} hash="attempts" title={words.triesHint}>
        {words.tries(tries)}
      </Link>
    </>
  )
}

const OK: readonly string[] = ['charged', 'covered_by_plan', 'nothing_due']

function endedStatus(
  call: CallListed,
  words: (typeof callWords)['en'],
  lang: ReturnType<typeof useLang>,
): readonly [Tone, string] {
  const { code, refusal } = call.verdict
  if (OK.includes(code)) return ['ok', words.ok]
  switch (code) {
    case 'refused':
      return ['danger', words.refused(wordFor(labelsOf(lang).refusalTitles, refusal ?? code))]
    case 'not_billed':
      return ['warn', words.failed]
    case 'partial':
      return ['warn', words.cut(count(outputOf(call), lang))]
    default:
      return ['muted', labelsOf(lang).verdicts[code]]
  }
}

const outputOf = ({ usage }: CallListed): number => tokenCounts(usage?.tokens ?? {}).output

/** Of a call in flight: what was seen of it so far. */
export function Tokens({ row }: { readonly row: CallRow }) {
  const words = useWords(callWords)
  const lang = useLang()
  const seen = row.kind === 'running' ? row.call.so_far : row.call.usage
  if (seen === null) return NOTHING
  const { input, cached, output } = tokenCounts(seen.tokens)
  const [a, b, c] = [count(input, lang), count(cached, lang), count(output, lang)]
  return <span title={words.tokenParts(a, b, c)}>{`${a} / ${b} / ${c}`}</span>
}

export function Sources({ call }: { readonly call: CallListed }) {
  const words = useWords(callWords)
  return sourcesOf(call).map((source) => (
    <Chip key={source} source={source}>
      {words.sources[source]}
    </Chip>
  ))
}

/** How long the caller waited; of a call in flight, how long it has run. */
export function Waited({ row }: { readonly row: CallRow }) {
  return row.kind === 'running' ? (
    <Running since={row.call.at} />
  ) : (
    <Latency latency={row.call.latency} />
  )
}

function Latency({ latency }: Pick<CallListed, 'latency'>) {
  const words = useWords(callWords)
  const lang = useLang()
  const { first_byte_ms: first, last_byte_ms: end } = latency
  if (first === null && end === null) return NOTHING
  const [a, b] = [first, end].map((ms) => (ms === null ? '–' : elapsed(ms, lang)))
  return <span title={words.latencyParts(a ?? '–', b ?? '–')}>{`${a} / ${b}`}</span>
}

function Running({ since }: { readonly since: string }) {
  const words = useWords(callWords)
  const lang = useLang()
  return <Muted>{words.since(duration(useAge(since), lang))}</Muted>
}

export function Cost({ row, currency }: { readonly row: CallRow; readonly currency: string }) {
  return row.kind === 'ended' ? (
    <Amount {...figureOf(row.call)} currency={row.call.currency} />
  ) : (
    <Held call={row.call} currency={currency} />
  )
}

/** What it holds of money and of windows, and what it has come to so far, where that is known. */
function Held({
  call: { held, so_far: soFar },
  currency,
}: {
  readonly call: RunningCall
  readonly currency: string
}) {
  const words = useWords(callWords)
  const amount = formatNanos(sum([held.money, held.included].map(readNanos)))
  return (
    <span>
      <Amount amount={amount} currency={currency} basis="held" />
      {soFar !== null && (
        <Muted>
          {words.soFar} <Amount amount={soFar.amount} currency={currency} basis="estimate" />
        </Muted>
      )}
    </span>
  )
}
