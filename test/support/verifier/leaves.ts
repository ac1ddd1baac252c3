export type Path = readonly (string | number)[]

/** Every value of a document that is no object and no list, with the way to it. */
export function* leavesOf(value: unknown, path: Path = []): Generator<[Path, unknown]> {
  if (typeof value !== 'object' || value === null) {
    yield [path, value]
    return
  }
  const isList = Array.isArray(value)
  for (const [name, own] of Object.entries(value))
    yield* leavesOf(own, [...path, isList ? Number(name) : name])
}

/** The same document with another value at a place. */
export function withLeaf<T>(document: T, path: Path, value: unknown): T {
  const copy = structuredClone(document) as Record<string | number, unknown>
  let at = copy
  for (const name of path.slice(0, -1)) at = at[name] as typeof at
  at[path.at(-1)!] = value
  return copy as T
}

/** Another value of the same kind: a nano more, a millisecond later, a letter more. */
export function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === null) return 'x'
  const text = `${value}`
  if (/^-?\d+(\.\d{1,9})?$/.test(text)) return withNano(text)
  if (/^\d{4}-.*T.*\.\d{3}Z$/.test(text)) return new Date(Date.parse(text) + 1).toISOString()
  return `${text}x`
}

function withNano(text: string): string {
  const [units = '0', decimals = ''] = text.replace('-', '').split('.')
  const nanos = BigInt(units) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0')) + 1n
  const size = nanos.toString().padStart(10, '0')
  return `${text.startsWith('-') ? '-' : ''}${size.slice(0, -9)}.${size.slice(-9)}`.replace(
    /0+$/,
    '',
  )
}

/** `funding[].drawn`: the same for all items of a list. */
export const nameOf = (path: Path): string =>
  path
    .map((own) => (typeof own === 'number' ? '[]' : `.${own}`))
    .join('')
    .slice(1)
