import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Answer } from '../../../client/index.ts'
import { invoiceSheets } from '../../../contract/statements/index.ts'
import { accountKey, useAccountState } from '../../app/account.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { type Search, textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  Empty,
  Facts,
  Grid,
  Loaded,
  Money,
  Muted,
  Notice,
  Panel,
  Stack,
  StateWord,
  SumTable,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { IntoView } from '../../parts/into-view.tsx'
import { SheetTable } from '../../parts/sheet-table.tsx'
import { useInvoices } from './data.ts'
import { statementWords } from './words.ts'

type Listed = Answer<'listInvoices'>['items'][number]
type Invoice = Answer<'getInvoice'>

const TONES: Readonly<Record<Listed['status'], Tone>> = {
  open: 'accent',
  overdue: 'danger',
  paid: 'ok',
  void: 'muted',
}

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
        <Opened account={account} id={chosen} onClose={() => change({ invoice: undefined })} />
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
  return (
    <Table
      name={words.invoices}
      rows={items.toReversed()}
      rowKey={(own) => own.invoice_id}
      onOpen={onOpen}
      empty={<Empty title={words.noInvoices}>{words.noInvoicesWhy}</Empty>}
      columns={[
        {
          id: 'number',
          label: words.number,
          cell: (own) => (
            <Link
              to="."
              search={((before: Search) => ({ ...before, invoice: own.invoice_id })) as never}
              resetScroll={false}
            >
              {own.label}
            </Link>
          ),
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
          cell: ({ status }) => (
            <StateWord tone={TONES[status]}>{words.statuses[status]}</StateWord>
          ),
        },
        {
          id: 'total',
          label: words.total,
          numeric: true,
          priority: 2,
          cell: (own) => <Money amount={own.total} currency={own.currency} />,
        },
        {
          id: 'left',
          label: words.left,
          numeric: true,
          cell: (own) => <Money amount={own.left} currency={own.currency} />,
        },
      ]}
    />
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

function InvoiceSheet({ account, own }: { readonly account: string; readonly own: Invoice }) {
  const words = useWords(statementWords)
  const lang = useLang()
  const lines = invoiceSheets(own, lang).find(({ id }) => id === 'lines')
  const form = (id: 'pdf' | 'csv' | 'json', type: string) => ({
    id,
    type,
    label: words[id],
    name: `${own.label}.${id}`,
    read: () => api.invoices.file(account, own.invoice_id, { format: id, lang }),
  })
  const files = [
    form('pdf', 'application/pdf'),
    form('csv', 'text/csv'),
    form('json', 'application/json'),
  ]
  return (
    <Stack gap={4}>
      <StateWord tone={TONES[own.status]}>{words.statuses[own.status]}</StateWord>
      {own.voided && <Notice tone="info" title={words.voidedWhy(own.voided.reason)} />}
      {(own.status === 'open' || own.status === 'overdue') && (
        <Notice tone={own.status === 'overdue' ? 'warn' : 'info'} title={words.howToPay} />
      )}
      <Downloads files={files} label={words.download(own.label)} />
      <Grid>
        <Party title={words.from} party={own.issuer} />
        <Party title={words.billTo} party={own.bill_to} />
      </Grid>
      {lines && <SheetTable sheet={lines} currency={own.currency} />}
      <Sums own={own} />
      <Payments own={own} />
    </Stack>
  )
}

function Sums({ own }: { readonly own: Invoice }) {
  const words = useWords(statementWords)
  const sums = invoiceSheets(own, useLang()).find(({ id }) => id === 'sums')
  const rows = (sums?.rows ?? []).slice(0, -1)
  return (
    <SumTable
      name={sums?.title ?? ''}
      caption
      columns={[
        { id: 'what', label: words.what, cell: ([what]) => what },
        { id: 'rate', label: '', cell: ([, rate]) => rate },
      ]}
      rows={rows}
      rowKey={([what]) => what ?? ''}
      amountOf={([, , amount]) => amount ?? '0'}
      total={own.total}
      totalLabel={words.total}
      currency={own.currency}
      amountLabel={words.amount}
    />
  )
}

function Party({ title, party }: { readonly title: string; readonly party: Invoice['issuer'] }) {
  const words = useWords(statementWords)
  return (
    <div>
      <h3>{title}</h3>
      <p>{party.name}</p>
      {party.address?.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {party.tax_id && (
        <Muted>
          {words.taxId}: {party.tax_id}
        </Muted>
      )}
      {party.reference && (
        <Muted>
          {words.reference}: {party.reference}
        </Muted>
      )}
    </div>
  )
}

function Payments({ own }: { readonly own: Invoice }) {
  const words = useWords(statementWords)
  if (own.payments.length === 0) return null
  return (
    <SumTable
      name={words.payments}
      caption
      columns={[
        { id: 'when', label: words.when, cell: ({ at }) => <Time at={at} /> },
        {
          id: 'payment',
          label: words.paymentId,
          priority: 2,
          cell: ({ payment_id: id }) => <code>{id}</code>,
        },
      ]}
      rows={own.payments}
      rowKey={({ payment_id: id }) => id}
      amountOf={({ amount }) => amount}
      total={own.paid}
      totalLabel={words.paid}
      currency={own.currency}
      amountLabel={words.amount}
    />
  )
}
