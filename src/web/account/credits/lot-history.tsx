import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type EntryAnswer, take } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { formatNanos, readNanos, sum } from '../../../core/money/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
import { closes } from '../../app/shares.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Dialog,
  Empty,
  Loaded,
  Money,
  Muted,
  Stack,
  SumTable,
  Table,
  Time,
} from '../../kit/index.ts'
import { EntryLink } from '../../parts/screen-link.tsx'
import type { Lot } from './lots.tsx'
import { creditWords } from './words.ts'

const ENTRIES_MAX = 500

interface Movement {
  readonly entry: EntryAnswer
  /** With its sign: what came is positive. */
  readonly amount: string
}

/** What moved one lot: named in the address, so that a link shows the same. */
export function LotHistory({
  account,
  lots,
}: {
  readonly account: string
  readonly lots: readonly Lot[]
}) {
  const words = useWords(creditWords)
  const [search, change] = useUrlState()
  const lot = lots.find(({ id }) => id === textOf(search, 'lot'))
  return (
    <Dialog
      title={words.historyOf(lot?.name ?? '')}
      open={lot !== undefined}
      onClose={() => change({ lot: undefined })}
    >
      {lot && <Movements account={account} lot={lot} />}
    </Dialog>
  )
}

function Movements({ account, lot }: { readonly account: string; readonly lot: Lot }) {
  const query = useQuery({
    queryKey: accountKey(account, 'lot', lot.id),
    queryFn: async ({ signal }) => {
      const since = { from: lot.effective_at }
      const entries = api.accounts.entries(account, { ...since, limit: 100 }, { signal })
      return movementsOf(lot.id, await take(entries, ENTRIES_MAX))
    },
  })
  return <Loaded query={query}>{(rows) => <MovementTable {...{ account, lot, rows }} />}</Loaded>
}

/** The amounts by which entries moved a lot, on the customer's side of the ledger. */
export function movementsOf(lotId: string, entries: readonly EntryAnswer[]): readonly Movement[] {
  return entries.flatMap((entry) => {
    const own = entry.postings.filter(
      ([ledger = '', , , lot]) => lot === lotId && ledger.startsWith('customer:'),
    )
    if (own.length === 0) return []
    return [{ entry, amount: formatNanos(sum(own.map(([, , amount = '0']) => readNanos(amount)))) }]
  })
}

function MovementTable({
  account,
  lot,
  rows,
}: {
  readonly account: string
  readonly lot: Lot
  readonly rows: readonly Movement[]
}) {
  const words = useWords(creditWords)
  const kinds = wordsOf(useLang()).entryKinds
  const currency = rows[0]?.entry.currency ?? null
  const columns: readonly Column<Movement>[] = [
    { id: 'when', label: words.when, cell: ({ entry }) => <Time at={entry.at} /> },
    {
      id: 'what',
      label: words.what,
      cell: ({ entry }) => <What account={account} entry={entry} label={kinds[entry.kind]} />,
    },
  ]
  const table = {
    name: words.historyOf(lot.name),
    columns,
    rows,
    rowKey: ({ entry }: Movement) => `${entry.seq}`,
    empty: <Empty title={words.noHistory} />,
  }
  const isWhole = closes(
    rows.map(({ amount }) => amount),
    lot.remaining,
  )
  if (isWhole && rows.length > 0)
    return (
      <SumTable
        {...table}
        amountOf={({ amount }) => amount}
        total={lot.remaining}
        currency={currency}
        amountLabel={words.amount}
      />
    )
  const amounts: Column<Movement> = {
    id: 'amount',
    label: words.amount,
    numeric: true,
    cell: ({ amount }) => <Money amount={amount} currency={currency} />,
  }
  return (
    <Stack>
      <Table {...table} columns={[...columns, amounts]} />
      <Muted>{words.historyPart}</Muted>
    </Stack>
  )
}

/** A call leads to its receipt, all else to its entry. */
function What({
  account,
  entry,
  label,
}: {
  readonly account: string
  readonly entry: EntryAnswer
  readonly label: string
}) {
  const call = 'call' in entry ? entry.call : undefined
  if (!call)
    return (
      <EntryLink account={account} seq={entry.seq}>
        {label}
      </EntryLink>
    )
  return (
    <Link to={`/a/${account}/receipts/rcpt_${call.call_id.replace(/^call_/, '')}` as string}>
      {label}: {call.model}
    </Link>
  )
}
