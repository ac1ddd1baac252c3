type Fields = Readonly<Record<string, unknown>>

/** Open facts of the API read with care: what is not of the expected kind is absent. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown): string =>
  value === null || value === undefined || typeof value === 'object' ? '' : String(value)

/** A code that no table has a word for, as its own words. */
const codeWords = (code: string): string => code.replaceAll('_', ' ')

/** The word for a code; a code of a newer server stands for itself. */
export const wordFor = (words: object, code: string): string => {
  const known: unknown = Object.hasOwn(words, code) ? words[code as keyof typeof words] : undefined
  return typeof known === 'string' ? known : codeWords(code)
}
