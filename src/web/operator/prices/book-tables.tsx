import { formatExact } from '../../../contract/explain/index.ts'
import { useWords } from '../../app/words.ts'
import { type Column, Disclosure, Empty, Table, Time } from '../../kit/index.ts'
import css from './prices.module.css'
import { priceWords } from './words.ts'

/** As far as a draft has them: it may have faults. */
export interface BookDocument {
  readonly currency?: unknown
  readonly rows?: unknown
  readonly fees?: unknown
  readonly weights?: unknown
  readonly promotions?: unknown
}

type Fields = Readonly<Record<string, unknown>>

const listIn = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter((own) => typeof own === 'object' && own !== null) : []
const textIn = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}
const AMOUNT = /^\d{1,9}(\.\d{1,9})?$/

interface Line {
  readonly key: string
  readonly model: string
  readonly when: string
  readonly prices: ReadonlyMap<string, string>
}

const whenText = (when: unknown): string =>
  typeof when === 'object' && when !== null
    ? Object.entries(when)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ')
    : ''

/** Models by kinds of token; a row with a condition is a line of its own. */
function linesOf(rows: readonly Fields[]): readonly Line[] {
  const lines = new Map<string, { model: string; when: string; prices: Map<string, string> }>()
  for (const row of rows) {
    const [model, when] = [textIn(row, 'model'), whenText(row.when)]
    const key = `${model}\n${when}`
    const line = lines.get(key) ?? { model, when, prices: new Map<string, string>() }
    line.prices.set(textIn(row, 'kind'), textIn(row, 'per_mtok'))
    lines.set(key, line)
  }
  return [...lines].map(([key, line]) => ({ key, ...line }))
}

/** What each model costs by kind of token, and all else that a book says. */
export function BookTables({ document }: { readonly document: BookDocument }) {
  const words = useWords(priceWords)
  const rows = listIn(document.rows)
  const currency = typeof document.currency === 'string' ? document.currency : null
  const kinds = [...new Set(rows.map((row) => textIn(row, 'kind')))]
  const columns: readonly Column<Line>[] = [
    {
      id: 'model',
      label: words.model,
      cell: ({ model }) => <code className={css.model}>{model}</code>,
    },
    { id: 'when', label: words.condition, cell: ({ when }) => when || words.always },
    ...kinds.map(
      (kind): Column<Line> => ({
        id: kind,
        label: kind,
        numeric: true,
        cell: ({ prices }) => <Price text={prices.get(kind)} currency={currency} />,
      }),
    ),
  ]
  return (
    <>
      <Table
        name={words.perMtok}
        caption
        columns={columns}
        rows={linesOf(rows)}
        rowKey={({ key }) => key}
        empty={<Empty title={words.noRows} />}
      />
      <Extras document={document} currency={currency} />
    </>
  )
}

/** Every digit of it: a price list that rounds is wrong. What is no price is shown as it was written. */
function Price({
  text,
  currency,
}: {
  readonly text: string | undefined
  readonly currency: string | null
}) {
  if (text === undefined) return <>–</>
  return AMOUNT.test(text) ? formatExact(text, currency) : text
}

type Words = ReturnType<typeof useWords<(typeof priceWords)['en']>>

/** The columns that tables of fees, multipliers and promotions are made of. */
function columnsFor(words: Words, currency: string | null) {
  const model: Column<Fields> = {
    id: 'model',
    label: words.model,
    cell: (own) => textIn(own, 'model'),
  }
  const name = (label: string, field: string): Column<Fields> => ({
    id: field,
    label,
    cell: (own) => <code>{textIn(own, field)}</code>,
  })
  const times = name(words.multiplier, 'multiplier')
  const time = (label: string, field: string): Column<Fields> => ({
    id: field,
    label,
    cell: (own) => <Moment text={textIn(own, field)} />,
  })
  const when: Column<Fields> = {
    id: 'when',
    label: words.condition,
    cell: (own) => whenText(own.when),
  }
  const each: Column<Fields> = {
    id: 'each',
    label: words.each,
    numeric: true,
    cell: (own) => <Price text={textIn(own, 'each')} currency={currency} />,
  }
  return { model, name, times, time, when, each }
}

interface ExtrasProps {
  readonly document: BookDocument
  readonly currency: string | null
}

function Extras({ document, currency }: ExtrasProps) {
  const words = useWords(priceWords)
  const { model, name, times, time, when, each } = columnsFor(words, currency)
  return (
    <>
      <Extra
        title={words.fees}
        rows={document.fees}
        columns={[model, name(words.fee, 'fee'), each]}
      />
      <Extra
        title={words.weights}
        rows={document.weights}
        columns={[name(words.weights, 'id'), times, when]}
      />
      <Extra
        title={words.promotions}
        rows={document.promotions}
        columns={[
          name(words.promotions, 'id'),
          times,
          time(words.from, 'from'),
          time(words.until, 'until'),
        ]}
      />
    </>
  )
}

function Moment({ text }: { readonly text: string }) {
  return Number.isNaN(Date.parse(text)) ? text : <Time at={text} />
}

function Extra(props: {
  readonly title: string
  readonly rows: unknown
  readonly columns: readonly Column<Fields>[]
}) {
  const rows = listIn(props.rows)
  if (rows.length === 0) return null
  return (
    <Disclosure title={`${props.title} (${rows.length})`}>
      <Table
        name={props.title}
        columns={props.columns}
        rows={rows}
        rowKey={(row) => JSON.stringify(row)}
      />
    </Disclosure>
  )
}
