import { useNavigate } from '@tanstack/react-router'
import { useWords } from '../app/words.ts'
import { Cost, modelOf, NOTHING, Sources, Status, Tokens, Waited, When } from './call-cells.tsx'
import { type CallRow, hrefOfRow } from './call-row.ts'
import { callWords } from './call-words.ts'
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
const DATED = { time: 'minmax(104px, 1fr)', status: 'minmax(150px, 1.4fr)' } as const
/** Without a date there is room for the words of a refusal in one line, from 1280 px of screen up. */
const TIMED = { time: '64px', status: 'minmax(200px, 222px)' } as const

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
      width: 'minmax(100px, 0.9fr)',
      cell: (row) => <code>{modelOf(row)}</code>,
    },
    {
      id: 'key',
      label: words.key,
      width: 'minmax(58px, 0.4fr)',
      minor: true,
      cell: ({ call: { key_id: id } }) => (id === null ? NOTHING : (keyNames.get(id) ?? id)),
    },
    ...useFigures(currency),
  ]
}

function useFigures(currency: string): readonly RowColumn<CallRow>[] {
  const words = useWords(callWords)
  return [
    {
      id: 'tokens',
      label: words.tokens,
      width: 'minmax(108px, 0.8fr)',
      numeric: true,
      cell: (row) => <Tokens row={row} />,
    },
    {
      id: 'source',
      label: words.source,
      width: 'minmax(92px, 0.8fr)',
      minor: true,
      cell: (row) => (row.kind === 'ended' ? <Sources call={row.call} /> : NOTHING),
    },
    {
      id: 'latency',
      label: words.latency,
      width: 'minmax(86px, 1fr)',
      numeric: true,
      cell: (row) => <Waited row={row} />,
    },
    {
      id: 'cost',
      label: words.cost,
      width: 'minmax(126px, 0.8fr)',
      numeric: true,
      cell: (row) => <Cost row={row} currency={currency} />,
    },
  ]
}

function useKeyNames(account: string): ReadonlyMap<string, string> {
  const { data } = useKeys(account)
  return new Map(data?.items.map(({ key_id, name }) => [key_id, name]))
}
