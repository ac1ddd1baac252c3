import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { faultTexts } from '../../src/contract/problem-words/faults.ts'
import { AmountIn, nullable, strict, Timestamp } from '../../src/contract/schemas/primitives.ts'
import { compileValidator, fromText } from '../../src/contract/validate.ts'

const schema = Type.Object(
  {
    amount: AmountIn,
    at: Type.Optional(nullable(Timestamp)),
    either: Type.Optional(
      Type.Union([
        Type.Object({ a: Type.String(), b: Type.Integer() }, strict),
        Type.Object({ c: Type.Boolean() }, strict),
      ]),
    ),
    list: Type.Optional(Type.Array(Type.Integer(), { maxItems: 3 })),
  },
  strict,
)
const validator = compileValidator(schema, 'body')
const places = (value: unknown) => validator.faults(value).map(({ location }) => location)

describe('validation', () => {
  it('finds nothing wrong with what follows the schema', () => {
    expect(validator.faults({ amount: '1' })).toEqual([])
    expect(validator.faults({ amount: '0.000000001', at: null, either: { c: true } })).toEqual([])
  })

  it('names each place once, with what is wrong and how to mend it', () => {
    const faults = faultTexts(validator.faults({ amount: 1, colour: 'red', list: [1.5] }), 'en')
    expect(faults.map(({ location }) => location).sort()).toEqual([
      'body/amount',
      'body/colour',
      'body/list/0',
    ])
    expect(faults.find(({ location }) => location === 'body/amount')).toEqual({
      location: 'body/amount',
      message: 'must be string',
      fix: expect.stringContaining('Such as "12.50"'),
    })
  })

  it('of a union reports the branch that was meant, and not all of them', () => {
    expect(places({ amount: '1', either: { a: 'x', b: 'y' } })).toEqual(['body/either/b'])
    expect(places({ amount: '1', either: { c: 1 } })).toEqual(['body/either/c'])
    expect(places({ amount: '1', at: 'yesterday' })).toEqual(['body/at'])
    expect(places({ amount: '1', either: 7 })).toEqual(['body/either'])
  })

  it('escapes names as JSON pointers do, and cuts them', () => {
    expect(places({ amount: '1', 'a/b~c': 1 })).toEqual(['body/a~1b~0c'])
    expect(places({ amount: '1', ['x'.repeat(500)]: 1 })[0]?.length).toBeLessThan(120)
  })

  it('takes the times that the journal can hold, and no others', () => {
    const ok = (at: string) => places({ amount: '1', at }).length === 0
    for (const at of [
      '1970-01-01T00:00:00Z',
      '2026-11-21T08:00:00.123Z',
      '2026-11-21T17:00:00+09:00',
      '9999-12-31T23:59:59.999Z',
    ])
      expect(ok(at), at).toBe(true)
    for (const at of [
      '1969-12-31T23:59:59Z',
      '1970-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59-12:00',
      '2026-11-21',
      '2026-11-21T24:00:00Z',
      '2026-02-29T00:00:00Z',
      '2026-11-21T08:00:60Z',
      'now',
    ])
      expect(ok(at), at).toBe(false)
  })

  it('reads whole numbers in addresses only where the text is one', () => {
    const query = Type.Object({ limit: Type.Integer(), name: Type.String() })
    const read = (limit: string) => fromText(query, { limit, name: '7' })
    expect(read('7')).toEqual({ limit: 7, name: '7' })
    for (const text of ['', '1.0', '1e3', ' 1', '0x1', '-1', '007', '99999999999999999'])
      expect(read(text).limit).toBe(text)
  })
})
