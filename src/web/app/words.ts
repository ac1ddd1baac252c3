import { type Lang, useLang } from './preferences.ts'

/** The same words in each language; a word that one of them lacks does not compile. */
export type Words<W> = Readonly<Record<Lang, W>>

/** The words of a screen in the language of the reader. */
export const useWords = <W>(words: Words<W>): W => words[useLang()]

/** Strings become strings and functions stay functions: what a translation has to have. */
export type Shape<W> = {
  readonly [Key in keyof W]: W[Key] extends string
    ? string
    : W[Key] extends (...given: infer Given) => string
      ? (...given: Given) => string
      : Shape<W[Key]>
}

/** Pairs a translation with its original and holds it to the original's shape. */
export const wordsOf = <const W>(en: W, ja: Shape<W>): Words<Shape<W>> => ({
  en: en as Shape<W>,
  ja,
})
