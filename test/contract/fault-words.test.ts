import { describe, expect, it, test } from 'vitest'
import { TOOL_NAMES, toolOf } from '../../src/contract/mcp/tools.ts'
import {
  FAULT_TEMPLATES,
  type FaultCode,
  faultAt,
  faultText,
} from '../../src/contract/problem-words/faults.ts'
import { formatInJapanese, patternInJapanese } from '../../src/contract/problem-words/ja-forms.ts'
import { JA_KEYWORDS } from '../../src/contract/problem-words/schema-faults.ts'
import { ROUTES, type Route } from '../../src/contract/routes/index.ts'

/* Whoever is told what is wrong with a part of a request is told in their own language, whatever it is. */

const JAPANESE = /[ぁ-んァ-ヶ一-龠]/
const namesIn = (text: string) => (text.match(/\{\w+\}|`[a-z_]+`/g) ?? []).sort()

describe('the words of a fault', () => {
  const { en, ja } = FAULT_TEMPLATES
  const codes = Object.keys(en) as FaultCode[]

  it.each(codes)('%s: Japanese too, with the same values and names of fields', (code) => {
    const [message, fix] = ja[code]
    expect([message, fix]).toEqual([expect.stringMatching(JAPANESE), expect.stringMatching(/。$/)])
    // the list of faults ends the message
    expect(message).not.toMatch(/[。.]$/)
    expect(new Set(namesIn(ja[code].join(' ')))).toEqual(new Set(namesIn(en[code].join(' '))))
  })

  it('take a value as it is, whatever it looks like', () => {
    const reasons = '{reasons} $& `x`'
    for (const lang of ['en', 'ja'] as const)
      expect(
        faultText(faultAt('body/reason', 'reason_not_in_policy', { reasons }), lang).fix,
      ).toContain(reasons)
  })
})

type Node = Readonly<Record<string, unknown>>

/** Every part of a schema that a value is judged by. */
function* partsOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && isSchema(value as Node)) yield value as Node
  for (const own of Object.values(value)) yield* partsOf(own)
}

const isSchema = (node: Node): boolean =>
  typeof node.type === 'string' || Array.isArray(node.anyOf) || Array.isArray(node.enum)

const routes: readonly Route[] = Object.values(ROUTES)
const PARTS = [
  ...routes.flatMap(({ body, query, params }) => [body, query, params]),
  ...TOOL_NAMES.map((name) => toolOf(name).input),
].flatMap((schema) => [...partsOf(schema)])

const textsOf = (name: string): string[] => [
  ...new Set(PARTS.map((part) => part[name]).filter((own) => typeof own === 'string')),
]

/** What describes a schema, or holds others: nothing is judged by it. */
const NOT_JUDGED_BY = [
  '$id',
  'description',
  'examples',
  'title',
  'default',
  'properties',
  'patternProperties',
  'items',
]

describe('what a schema asks for', () => {
  test.each(textsOf('pattern'))('is said in Japanese of the pattern %s', (pattern) => {
    expect(patternInJapanese(pattern)).toMatch(JAPANESE)
  })

  test.each(textsOf('format'))('is said in Japanese of the format %s', (format) => {
    expect(formatInJapanese(format)).toMatch(JAPANESE)
  })

  const keywords = new Set(PARTS.flatMap((part) => Object.keys(part)))
  test.each([...keywords].filter((own) => !own.startsWith('x-') && !NOT_JUDGED_BY.includes(own)))(
    'is missed in Japanese where the keyword is %s',
    (keyword) => {
      expect(JA_KEYWORDS[keyword]).toMatch(JAPANESE)
    },
  )
})
