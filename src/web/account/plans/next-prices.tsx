import { useQuery } from '@tanstack/react-query'
import { wordsOf } from '../../../contract/explain/index.ts'
import { api } from '../../app/client.ts'
import { type Lang, useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import {
  type Column,
  Disclosure,
  Loaded,
  Muted,
  Panel,
  Stack,
  StateWord,
  Table,
  Time,
  type Tone,
} from '../../kit/index.ts'
import { type Book, useBook } from './data.ts'
import { byKind, changesIn, otherExtras, type PriceChange } from './price-change.ts'
import { Price } from './price-table.tsx'
import { useConditionText } from './use-condition.ts'
import { useDateText } from './use-date-text.ts'
import { planWords } from './words.ts'

type Listed = Omit<Book, 'document'>

const TONES: Readonly<Record<PriceChange['change'], Tone>> = {
  changed: 'accent',
  added: 'ok',
  removed: 'warn',
}
const PERMILLE = 1_000

const percentText = (permille: number, lang: Lang): string =>
  new Intl.NumberFormat(lang, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(permille / PERMILLE)

interface NextPricesProps {
  readonly from: Listed
  readonly to: Listed
}

/** What the announced prices change: in a word for each kind of token, and price by price. */
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
          {(answer) => <Changes changes={changesIn(answer)} currency={to.currency} />}
        </Loaded>
        <AlsoChanges from={from} to={to} />
      </Stack>
    </Panel>
  )
}

interface ChangesProps {
  readonly changes: readonly PriceChange[]
  readonly currency: string
}

function Changes({ changes, currency }: ChangesProps) {
  const words = useWords(planWords)
  const lang = useLang()
  const { tokenKinds } = wordsOf(lang)
  const columns = useChangeColumns(currency)
  if (changes.length === 0) return <p>{words.same}</p>
  return (
    <>
      <ul>
        {byKind(changes).map(({ kind, least, most }) => {
          const [low, high] = [percentText(least, lang), percentText(most, lang)]
          const text = least === most ? low : words.range(low, high)
          return <li key={kind}>{words.changeOf(tokenKinds[kind], text)}</li>
        })}
      </ul>
      <Disclosure title={`${words.change} (${changes.length})`} open={changes.length <= 10}>
        <Table
          cards
          name={words.change}
          columns={columns}
          rows={changes}
          rowKey={({ change, row }) => JSON.stringify([change, row])}
        />
      </Disclosure>
    </>
  )
}

function useChangeColumns(currency: string): readonly Column<PriceChange>[] {
  const words = useWords(planWords)
  const lang = useLang()
  const { tokenKinds } = wordsOf(lang)
  const conditionText = useConditionText()
  return [
    {
      id: 'change',
      label: words.change,
      cell: ({ change }) => <StateWord tone={TONES[change]}>{words.changes[change]}</StateWord>,
    },
    { id: 'model', label: words.model, cell: ({ row }) => <code>{row.model}</code> },
    { id: 'kind', label: words.kind, cell: ({ row }) => tokenKinds[row.kind] },
    { id: 'when', label: words.condition, cell: ({ row }) => conditionText(row.when) },
    {
      id: 'before',
      label: words.before,
      numeric: true,
      cell: ({ before }) => <Price amount={before} currency={currency} />,
    },
    {
      id: 'after',
      label: words.after,
      numeric: true,
      cell: ({ after }) => <Price amount={after} currency={currency} />,
    },
    {
      id: 'difference',
      label: words.difference,
      numeric: true,
      cell: ({ permille }) => (permille === undefined ? '–' : percentText(permille, lang)),
    },
  ]
}

function AlsoChanges({ from, to }: NextPricesProps) {
  const words = useWords(planWords)
  const [before, after] = [useBook(from.price_book_id).data, useBook(to.price_book_id).data]
  if (!before || !after) return null
  const extras = otherExtras(before.document, after.document)
  if (extras.length === 0) return null
  return <p>{words.alsoChanges(extras.map((extra) => words[extra]).join(', '))}</p>
}
