import { listOf } from '../app/format.ts'
import { useLang } from '../app/preferences.ts'
import { useWords } from '../app/words.ts'
import { partWords } from './words.ts'

interface ScopeLike {
  readonly models?: readonly string[]
  readonly features?: readonly string[]
  readonly clients?: readonly string[]
}

/** Names of windows as headings, and for which calls something is. */
export function useNames() {
  const words = useWords(partWords)
  const lang = useLang()
  return {
    window: (id: string): string => words.window(id),
    scope: ({ models = [], features = [], clients = [] }: ScopeLike): string => {
      const names = [...models, ...features, ...clients]
      return names.length === 0 ? words.allCalls : words.onlyFor(listOf(names, lang))
    },
  }
}
