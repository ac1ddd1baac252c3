import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { count } from '../../app/format.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  ButtonLink,
  type Column,
  Empty,
  Facts,
  Loaded,
  Money,
  Panel,
  Table,
} from '../../kit/index.ts'
import css from '../parts.module.css'
import { explainWords } from './words.ts'

type Receipt = Answer<'getReceipt'>
type Posting = Receipt['postings'][number]

interface PostingsProps {
  readonly account: string
  readonly receipt: string
}

/** The postings that the words are of: who wants to see it in the ledger finds it by its entry. */
export function Postings({ account, receipt }: PostingsProps) {
  const words = useWords(explainWords)
  const query = useQuery({
    queryKey: accountKey(account, 'receipt', receipt),
    queryFn: ({ signal }) => api.calls.receipt(receipt, { account_id: account }, { signal }),
  })
  const open = (
    <ButtonLink to={`/a/${account}/receipts/${receipt}`} size="small" icon="receipt">
      {words.open}
    </ButtonLink>
  )
  return (
    <Panel title={words.citations} actions={open}>
      <Loaded query={query}>{(own) => <PostingTable own={own} />}</Loaded>
    </Panel>
  )
}

function PostingTable({ own }: { readonly own: Receipt }) {
  const words = useWords(explainWords)
  const labels = wordsOf(useLang())
  const columns: readonly Column<Posting>[] = [
    { id: 'seq', label: words.entry, cell: ({ seq }) => <span className={css.due}>#{seq}</span> },
    {
      id: 'account',
      label: words.ledgerAccount,
      cell: ({ ledger_account, lot_id }) => (
        <>
          {labels.ledgerAccounts[ledger_account]} {lot_id && <code>{lot_id}</code>}
        </>
      ),
    },
    {
      id: 'amount',
      label: words.amount,
      numeric: true,
      cell: ({ amount, asset }) => (
        <>
          <Money amount={amount} currency={own.currency} />
          {asset.endsWith('.included') && ` ${words.included}`}
        </>
      ),
    },
  ]
  return (
    <Table
      name={words.citations}
      columns={columns}
      rows={own.postings}
      rowKey={({ seq, ledger_account, lot_id, asset }) =>
        `${seq} ${ledger_account} ${lot_id} ${asset}`
      }
      empty={<Empty title={words.noPostings} />}
    />
  )
}

interface FiguresProps {
  readonly account: string
  readonly facts: Answer<'explainPeriod'>['facts']
}

/** The figures that the words about a period are of. */
export function PeriodFigures({ account, facts }: FiguresProps) {
  const words = useWords(explainWords)
  const lang = useLang()
  const currency = useAccountState(account).data?.currency ?? null
  const classes = ['included', 'promotional', 'paid', 'overage', 'absorbed'] as const
  return (
    <Panel title={words.citations}>
      <Facts
        rows={[
          [words.charged, count(facts.calls, lang)],
          [words.failed, count(facts.failed, lang)],
          ...classes.map(
            (own) =>
              [
                words.classes[own],
                <Money key={own} amount={facts.amounts[own]} currency={currency} />,
              ] as const,
          ),
          [words.givenBack, <Money key="back" amount={facts.given_back} currency={currency} />],
        ]}
      />
    </Panel>
  )
}
