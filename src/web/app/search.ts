/**
 * The address is the state of a screen: names and plain texts, written as people write them, several
 * values of one name as repetitions.
 */
export type Search = Readonly<Record<string, string | readonly string[] | undefined>>

export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found[name]
    if (before === undefined) found[name] = value
    else found[name] = [...(Array.isArray(before) ? before : [before]), value]
  }
  return found
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** One value; the first where there are several. */
export function textOf(search: Search, name: string): string | undefined {
  const value = search[name]
  return typeof value === 'string' ? value : value?.[0]
}

export function listOf(search: Search, name: string): readonly string[] {
  const value = search[name]
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** One of a set of values; anything else counts as the default. */
export function choiceOf<const Choice extends string>(
  search: Search,
  name: string,
  choices: readonly Choice[],
): Choice {
  const value = textOf(search, name)
  return choices.find((choice) => choice === value) ?? (choices[0] as Choice)
}
