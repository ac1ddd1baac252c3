import { Link, useNavigate } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { accountKey } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Empty, Loaded, Money, More, Panel, Table, Time } from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { useGrowingList } from '../../parts/growing-list.ts'
import { statementFiles } from './statement-files.ts'
import { statementWords } from './words.ts'

type Listed = Answer<'listStatements'>['items'][number]

export function Cycle({ start, end }: { readonly start: string; readonly end: string }) {
  return (
    <>
      <Time at={start} form="date" /> – <Time at={end} form="date" />
    </>
  )
}

/** Every closed statement, the latest first. */
export function Closed({ account }: { readonly account: string }) {
  const words = useWords(statementWords)
  const navigate = useNavigate()
  const columns = useColumns(account)
  const { query, items, more } = useGrowingList<Listed>(
    accountKey(account, 'statements'),
    (limit, signal) => api.statements.list(account, { limit }, { signal }),
  )
  return (
    <Panel title={words.closed}>
      <Loaded query={query}>
        {() => (
          <Table
            cards
            name={words.closed}
            rows={items}
            rowKey={({ number }) => `${number}`}
            onOpen={({ number }) => void navigate({ to: `/a/${account}/statements/${number}` })}
            empty={<Empty title={words.noneClosed}>{words.noneClosedWhy}</Empty>}
            columns={columns}
          />
        )}
      </Loaded>
      <More query={more} />
    </Panel>
  )
}

function useColumns(account: string): Column<Listed>[] {
  const words = useWords(statementWords)
  const balance = (id: 'prepaid' | 'overage', label: string): Column<Listed> => ({
    id,
    label,
    numeric: true,
    priority: 2,
    cell: (own) => <Money amount={own.balances[id]} currency={own.currency} />,
  })
  return [
    {
      id: 'number',
      label: words.number,
      cell: (own) => <Link to={`/a/${account}/statements/${own.number}`}>{own.label}</Link>,
    },
    {
      id: 'cycle',
      label: words.cycleName,
      cell: (own) => <Cycle start={own.start} end={own.end} />,
    },
    balance('prepaid', words.paidCredit),
    balance('overage', words.owed),
    {
      id: 'files',
      label: words.files,
      cell: (own) => <Files account={account} own={own} />,
    },
  ]
}

function Files({ account, own }: { readonly account: string; readonly own: Listed }) {
  const words = useWords(statementWords)
  const { label, number } = own
  const { pdf, csv } = statementFiles(account, { label, number: `${number}` }, useLang())
  return (
    <Downloads
      files={[
        { ...pdf, label: words.pdf },
        { ...csv, label: words.csv },
      ]}
      label={words.download(label)}
      size="small"
    />
  )
}
