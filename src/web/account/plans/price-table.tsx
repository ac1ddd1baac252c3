import { wordsOf } from '../../../contract/explain/index.ts'
import { useLang } from '../../app/preferences.ts'
import { textOf } from '../../app/search.ts'
import { useUrlState } from '../../app/use-search.ts'
import { useWords } from '../../app/words.ts'
import { Button, type Column, Empty, Row, type Sorting, Table, TextField } from '../../kit/index.ts'
import { BookPrice } from '../../parts/book-price.tsx'
import { useConditionText } from '../../parts/use-condition.ts'
import type { Book, TokenKind } from './data.ts'
import { kindsOf, linesOf, type PriceLine, sorted } from './price-lines.ts'
import { planWords } from './words.ts'

/** Model by kind of token, sorted and filtered as the address says. */
export function PriceTable({ document }: { readonly document: Book['document'] }) {
  const words = useWords(planWords)
  const [search, setSearch] = useUrlState()
  const conditionText = useConditionText()
  const all = linesOf(document.rows)
  const kinds = kindsOf(all)
  const { by, sorting } = useSorting(kinds)
  const columns = usePriceColumns(kinds, document.currency)
  const wanted = (textOf(search, 'q') ?? '').toLowerCase()
  const found = all.filter((line) =>
    `${line.model} ${conditionText(line.when)}`.toLowerCase().includes(wanted),
  )
  const clear = (
    <Button size="small" onClick={() => setSearch({ q: undefined })}>
      {words.clear}
    </Button>
  )
  return (
    <>
      <Row>
        <TextField
          type="search"
          label={words.filter}
          value={textOf(search, 'q') ?? ''}
          onChange={(event) => setSearch({ q: event.target.value || undefined }, { replace: true })}
        />
      </Row>
      <Table
        name={words.perMtok}
        caption
        columns={columns}
        rows={sorted(found, by, sorting.descending)}
        rowKey={({ key }) => key}
        sorting={sorting}
        empty={<Empty title={words.noMatch}>{clear}</Empty>}
      />
    </>
  )
}

function useSorting(kinds: readonly TokenKind[]): {
  readonly by: 'model' | TokenKind
  readonly sorting: Sorting
} {
  const [search, setSearch] = useUrlState()
  const by = kinds.find((kind) => kind === textOf(search, 'sort')) ?? 'model'
  const descending = textOf(search, 'dir') === 'desc'
  const onSort = (column: string): void => {
    const dir = column === by && !descending ? 'desc' : undefined
    setSearch({ sort: column === 'model' ? undefined : column, dir }, { replace: true })
  }
  return { by, sorting: { by, descending, onSort } }
}

function usePriceColumns(
  kinds: readonly TokenKind[],
  currency: string,
): readonly Column<PriceLine>[] {
  const words = useWords(planWords)
  const { tokenKinds } = wordsOf(useLang())
  const conditionText = useConditionText()
  return [
    { id: 'model', label: words.model, sortable: true, cell: ({ model }) => <code>{model}</code> },
    { id: 'when', label: words.condition, cell: ({ when }) => conditionText(when) },
    ...kinds.map(
      (kind): Column<PriceLine> => ({
        id: kind,
        label: tokenKinds[kind],
        numeric: true,
        sortable: true,
        cell: ({ prices }) => <BookPrice amount={prices[kind]} currency={currency} />,
      }),
    ),
  ]
}
