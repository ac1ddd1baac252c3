/** A document in which one thing is not as it should be. */
export interface Broken {
  /** JSON pointer of what is wrong. */
  readonly at: string
  readonly how: string
  readonly document: unknown
}

type Json = unknown

const WRONG: readonly (readonly [string, Json])[] = [
  ['null', null],
  ['zero', 0],
  ['minus one', -1],
  ['one and a half', 1.5],
  ['a million and one', 1_000_001],
  ['true', true],
  ['an empty text', ''],
  ['a word', 'wrong'],
  ['two words', 'two words'],
  ['"0"', '0'],
  ['"-1"', '-1'],
  ['"0.0000000001"', '0.0000000001'],
  ['a long text', 'x'.repeat(3_000)],
  ['an empty list', []],
  ['a list of a number', [7]],
  ['an empty object', {}],
  ['an object of something else', { colour: 'red' }],
]

/** Every value of it taken away, doubled, or replaced by something that does not belong there. */
export function brokenOnes(document: Json): readonly Broken[] {
  return placesOf(document, []).flatMap((path) => {
    const at = path.map((part) => `/${part}`).join('')
    const put = (how: string, value: Json): Broken => ({
      at,
      how,
      document: withAt(document, path, value),
    })
    const own = valueAt(document, path)
    return [
      ...(path.length > 0 ? [{ at, how: 'left out', document: without(document, path) }] : []),
      ...WRONG.map(([how, value]) => put(how, value)),
      ...(Array.isArray(own) ? [put('doubled', [...own, ...own])] : []),
      ...(isObject(own) ? [put('with something more', { ...own, colour: 'red' })] : []),
    ]
  })
}

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The document itself, and everything in it. */
function placesOf(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  const within =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, own]) => placesOf(own, [...path, key]))
      : []
  return [path, ...within]
}

const valueAt = (value: Json, path: readonly string[]): Json =>
  path.reduce<Json>((own, key) => (own as Record<string, Json>)[key], value)

function withAt(value: Json, [key, ...rest]: readonly string[], put: Json): Json {
  if (key === undefined) return put
  const copy = Array.isArray(value) ? [...value] : { ...(value as Record<string, Json>) }
  const own = copy as Record<string, Json>
  own[key] = withAt(own[key], rest, put)
  return copy
}

function without(value: Json, path: readonly string[]): Json {
  const copy = structuredClone(value)
  const parent = valueAt(copy, path.slice(0, -1))
  const key = path.at(-1) ?? ''
  if (Array.isArray(parent)) parent.splice(parseInt(key, 10), 1)
  else delete (parent as Record<string, Json>)[key]
  return copy
}
