import { useQuery } from '@tanstack/react-query'
import type { Answer } from '../../../client/index.ts'
import { wordsOf } from '../../../contract/explain/index.ts'
import { bookChanges } from '../../../contract/price-changes.ts'
import { api } from '../../app/client.ts'
import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import { Disclosure, Loaded, Muted, Panel, Stack, Time } from '../../kit/index.ts'
import { BookChanges, percentText } from '../../parts/book-changes.tsx'
import { bookWords } from '../../parts/book-words.ts'
import type { Book } from './data.ts'
import { byKind } from './price-change.ts'
import { useDateText } from './use-date-text.ts'
import { planWords } from './words.ts'

type Listed = Omit<Book, 'document'>

interface NextPricesProps {
  readonly from: Listed
  readonly to: Listed
}

/** What the announced prices change: in a word for each kind of token, and line by line. */
export function NextPrices({ from, to }: NextPricesProps) {
  const words = useWords(planWords)
  const dateText = useDateText()
  const difference = useQuery({
    queryKey: ['price-books', 'difference', from.price_book_id, to.price_book_id],
    queryFn: ({ signal }) => api.priceBooks.diff(from.price_book_id, to.price_book_id, { signal }),
  })
  return (
    <Panel title={words.nextTitle(dateText(to.effective_from))}>
      <Stack gap={3}>
        <Muted>
          {words.from}: <Time at={to.effective_from} />
        </Muted>
        <Loaded query={difference}>
          {(answer) => <Changes difference={answer} currency={to.currency} />}
        </Loaded>
      </Stack>
    </Panel>
  )
}

const OPEN_MAX = 10

interface ChangesProps {
  readonly difference: Answer<'diffPriceBooks'>
  readonly currency: string
}

function Changes({ difference, currency }: ChangesProps) {
  const words = useWords(planWords)
  const { change } = useWords(bookWords)
  const lang = useLang()
  const { tokenKinds } = wordsOf(lang)
  const kinds = byKind(difference)
  const count = bookChanges(difference).length
  return (
    <>
      {kinds.length > 0 && (
        <ul>
          {kinds.map(({ kind, least, most }) => {
            const [low, high] = [percentText(least, lang), percentText(most, lang)]
            const text = least === most ? low : words.range(low, high)
            return <li key={kind}>{words.changeOf(tokenKinds[kind], text)}</li>
          })}
        </ul>
      )}
      <Disclosure title={`${change} (${count})`} open={count <= OPEN_MAX}>
        <BookChanges difference={difference} currency={currency} />
      </Disclosure>
    </>
  )
}
