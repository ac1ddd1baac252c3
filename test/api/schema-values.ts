import fc from 'fast-check'

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

const patterns = new Map<string, fc.Arbitrary<string>>()

/** Texts of a pattern, mostly short; the unbounded ones are cut so that a body stays readable. */
function matching(pattern: string): fc.Arbitrary<string> {
  const known =
    patterns.get(pattern) ??
    fc.stringMatching(new RegExp(pattern.replaceAll(/\{(\d),(\d{2,})\}/g, '{$1,9}'), 'u'))
  patterns.set(pattern, known)
  return known
}

const TIMES = [
  '2026-11-21T08:00:00.000Z',
  '2026-11-21T08:00:00+14:00',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
]
const time = fc.oneof(
  fc.constantFrom(...TIMES),
  fc.constant(0).map(() => new Date().toISOString()),
)

function text(schema: Node, preferred: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.format === 'date-time') return time
  if (typeof schema.pattern !== 'string') return fc.string({ maxLength: 20 })
  const own = new RegExp(schema.pattern, 'u')
  const minLength = typeof schema.minLength === 'number' ? schema.minLength : 0
  const known = preferred.filter((word) => own.test(word))
  const made = matching(schema.pattern).filter((word) => word.length >= minLength)
  return known.length === 0
    ? made
    : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: made })
}

function whole(schema: Node): fc.Arbitrary<unknown> {
  const min = typeof schema.minimum === 'number' ? schema.minimum : -1_000
  const max = typeof schema.maximum === 'number' ? schema.maximum : Number.MAX_SAFE_INTEGER
  return fc.oneof(fc.integer({ min, max: Math.min(max, min + 2_000) }), fc.constantFrom(min, max))
}

function object(schema: Node, preferred: readonly string[]): fc.Arbitrary<unknown> {
  const properties = isNode(schema.properties) ? schema.properties : {}
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, own]) => [name, valuesOf(own, preferred)]),
  )
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : []
  if (isNode(schema.patternProperties)) {
    const [[pattern, own] = ['', {}]] = Object.entries(schema.patternProperties)
    return fc.dictionary(matching(pattern), valuesOf(own, preferred), { maxKeys: 4 })
  }
  return fc.record(fields, { requiredKeys: required })
}

/**
 * Values that follow a schema. `preferred` are words that mean something to the server under test: they
 * are used wherever they fit, so that a request gets as far as a decision.
 */
export function valuesOf(schema: unknown, preferred: readonly string[]): fc.Arbitrary<unknown> {
  if (!isNode(schema)) return fc.jsonValue({ maxDepth: 2 })
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.anyOf))
    return fc.oneof(...schema.anyOf.map((own) => valuesOf(own, preferred)))
  switch (schema.type) {
    case 'string':
      return text(schema, preferred)
    case 'integer':
    case 'number':
      return whole(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valuesOf(schema.items, preferred), {
        minLength: typeof schema.minItems === 'number' ? schema.minItems : 0,
        maxLength: 3,
      })
    case 'object':
      return object(schema, preferred)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}
