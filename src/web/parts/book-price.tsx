import { formatAllDigits } from '../../contract/explain/index.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { Money, Muted } from '../kit/index.ts'
import { bookWords } from './book-words.ts'

/** Every digit of it: a price list that rounds is wrong. */
export function BookPrice({
  amount,
  currency,
}: {
  readonly amount: string | null | undefined
  readonly currency: string
}) {
  const words = useWords(bookWords)
  const lang = useLang()
  if (amount === undefined || amount === null)
    return (
      <Muted>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">{words.notSold}</span>
      </Muted>
    )
  return (
    <Money amount={amount} currency={currency} text={formatAllDigits(amount, currency, lang)} />
  )
}
