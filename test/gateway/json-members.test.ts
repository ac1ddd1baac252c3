import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedKey, topLevelMembers, withMembers } from '../../src/gateway/json-members.ts'

const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true })
const style = fc.constantFrom(0, 1, '\t')

const latin1 = (text: string): string => Buffer.from(text).toString('latin1')
const utf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8')

test('members are found where they are, whatever is in them', () => {
  fc.assert(
    fc.property(object, style, (own, indent) => {
      const text = latin1(JSON.stringify(own, null, indent))
      const members = topLevelMembers(text)
      const found = members.map(({ key, valueStart, valueEnd }) => [
        utf8(key),
        JSON.parse(utf8(text.slice(valueStart, valueEnd))),
      ])
      expect(found).toEqual(Object.entries(JSON.parse(utf8(text))))
    }),
  )
})

test('a member is set and not another byte changed', () => {
  fc.assert(
    fc.property(object, style, fc.nat(), (own, indent, value) => {
      const text = JSON.stringify({ ...own, limit: 'a "quoted" }', last: null }, null, indent)
      const body = Buffer.from(text)
      const members = topLevelMembers(latin1(text))
      const changed = withMembers(body, members, { limit: value, added: [1] }).toString()
      expect(JSON.parse(changed)).toEqual({ ...JSON.parse(text), limit: value, added: [1] })
      const undone = changed
        .replace(`"added":[1],`, '')
        .replace(
          new RegExp(`("limit": ?)${value}`),
          (_all, key: string) => `${key}${JSON.stringify('a "quoted" }')}`,
        )
      expect(undone).toBe(text)
    }),
  )
})

test('an empty object takes a member too', () => {
  const body = Buffer.from(' { } ')
  const changed = withMembers(body, topLevelMembers(' { } '), { a: 1, b: 2 })
  expect(JSON.parse(changed.toString())).toEqual({ a: 1, b: 2 })
})

test('a key that occurs twice is found, also when it is written otherwise', () => {
  expect(repeatedKey(topLevelMembers('{"a":1,"b":{"a":2}}'))).toBeNull()
  expect(repeatedKey(topLevelMembers('{"model":"x","mod\\u0065l":"y"}'))).toBe('model')
})
