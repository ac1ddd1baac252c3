import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Choices, Empty, Facts, Loaded, Muted, Panel, Stack, Time } from '../../kit/index.ts'
import { BookExtras } from './book-extras.tsx'
import { useBook, useBooksNow } from './data.ts'
import { NextPrices } from './next-prices.tsx'
import { PriceTable } from './price-table.tsx'
import { useDateText } from './use-date-text.ts'
import { planWords } from './words.ts'

type Books = NonNullable<ReturnType<typeof useBooksNow>['data']>

/** What is in force, and what comes after it. */
export function Prices({ currency }: { readonly currency: string }) {
  const words = useWords(planWords)
  const books = useBooksNow(currency)
  return (
    <Loaded query={books}>
      {(own) => (
        <Stack gap={4}>
          {own.active && own.next && <NextPrices from={own.active} to={own.next} />}
          {own.active || own.next ? (
            <Shown books={own} />
          ) : (
            <Empty title={words.noBook}>{words.noBookNext}</Empty>
          )}
        </Stack>
      )}
    </Loaded>
  )
}

/** The prices of now or, where the address says so, those that are announced. */
function Shown({ books }: { readonly books: Books }) {
  const words = useWords(planWords)
  const [search, setSearch] = useUrlState()
  const dateText = useDateText()
  const { active, next } = books
  const wantsNext = active === undefined || textOf(search, 'book') === 'next'
  const shown = wantsNext ? (next ?? active) : active
  return (
    <Panel title={words.prices}>
      <Stack gap={3}>
        <Muted>{words.pricesLead}</Muted>
        {active && next ? (
          <Choices
            label={words.shown}
            value={wantsNext ? 'next' : 'now'}
            onChange={(book) => setSearch({ book: book === 'next' ? book : undefined })}
            options={[
              { value: 'now', label: words.inForce },
              { value: 'next', label: words.next(dateText(next.effective_from)) },
            ]}
          />
        ) : (
          <Muted>{words.noNext}</Muted>
        )}
        {shown && <OneBook id={shown.price_book_id} />}
      </Stack>
    </Panel>
  )
}

function OneBook({ id }: { readonly id: string }) {
  const words = useWords(planWords)
  const book = useBook(id)
  return (
    <Loaded query={book}>
      {({ document, effective_from: from }) => (
        <Stack gap={3}>
          <Facts
            rows={[
              [words.book, <code key="book">{id}</code>],
              [words.from, <Time key="from" at={from} />],
            ]}
          />
          <PriceTable document={document} />
          <BookExtras document={document} />
        </Stack>
      )}
    </Loaded>
  )
}
