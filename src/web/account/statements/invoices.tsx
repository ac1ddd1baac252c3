import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { type Search, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Facts,
  Loaded,
  Money,
  Panel,
  Stack,
  Table,
  Time,
} from '../../kit/index.ts'
import { IntoView } from '../../parts/into-view.tsx'
import { useInvoices } from './data.ts'
import { InvoiceSheet, InvoiceState } from './invoice-sheet.tsx'
import { statementWords } from './words.ts'

type Listed = Answer<'listInvoices'>['items'][number]

/** Every invoice, and what is owed; one of them open below. */
export function Invoices({ account }: { readonly account: string }) {
  const words = useWords(statementWords)
  const query = useInvoices(account)
  const state = useAccountState(account)
  const [search, change] = useUrlState()
  const chosen = textOf(search, 'invoice')
  const currency = state.data?.currency ?? null
  return (
    <>
      <Panel title={words.invoices} asOf={query.data}>
        <Loaded query={query}>
          {({ items, owed }) => (
            <Stack gap={3}>
              <Facts
                rows={[
                  [
                    words.owedInvoices,
                    <Money key="invoices" amount={owed.invoices} currency={currency} />,
                  ],
                  [
                    words.owedLater,
                    <Money key="overage" amount={owed.overage} currency={currency} />,
                  ],
                ]}
              />
              <InvoiceTable items={items} onOpen={(own) => change({ invoice: own.invoice_id })} />
            </Stack>
          )}
        </Loaded>
      </Panel>
      {chosen !== undefined && (
        <Opened
          key={chosen}
          account={account}
          id={chosen}
          onClose={() => change({ invoice: undefined })}
        />
      )}
    </>
  )
}

interface InvoiceTableProps {
  readonly items: readonly Listed[]
  readonly onOpen: (own: Listed) => void
}

function InvoiceTable({ items, onOpen }: InvoiceTableProps) {
  const words = useWords(statementWords)
  const columns: readonly Column<Listed>[] = [
    {
      id: 'number',
      label: words.number,
      cell: (own) => <NumberLink own={own} />,
    },
    {
      id: 'issued',
      label: words.issued,
      priority: 2,
      cell: (own) => <Time at={own.issued_at} form="date" />,
    },
    { id: 'due', label: words.due, cell: (own) => <Time at={own.due_at} form="date" /> },
    {
      id: 'status',
      label: words.status,
      cell: (own) => <InvoiceState status={own.status} />,
    },
    { ...moneyColumn('total', words.total), priority: 2 },
    moneyColumn('left', words.left),
  ]
  return (
    <Table
      name={words.invoices}
      rows={items.toReversed()}
      rowKey={(own) => own.invoice_id}
      onOpen={onOpen}
      empty={<Empty title={words.noInvoices}>{words.noInvoicesWhy}</Empty>}
      columns={columns}
    />
  )
}

const moneyColumn = (id: 'total' | 'left', label: string): Column<Listed> => ({
  id,
  label,
  numeric: true,
  cell: (own) => <Money amount={own[id]} currency={own.currency} />,
})

function NumberLink({ own }: { readonly own: Listed }) {
  return (
    <Link
      to="."
      search={((before: Search) => ({ ...before, invoice: own.invoice_id })) as never}
      resetScroll={false}
    >
      {own.label}
    </Link>
  )
}

interface OpenedProps {
  readonly account: string
  readonly id: string
  readonly onClose: () => void
}

function Opened({ account, id, onClose }: OpenedProps) {
  const words = useWords(statementWords)
  const query = useQuery({
    queryKey: accountKey(account, 'invoice', id),
    queryFn: ({ signal }) => api.invoices.get(account, id, { signal }),
  })
  return (
    <IntoView>
      <Panel
        title={words.invoice(query.data?.label ?? id)}
        asOf={query.data}
        actions={
          <Button size="small" icon="cross" onClick={onClose}>
            {words.close}
          </Button>
        }
      >
        <Loaded query={query}>{(own) => <InvoiceSheet account={account} own={own} />}</Loaded>
      </Panel>
    </IntoView>
  )
}
