import { Link, useNavigate } from '@tanstack/react-router'
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
import { useKeys } from './team.ts'
import { type RowColumn, VirtualRows } from './virtual-rows.tsx'

interface CallsListProps {
  /** Of more than a day: with the date. */
  readonly isDated?: boolean
  readonly account: string
  readonly currency: string
  readonly name: string
  readonly rows: readonly CallRow[]
  readonly onScrolled?: (isScrolled: boolean) => void
  readonly onEnd?: () => void
}

/** Calls, each with what it took, who paid and how it stands; a row opens its receipt. */
export function CallsList({ account, currency, isDated = false, ...rest }: CallsListProps) {
  const navigate = useNavigate()
  const columns = useColumns(account, { currency, isDated })
  const open = (row: CallRow): void => {
    const href = hrefOfRow(account, row)
    if (href !== null) void navigate({ to: href })
  }
  return (
    <VirtualRows
      {...rest}
      columns={columns}
      rowKey={({ id }) => id}
      opens={({ kind }) => kind === 'ended'}
      onOpen={open}
    />
  )
}

interface Look {
  readonly currency: string
  readonly isDated: boolean
}

/** Where there is a date beside the time, a long word of state takes two lines. */
const DATED = { time: 'minmax(110px, 1fr)', status: 'minmax(150px, 1.3fr)' } as const
const TIMED = { time: '78px', status: 'minmax(185px, 1.3fr)' } as const

function useColumns(account: string, { currency, isDated }: Look): readonly RowColumn<CallRow>[] {
  const words = useWords(callWords)
  const keyNames = useKeyNames(account)
  const widths = isDated ? DATED : TIMED
  return [
    {
      id: 'time',
      label: words.time,
      width: widths.time,
      cell: (row) => <When account={account} row={row} isDated={isDated} />,
    },
    {
      id: 'status',
      label: words.status,
      width: widths.status,
      cell: (row) => <Status account={account} row={row} />,
    },
    {
      id: 'model',
      label: words.model,
      width: 'minmax(110px, 1.2fr)',
      cell: (row) => <code>{modelOf(row)}</code>,
    },
    {
      id: 'key',
      label: words.key,
      width: 'minmax(80px, 0.8fr)',
      minor: true,
      cell: ({ call: { key_id: id } }) => (id === null ? '–' : (keyNames.get(id) ?? id)),
    },
    {
      id: 'tokens',
      label: words.tokens,
      width: 'minmax(120px, 1fr)',
      numeric: true,
      cell: (row) => (row.kind === 'ended' ? <Tokens call={row.call} /> : '–'),
    },
    {
      id: 'source',
      label: words.source,
      width: 'minmax(100px, 0.9fr)',
      minor: true,
      cell: (row) => (row.kind === 'ended' ? <Sources call={row.call} /> : '–'),
    },
    {
      id: 'latency',
      label: words.latency,
      width: 'minmax(95px, 0.8fr)',
      numeric: true,
      cell: (row) => <Waited row={row} />,
    },
    {
      id: 'cost',
      label: words.cost,
      width: 'minmax(150px, 1fr)',
      numeric: true,
      cell: (row) => <Cost row={row} currency={currency} />,
    },
  ]
}

function useKeyNames(account: string): ReadonlyMap<string, string> {
  const { data } = useKeys(account)
  return new Map(data?.items.map(({ key_id, name }) => [key_id, name]))
}

const modelOf = ({ kind, call }: CallRow): string => {
  if (kind === 'running') return call.model
  const { served, requested } = call.served.model
  return served ?? requested ?? '–'
}

function When({ account, row, isDated }: OfRow & { readonly isDated: boolean }) {
  const href = hrefOfRow(account, row)
  const time = (
    <Time
      at={row.kind === 'ended' ? row.call.event_at : row.call.at}
      form={isDated ? 'full' : 'time'}
    />
  )
  return href === null ? time : <Link to={href}>{time}</Link>
}

interface OfRow {
  readonly account: string
  readonly row: CallRow
}

/** How the call stands, in a word; which try it was, where it took several. */
function Status({ account, row }: OfRow) {
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
      return ['danger', words.refused(wordFor(words.reasons, refusal ?? code))]
    case 'not_billed':
      return ['warn', words.failed]
    case 'partial':
      return ['warn', words.cut(count(outputOf(call), lang))]
    default:
      return ['muted', labelsOf(lang).verdicts[code]]
  }
}

const outputOf = ({ usage }: CallListed): number => tokenCounts(usage?.tokens ?? {}).output

function Tokens({ call: { usage } }: { readonly call: CallListed }) {
  const words = useWords(callWords)
  const lang = useLang()
  if (usage === null) return '–'
  const { input, cached, output } = tokenCounts(usage.tokens)
  const [a, b, c] = [count(input, lang), count(cached, lang), count(output, lang)]
  return <span title={words.tokenParts(a, b, c)}>{`${a} / ${b} / ${c}`}</span>
}

function Sources({ call }: { readonly call: CallListed }) {
  const words = useWords(callWords)
  return sourcesOf(call).map((source) => (
    <Chip key={source} source={source}>
      {words.sources[source]}
    </Chip>
  ))
}

/** How long the caller waited; of a call in flight, how long it has run. */
function Waited({ row }: { readonly row: CallRow }) {
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
  if (first === null && end === null) return <span title={words.notSeen}>–</span>
  const [a, b] = [first, end].map((ms) => (ms === null ? '–' : elapsed(ms, lang)))
  return <span title={words.latencyParts(a ?? '–', b ?? '–')}>{`${a} / ${b}`}</span>
}

function Running({ since }: { readonly since: string }) {
  const words = useWords(callWords)
  const lang = useLang()
  return <Muted>{words.since(duration(useAge(since), lang))}</Muted>
}

function Cost({ row, currency }: { readonly row: CallRow; readonly currency: string }) {
  return row.kind === 'ended' ? (
    <Amount {...figureOf(row.call)} currency={row.call.currency} />
  ) : (
    <Held call={row.call} currency={currency} />
  )
}

/** What it holds of money and of windows; what it has used so far is known when it ends. */
function Held({
  call: { held },
  currency,
}: {
  readonly call: RunningCall
  readonly currency: string
}) {
  const amount = formatNanos(sum([held.money, held.included].map(readNanos)))
  return <Amount amount={amount} currency={currency} basis="held" />
}
