import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/client.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import {
  Button,
  type Column,
  Empty,
  Loaded,
  Money,
  Panel,
  Row,
  Select,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { StateLink } from '../state-link.tsx'
import { BookTables } from './book-tables.tsx'
import { type Book, type ListedBook, useBook, useBooks } from './queries.ts'
import { RollbackDialog } from './rollback.tsx'
import { priceWords } from './words.ts'

const TONES: Readonly<Record<ListedBook['state'], Tone>> = {
  active: 'ok',
  scheduled: 'accent',
  retired: 'muted',
}

export function BooksTab() {
  const books = useBooks()
  const [search, setSearch] = useUrlState()
  const named = textOf(search, 'book')
  const open = (id: string | undefined) => setSearch({ book: id, with: undefined })
  return (
    <Stack gap={4}>
      <Loaded query={books}>
        {(items) => (
          <>
            <BookList books={items} onOpen={open} />
            {named !== undefined && (
              <OneBook id={named} books={items} onClose={() => open(undefined)} />
            )}
          </>
        )}
      </Loaded>
    </Stack>
  )
}

interface BookListProps {
  readonly books: readonly ListedBook[]
  readonly onOpen: (id: string) => void
}

function BookList({ books, onOpen }: BookListProps) {
  const words = useWords(priceWords)
  const columns = useBookColumns()
  return (
    <Table
      name={words.tabs.books}
      columns={columns}
      rows={books}
      rowKey={({ price_book_id: id }) => id}
      onOpen={(book) => onOpen(book.price_book_id)}
      empty={<Empty title={words.noBooks}>{words.noBooksNext}</Empty>}
    />
  )
}

function useBookColumns(): readonly Column<ListedBook>[] {
  const words = useWords(priceWords)
  return [
    {
      id: 'book',
      label: words.book,
      cell: ({ price_book_id: id }) => (
        <StateLink change={{ book: id, with: undefined }}>{id}</StateLink>
      ),
    },
    {
      id: 'state',
      label: words.state,
      cell: ({ state }) => <StateWord tone={TONES[state]}>{words.states[state]}</StateWord>,
    },
    { id: 'currency', label: words.currency, priority: 2, cell: ({ currency }) => currency },
    { id: 'from', label: words.from, cell: (book) => <Time at={book.effective_from} /> },
    {
      id: 'published',
      label: words.published,
      priority: 1,
      cell: (book) => <Time at={book.published_at} />,
    },
    { id: 'by', label: words.by, priority: 1, cell: (book) => <code>{book.published_by}</code> },
  ]
}

interface OneBookProps {
  readonly id: string
  readonly books: readonly ListedBook[]
  readonly onClose: () => void
}

function OneBook({ id, books, onClose }: OneBookProps) {
  const words = useWords(priceWords)
  const book = useBook(id)
  const [search] = useUrlState()
  const [rolling, setRolling] = useState(false)
  const other = textOf(search, 'with')
  const actions = (
    <>
      <Button size="small" icon="refund" onClick={() => setRolling(true)}>
        {words.rollback}
      </Button>
      <Button size="small" onClick={onClose}>
        {words.close}
      </Button>
    </>
  )
  return (
    <Panel title={`${words.book} ${id}`} actions={actions}>
      <CompareWith id={id} books={books} />
      {other !== undefined && <Difference from={other} to={id} books={books} />}
      <Loaded query={book}>{(found: Book) => <BookTables document={found.document} />}</Loaded>
      <RollbackDialog book={id} open={rolling} onClose={() => setRolling(false)} />
    </Panel>
  )
}

function CompareWith({ id, books }: Omit<OneBookProps, 'onClose'>) {
  const words = useWords(priceWords)
  const [search, setSearch] = useUrlState()
  const options = [
    { value: '', label: words.nothing },
    ...books
      .filter((own) => own.price_book_id !== id)
      .map((own) => ({ value: own.price_book_id, label: own.price_book_id })),
  ]
  return (
    <Row>
      <Select
        label={words.compare}
        value={textOf(search, 'with') ?? ''}
        options={options}
        onChange={(value) => setSearch({ with: value === '' ? undefined : value })}
      />
    </Row>
  )
}

interface PriceRow {
  readonly model?: string
  readonly kind?: string
  readonly per_mtok?: string
  readonly when?: object
}

interface Changed {
  readonly change: 'changed' | 'added' | 'removed'
  readonly row: PriceRow
  readonly before: string | null
  readonly after: string | null
}

function changesIn(answer: Readonly<Record<string, unknown>>): Changed[] {
  const { added, removed, changed } = answer as {
    added: PriceRow[]
    removed: PriceRow[]
    changed: { from: PriceRow; to: PriceRow }[]
  }
  const price = (row: PriceRow): string => row.per_mtok ?? ''
  return [
    ...changed.map(
      ({ from, to }): Changed => ({
        change: 'changed',
        row: to,
        before: price(from),
        after: price(to),
      }),
    ),
    ...added.map((row): Changed => ({ change: 'added', row, before: null, after: price(row) })),
    ...removed.map((row): Changed => ({ change: 'removed', row, before: price(row), after: null })),
  ]
}

interface DifferenceProps {
  readonly from: string
  readonly to: string
  readonly books: readonly ListedBook[]
}

/** From the other book to this one, price by price. */
function Difference({ from, to, books }: DifferenceProps) {
  const words = useWords(priceWords)
  const difference = useQuery({
    queryKey: ['price-books', 'difference', from, to],
    queryFn: ({ signal }) => api.priceBooks.diff(from, to, { signal }),
  })
  const currency = books.find((own) => own.price_book_id === to)?.currency ?? null
  const price = (amount: string | null) =>
    amount === null ? '–' : <Money amount={amount} currency={currency} />
  const columns: readonly Column<Changed>[] = [
    { id: 'change', label: words.change, cell: ({ change }) => words.changes[change] },
    { id: 'model', label: words.model, cell: ({ row }) => <code>{row.model}</code> },
    { id: 'kind', label: words.kind, cell: ({ row }) => row.kind },
    {
      id: 'when',
      label: words.condition,
      priority: 1,
      cell: ({ row }) => (row.when ? JSON.stringify(row.when) : words.always),
    },
    { id: 'before', label: words.before, numeric: true, cell: ({ before }) => price(before) },
    { id: 'after', label: words.after, numeric: true, cell: ({ after }) => price(after) },
  ]
  return (
    <Loaded query={difference}>
      {(answer) => (
        <Table
          name={`${from} → ${to}`}
          caption
          columns={columns}
          rows={changesIn(answer)}
          rowKey={({ change, row }) => JSON.stringify([change, row])}
          empty={<Empty title={words.same} />}
        />
      )}
    </Loaded>
  )
}
