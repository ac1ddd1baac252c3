import type { Answer } from '../../client/index.ts'
import { wordsOf } from '../../contract/explain/index.ts'
import { type BookChange, bookChanges } from '../../contract/price-changes.ts'
import { type Lang, useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { type Column, Empty, Stack, StateWord, Table, type Tone } from '../kit/index.ts'
import { BookPrice } from './book-price.tsx'
import { bookWords } from './book-words.ts'
import { useConditionText } from './use-condition.ts'

const TONES: Readonly<Record<BookChange['change'], Tone>> = {
  changed: 'accent',
  added: 'ok',
  removed: 'warn',
}
const PERMILLE = 1_000

export const percentText = (permille: number, lang: Lang): string =>
  new Intl.NumberFormat(lang, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(permille / PERMILLE)

interface BookChangesProps {
  readonly difference: Answer<'diffPriceBooks'>
  readonly currency: string
}

/** All that changes from one price book to another, line by line: prices, fees, multipliers, rules. */
export function BookChanges({ difference, currency }: BookChangesProps) {
  const words = useWords(bookWords)
  const columns = useChangeColumns(currency)
  const { added, removed } = difference.models
  return (
    <Stack gap={2}>
      {added.length > 0 && <p>{words.modelsAdded(added.join(', '))}</p>}
      {removed.length > 0 && <p>{words.modelsRemoved(removed.join(', '))}</p>}
      <Table
        cards
        name={words.change}
        columns={columns}
        rows={bookChanges(difference)}
        rowKey={(line) => JSON.stringify(line)}
        empty={<Empty title={words.sameBooks} />}
      />
    </Stack>
  )
}

function useChangeColumns(currency: string): readonly Column<BookChange>[] {
  const words = useWords(bookWords)
  const lang = useLang()
  const what = useWhat()
  const conditionText = useConditionText()
  const value = (own: BookChange, side: 'before' | 'after') => {
    const said = own[side]
    if (own.part === 'price' || own.part === 'fee')
      return <BookPrice amount={said} currency={currency} />
    if (own.part === 'rule') return words.rules[said === 'product' ? 'product' : 'highest']
    return said ?? '–'
  }
  return [
    {
      id: 'change',
      label: words.change,
      cell: ({ change }) => <StateWord tone={TONES[change]}>{words.changes[change]}</StateWord>,
    },
    { id: 'part', label: words.part, cell: ({ part }) => words.parts[part] },
    { id: 'what', label: words.what, cell: what },
    {
      id: 'when',
      label: words.condition,
      absent: ({ when }) => when === null,
      cell: ({ when }) => {
        if (when === null) return '–'
        const sides = [when.before, when.after].filter((one) => one !== null).map(conditionText)
        return [...new Set(sides)].join(' → ')
      },
    },
    { id: 'before', label: words.before, numeric: true, cell: (own) => value(own, 'before') },
    { id: 'after', label: words.after, numeric: true, cell: (own) => value(own, 'after') },
    {
      id: 'difference',
      label: words.difference,
      numeric: true,
      absent: ({ permille }) => permille === null,
      cell: ({ permille }) => (permille === null ? '–' : percentText(permille, lang)),
    },
  ]
}

/** A model and its kind of token, a fee and whose, or what a rule is called. */
function useWhat(): (own: BookChange) => React.ReactNode {
  const words = useWords(bookWords)
  const { tokenKinds } = wordsOf(useLang())
  const kinds: Readonly<Record<string, string>> = tokenKinds
  return ({ part, name, detail }) => {
    if (part === 'order') return words.reordered
    if (part === 'rule') return '–'
    const model = name === '*' ? words.everyModel : <code>{name}</code>
    if (detail === null) return model
    return (
      <>
        {model}, {part === 'price' ? (kinds[detail] ?? detail) : <code>{detail}</code>}
      </>
    )
  }
}
