import type { Labels } from '../../contract/explain/index.ts'
import { formatExact, formatMoney, wordsOf } from '../../contract/explain/index.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { kitWords } from '../words/kit.ts'
import css from './amount.module.css'

/** What kind of figure it is: said beside every one. */
export type Basis = keyof Labels['bases']

interface MoneyProps {
  /** Exact decimal text; `null`: not known, which is not zero. */
  readonly amount: string | null
  readonly currency: string | null
}

interface SumProps {
  /**
   * The name of a sum that this figure is a part of, where parts stand outside a column of a table with a
   * foot. A name belongs to one sum of the page; tests add up what is marked.
   */
  readonly partOf?: string
  /** The names of the sums that this figure is the total of, with spaces between. */
  readonly totalOf?: string
}

/** Money for the eye, the exact figure on hover. Copying gives what is shown; receipts have the rest. */
export function Money({
  amount,
  currency,
  text,
  partOf,
  totalOf,
}: MoneyProps &
  SumProps & {
    /** Instead of the usual rounding: of sums that would not close by it. */
    readonly text?: string
  }) {
  const lang = useLang()
  const words = useWords(kitWords)
  if (amount === null) return <span className={css.unknown}>{words.unknown}</span>
  return (
    <data
      className={css.money}
      value={amount}
      title={words.exact(formatExact(amount, currency))}
      data-part-of={partOf}
      data-total-of={totalOf}
    >
      {text ?? formatMoney(amount, currency, lang)}
    </data>
  )
}

/** An amount with its basis, never one without the other. */
export function Amount({
  basis,
  size = 'normal',
  ...money
}: MoneyProps & { readonly basis: Basis; readonly size?: 'normal' | 'large' }) {
  return (
    <span className={size === 'large' ? css.large : css.normal}>
      <Money {...money} /> <BasisWord basis={basis} />
    </span>
  )
}

export function BasisWord({ basis }: { readonly basis: Basis }) {
  const word = wordsOf(useLang()).bases[basis]
  return (
    <span className={css.basis} data-basis={basis}>
      {word}
    </span>
  )
}

/** Money as text, for sentences and for what is read aloud. */
export function useMoneyText(): (amount: string, currency: string | null) => string {
  const lang = useLang()
  return (amount, currency) => formatMoney(amount, currency, lang)
}
