import { describe, expect, it } from 'vitest'
import { TOOLS } from '../../src/contract/mcp/tools.ts'
import { ROUTES, type Route } from '../../src/contract/routes/index.ts'

/*
 * A text that PostgreSQL cannot take is refused where it comes in, as a mistake of the caller's and with its
 * place. A new field without a form fails here, and not some day in a query.
 */

/** What PostgreSQL takes in no text, and what it takes in no JSON. */
const UNSTORABLE = ['a\u0000b', '\ud800']

/** Texts that may hold anything, by the description in their schema, with why that is safe. */
const ANYTHING: Readonly<Record<string, string>> = {
  'A password.': 'hashed, and never written',
  '`next_cursor` of the page before.': 'opened before use: another one than ours does not open',
  'What stands after `?` in the address that the provider has sent back to.':
    'taken apart as an address',
  'The sentence of the preview, exactly as it was shown.': 'has to be the same as the preview’s',
}

type Node = Readonly<Record<string, unknown>>
type Found = { readonly place: string; readonly schema: Node }

function textsIn(node: unknown, place: string): Found[] {
  if (typeof node !== 'object' || node === null) return []
  const inside = Object.entries(node).flatMap(([name, child]) =>
    name === 'examples' ? [] : textsIn(child, `${place}/${name}`),
  )
  const schema = node as Node
  return schema.type === 'string' ? [{ place, schema }, ...inside] : inside
}

const takes = ({ schema }: Found, text: string): boolean =>
  schema.enum === undefined &&
  schema.const === undefined &&
  schema.format === undefined &&
  !(typeof schema.pattern === 'string' && !new RegExp(schema.pattern, 'u').test(text))

const texts = [
  ...Object.entries(ROUTES).flatMap(([id, route]: [string, Route]) =>
    (['params', 'query', 'body'] as const).flatMap((part) => textsIn(route[part], `${id}:${part}`)),
  ),
  ...Object.entries(TOOLS).flatMap(([name, tool]) => textsIn(tool.input, name)),
]
const open = texts.filter((text) => UNSTORABLE.some((sample) => takes(text, sample)))

describe('texts that come in', () => {
  it('refuse what could not be stored, unless it stands here why not', () => {
    expect(texts.length).toBeGreaterThan(500)
    const strange = open.filter(({ schema }) => !(String(schema.description) in ANYTHING))
    expect(strange.map(({ place }) => place)).toEqual([])
  })

  it('have no reason here that nothing needs', () => {
    const used = new Set(open.map(({ schema }) => schema.description))
    expect(Object.keys(ANYTHING).filter((description) => !used.has(description))).toEqual([])
  })
})
