import type { Answer } from '../../../client/index.ts'
import { invoiceSheets } from '../../../contract/statements/index.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  Grid,
  Muted,
  Notice,
  Stack,
  StateWord,
  SumTable,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { Downloads } from '../../parts/download.tsx'
import { EntryLink } from '../../parts/screen-link.tsx'
import { SheetTable } from '../../parts/sheet-table.tsx'
import { statementWords } from './words.ts'

type Invoice = Answer<'getInvoice'>

const TONES: Readonly<Record<Invoice['status'], Tone>> = {
  open: 'accent',
  overdue: 'danger',
  paid: 'ok',
  void: 'muted',
}

export function InvoiceState({ status }: Pick<Invoice, 'status'>) {
  const words = useWords(statementWords)
  return <StateWord tone={TONES[status]}>{words.statuses[status]}</StateWord>
}

/** An invoice as it stands: parties, lines, sums, and what was paid of it. */
export function InvoiceSheet({
  account,
  own,
}: {
  readonly account: string
  readonly own: Invoice
}) {
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
      <div>
        <InvoiceState status={own.status} />
      </div>
      {own.voided && <Notice tone="info" title={words.voidedWhy(own.voided.reason)} />}
      {(own.status === 'open' || own.status === 'overdue') && (
        <Notice tone={own.status === 'overdue' ? 'warn' : 'info'} title={words.howToPay} />
      )}
      <Downloads files={files} label={words.download(own.label)} />
      <Grid>
        <Party title={words.from} party={own.issuer} />
        <Party title={words.billTo} party={own.bill_to} />
      </Grid>
      {lines && <SheetTable sheet={lines} account={account} currency={own.currency} />}
      <Sums own={own} />
      <Payments account={account} own={own} />
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

function Payments({ account, own }: { readonly account: string; readonly own: Invoice }) {
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
          cell: ({ payment_id: id, seq }) => (
            <EntryLink account={account} seq={seq}>
              <code>{id}</code>
            </EntryLink>
          ),
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
