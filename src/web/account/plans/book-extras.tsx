import { useWords } from '../../app/words.ts'
import { type Column, Disclosure, Muted, Stack, Table, Time } from '../../kit/index.ts'
import { BookPrice } from '../../parts/book-price.tsx'
import { bookWords } from '../../parts/book-words.ts'
import { useConditionText } from '../../parts/use-condition.ts'
import type { Book } from './data.ts'
import { planWords } from './words.ts'

type Document = Book['document']
type Fee = NonNullable<Document['fees']>[number]
type Weight = NonNullable<Document['weights']>[number]
type Promotion = NonNullable<Document['promotions']>[number]

/** What a book has beside the prices of tokens. */
export function BookExtras({ document }: { readonly document: Document }) {
  return (
    <>
      <Fees fees={document.fees ?? []} currency={document.currency} />
      <Weights weights={document.weights ?? []} rule={document.weights_rule} />
      <Promotions promotions={document.promotions ?? []} />
    </>
  )
}

function Fees({ fees, currency }: { readonly fees: readonly Fee[]; readonly currency: string }) {
  const words = useWords(planWords)
  const { everyModel } = useWords(bookWords)
  const columns: readonly Column<Fee>[] = [
    {
      id: 'model',
      label: words.model,
      cell: ({ model }) => (model === '*' ? everyModel : <code>{model}</code>),
    },
    { id: 'fee', label: words.feeName, cell: ({ fee }) => <code>{fee}</code> },
    {
      id: 'each',
      label: words.each,
      numeric: true,
      cell: ({ each }) => <BookPrice amount={each} currency={currency} />,
    },
  ]
  return <Extra title={words.fees} rows={fees} columns={columns} />
}

interface WeightsProps {
  readonly weights: readonly Weight[]
  readonly rule: Document['weights_rule']
}

function Weights({ weights, rule }: WeightsProps) {
  const words = useWords(planWords)
  const conditionText = useConditionText()
  const columns: readonly Column<Weight>[] = [
    { id: 'id', label: words.weights, cell: ({ id }) => <code>{id}</code> },
    { id: 'times', label: words.multiplier, cell: ({ multiplier }) => `× ${multiplier}` },
    { id: 'when', label: words.condition, cell: ({ when }) => conditionText(when) },
  ]
  const note = rule && words.weightsRule[rule]
  return <Extra title={words.weights} rows={weights} columns={columns} note={note} />
}

function Promotions({ promotions }: { readonly promotions: readonly Promotion[] }) {
  const words = useWords(planWords)
  const columns: readonly Column<Promotion>[] = [
    { id: 'id', label: words.promotions, cell: ({ id }) => <code>{id}</code> },
    { id: 'times', label: words.multiplier, cell: ({ multiplier }) => `× ${multiplier}` },
    { id: 'from', label: words.from, cell: ({ from }) => <Time at={from} /> },
    { id: 'until', label: words.until, cell: ({ until }) => <Time at={until} /> },
    {
      id: 'for',
      label: words.appliesTo,
      cell: ({ plans, models }) => [...(plans ?? []), ...(models ?? [])].join(', ') || words.all,
    },
  ]
  return <Extra title={words.promotions} rows={promotions} columns={columns} />
}

function Extra<Row>(props: {
  readonly title: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly note?: string | undefined
}) {
  const { title, rows, columns, note } = props
  if (rows.length === 0) return null
  return (
    <Disclosure title={`${title} (${rows.length})`}>
      <Stack gap={2}>
        {note && <Muted>{note}</Muted>}
        <Table name={title} columns={columns} rows={rows} rowKey={(row) => JSON.stringify(row)} />
      </Stack>
    </Disclosure>
  )
}
