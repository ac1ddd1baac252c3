import { useLang } from '../../app/preferences.ts'
import { useWords } from '../../app/words.ts'
import type { Book } from './data.ts'
import { planWords } from './words.ts'

type Condition = NonNullable<Book['document']['rows'][number]['when']>

/** A condition of a price in words; every member of it must hold. */
export function useConditionText(): (when: Condition | undefined) => string {
  const words = useWords(planWords)
  const lang = useLang()
  return (when) => {
    const texts = Object.entries(when ?? {}).map(([name, value]) => {
      const text = typeof value === 'number' ? new Intl.NumberFormat(lang).format(value) : value
      return words.conditions[name as keyof Condition](text)
    })
    return texts.length === 0 ? words.always : texts.join(', ')
  }
}
