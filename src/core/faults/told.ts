/*
 * What is wrong with something that was given, as a code and its values. The words here are those of the code
 * itself, in English; whoever speaks to people says the same code in their language.
 */

/** What is wrong, as it stands behind the name of a place, and what to do about it. Both with `{placeholders}`. */
export type FaultWords = readonly [message: string, fix: string]

export type FaultValues = Readonly<Record<string, string | number>>

/** The placeholders of a text; braces around anything but a name are braces. */
export type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string}${'"' | ' '}${string}` | '' ? never : Name) | NamesIn<Rest>
  : never

/** The values that words need: none, or exactly those that they name. */
export type ValuesFor<Words extends string | FaultWords> = [
  NamesIn<Words extends FaultWords ? Words[number] : Words>,
] extends [never]
  ? readonly []
  : readonly [
      values: {
        readonly [Name in NamesIn<Words extends FaultWords ? Words[number] : Words>]:
          | string
          | number
      },
    ]

export interface Told<Code extends string = string> {
  readonly code: Code
  readonly values: FaultValues
}

/** Words with their values, which are taken as they are. */
export const fillWords = (words: string, values: FaultValues): string =>
  words.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for {${name}} in: ${words}`)
    return String(value)
  })
