import { Link, useNavigate } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { accountKey, useAccountId } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  ButtonLink,
  Empty,
  Facts,
  Loaded,
  Money,
  More,
  PageHead,
  Panel,
  Stack,
  Table,
  Time,
} from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { useGrowingList } from '../../parts/growing-list.ts'
import { useStatement } from './data.ts'
import { Invoices } from './invoices.tsx'
import { Profile } from './profile.tsx'
import { statementFiles } from './statement-files.ts'
import { statementWords } from './words.ts'

type Listed = Answer<'listStatements'>['items'][number]

/** What was paid, and for what: statements, invoices, and how the account is named on them. */
export default function Statements() {
  const words = useWords(statementWords)
  const account = useAccountId()
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <ButtonLink to={`/a/${account}/payment`} icon="card">
            {words.toPayment}
          </ButtonLink>
        }
      />
      <Stack gap={4}>
        <OpenCycle account={account} />
        <Closed account={account} />
        <Invoices account={account} />
        <Profile account={account} />
      </Stack>
    </>
  )
}

function OpenCycle({ account }: { readonly account: string }) {
  const words = useWords(statementWords)
  const query = useStatement(account, 'open')
  return (
    <Panel
      title={words.openCycle}
      asOf={query.data}
      actions={
        <ButtonLink to={`/a/${account}/statements/open`} size="small" icon="statement">
          {words.seeSoFar}
        </ButtonLink>
      }
    >
      <Loaded query={query}>
        {({ start, end, currency, balances, entries }) => (
          <Facts
            rows={[
              [words.cycleName, <Cycle key="cycle" start={start} end={end} />],
              [words.ends, <Time key="end" at={end} />],
              [
                words.paidCredit,
                <Money key="paid" amount={balances.prepaid.closing} currency={currency} />,
              ],
              [
                words.promotional,
                <Money key="promo" amount={balances.promotional.closing} currency={currency} />,
              ],
              [
                words.owed,
                <Money key="owed" amount={balances.overage.closing} currency={currency} />,
              ],
              [words.entries, `${entries.first_seq}–${entries.last_seq}`],
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}

function Cycle({ start, end }: { readonly start: string; readonly end: string }) {
  return (
    <>
      <Time at={start} form="date" /> – <Time at={end} form="date" />
    </>
  )
}

function Closed({ account }: { readonly account: string }) {
  const words = useWords(statementWords)
  const lang = useLang()
  const navigate = useNavigate()
  const { query, items, more } = useGrowingList<Listed>(
    accountKey(account, 'statements'),
    (limit, signal) => api.statements.list(account, { limit }, { signal }),
  )
  const files = ({ label, number }: Listed) => {
    const { pdf, csv } = statementFiles(account, { label, number: `${number}` }, lang)
    return [
      { ...pdf, label: words.pdf },
      { ...csv, label: words.csv },
    ]
  }
  const open = (number: number): void => void navigate({ to: `/a/${account}/statements/${number}` })
  return (
    <Panel title={words.closed}>
      <Loaded query={query}>
        {() => (
          <Table
            name={words.closed}
            rows={items}
            rowKey={({ number }) => `${number}`}
            onOpen={({ number }) => open(number)}
            empty={<Empty title={words.noneClosed}>{words.noneClosedWhy}</Empty>}
            columns={[
              {
                id: 'number',
                label: words.number,
                cell: (own) => (
                  <Link to={`/a/${account}/statements/${own.number}`}>{own.label}</Link>
                ),
              },
              {
                id: 'cycle',
                label: words.cycleName,
                cell: (own) => <Cycle start={own.start} end={own.end} />,
              },
              {
                id: 'paid',
                label: words.paidCredit,
                numeric: true,
                priority: 2,
                cell: (own) => <Money amount={own.balances.prepaid} currency={own.currency} />,
              },
              {
                id: 'owed',
                label: words.owed,
                numeric: true,
                priority: 2,
                cell: (own) => <Money amount={own.balances.overage} currency={own.currency} />,
              },
              {
                id: 'files',
                label: words.pdf,
                cell: (own) => (
                  <Downloads files={files(own)} label={words.download(own.label)} size="small" />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <More query={more} />
    </Panel>
  )
}
