import type { BookChange } from '../../contract/price-changes.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { bookWords } from './book-words.ts'

type PriceCondition = NonNullable<NonNullable<BookChange['when']>['before']>

/** A condition of a price in words; every member of it must hold. */
export function useConditionText(): (when: PriceCondition | null | undefined) => string {
  const words = useWords(bookWords)
  const lang = useLang()
  return (when) => {
    const texts = Object.entries(when ?? {}).map(([name, value]) => {
      const text = typeof value === 'number' ? new Intl.NumberFormat(lang).format(value) : value
      return words.conditions[name as keyof PriceCondition](text)
    })
    return texts.length === 0 ? words.always : texts.join(', ')
  }
}
