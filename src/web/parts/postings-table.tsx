import { wordsOf } from '../../contract/explain/index.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { Money, Table } from '../kit/index.ts'
import { EntryLink } from './screen-link.tsx'
import { partWords } from './words.ts'

interface Posting {
  readonly seq: number
  readonly ledger_account: string
  readonly asset: string
  readonly amount: string
  readonly lot_id: string | null
}

interface PostingsProps {
  readonly rows: readonly Posting[]
  readonly currency: string | null
  /** Whose entries they are of, where they are of several: each row then leads to its own. */
  readonly account?: string
}

/** What was booked where, debit and credit. */
export function PostingsTable({ rows, currency, account }: PostingsProps) {
  const words = useWords(partWords)
  const names: Readonly<Record<string, string>> = wordsOf(useLang()).ledgerAccounts
  const keyed = rows.map((posting, index) => ({ ...posting, key: `${index}` }))
  return (
    <Table
      name={words.postings}
      rows={keyed}
      rowKey={({ key }) => key}
      columns={[
        ...(account === undefined
          ? []
          : [
              {
                id: 'entry',
                label: words.entry,
                cell: ({ seq }: (typeof keyed)[number]) => (
                  <EntryLink account={account} seq={seq}>
                    {seq}
                  </EntryLink>
                ),
              },
            ]),
        {
          id: 'account',
          label: words.posting,
          cell: ({ ledger_account: own }) => names[own] ?? own,
        },
        { id: 'asset', label: words.asset, priority: 2, cell: ({ asset }) => asset },
        {
          id: 'lot',
          label: words.lot,
          priority: 1,
          cell: ({ lot_id }) => lot_id !== null && <code>{lot_id}</code>,
        },
        {
          id: 'amount',
          label: words.amount,
          numeric: true,
          cell: ({ amount }) => <Money amount={amount} currency={currency} />,
        },
      ]}
    />
  )
}
