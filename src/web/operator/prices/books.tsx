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
  Muted,
  Panel,
  Row,
  Select,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { BookChanges } from '../../parts/book-changes.tsx'
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

interface DifferenceProps {
  readonly from: string
  readonly to: string
  readonly books: readonly ListedBook[]
}

/** From the other book to this one, line by line. */
function Difference({ from, to, books }: DifferenceProps) {
  const difference = useQuery({
    queryKey: ['price-books', 'difference', from, to],
    queryFn: ({ signal }) => api.priceBooks.diff(from, to, { signal }),
  })
  const currency = books.find((own) => own.price_book_id === to)?.currency
  return (
    <Stack gap={2}>
      <Muted>{`${from} → ${to}`}</Muted>
      <Loaded query={difference}>
        {(answer) =>
          currency !== undefined && <BookChanges difference={answer} currency={currency} />
        }
      </Loaded>
    </Stack>
  )
}
