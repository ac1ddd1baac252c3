import type Type from 'typebox'
import { Compile } from 'typebox/compile'
import Format from 'typebox/format'
import System from 'typebox/system'
import { INSTANT_MAX, parseInstant } from '../core/time/index.ts'
import type { Fault } from './problem-words/faults.ts'

// The times that the journal can hold: no year zero, no leap second, a zone always.
Format.Set('date-time', (text) => {
  const at = parseInstant(text)
  return at !== undefined && at >= 0 && at <= INSTANT_MAX
})

/** Enough to see through a union of two; what is shown is cut to fewer. */
const ERRORS_LOOKED_AT_MAX = 64
const FAULTS_MAX = 8
System.Settings.Set({ maxErrors: ERRORS_LOOKED_AT_MAX })

type Part = 'body' | 'query' | 'path'

export interface Validator {
  /** No faults: the value follows the schema. */
  faults(value: unknown): readonly Fault[]
}

interface SchemaError {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message: string
}

export function compileValidator(schema: Type.TSchema, part: Part): Validator {
  const compiled = Compile(schema)
  return {
    faults: (value) => {
      if (compiled.Check(value)) return []
      const errors = compiled.Errors(value) as unknown as SchemaError[]
      return faultsOf(withoutUnions(errors), { schema, part })
    },
  }
}

interface Place {
  readonly schema: Type.TSchema
  readonly part: Part
}

function faultsOf(errors: readonly SchemaError[], place: Place): Fault[] {
  const faults = new Map<string, Fault>()
  for (const error of errors)
    for (const fault of faultsAt(error, place))
      if (!faults.has(fault.location) && faults.size < FAULTS_MAX) faults.set(fault.location, fault)
  return [...faults.values()]
}

/**
 * A value that fits no branch of a union breaks each of them. Only the branch that it comes nearest to
 * is reported: one whose type fits, with the fewest errors.
 */
function withoutUnions(errors: readonly SchemaError[]): SchemaError[] {
  const union = errors.find(({ keyword }) => keyword === 'anyOf')
  if (!union) return [...errors]
  const prefix = `${union.schemaPath}/anyOf/`
  const branches = new Map<string, SchemaError[]>()
  const rest: SchemaError[] = []
  for (const error of errors) {
    if (error === union) continue
    if (!error.schemaPath.startsWith(prefix)) {
      rest.push(error)
      continue
    }
    const branch = error.schemaPath.slice(prefix.length).split('/')[0] ?? ''
    branches.set(branch, [...(branches.get(branch) ?? []), error])
  }
  const nearest = [...branches.values()].sort((a, b) => distance(a, union) - distance(b, union))[0]
  return withoutUnions([...(nearest ?? []), ...rest])
}

/** Another type is the farthest; other fields are farther than other values in the same fields. */
const WEIGHTS: Readonly<Record<string, number>> = {
  type: 1_000,
  required: 10,
  additionalProperties: 10,
}

function distance(branch: readonly SchemaError[], union: SchemaError): number {
  let total = 0
  for (const { keyword, instancePath } of branch)
    total += instancePath === union.instancePath ? (WEIGHTS[keyword] ?? 1) : 1
  return total
}

function faultsAt(error: SchemaError, place: Place): Fault[] {
  const { keyword, params, message } = error
  const schema = schemaAt(place.schema, error.schemaPath)
  const at = (name: string | null, about: Node): Fault => ({
    location: `${place.part}${error.instancePath}${name === null ? '' : `/${escapePointer(name)}`}`,
    told: { code: 'schema', keyword, params, message, schema: about },
  })
  if (keyword === 'boolean') return []
  if (keyword === 'additionalProperties')
    return namesIn(params.additionalProperties).map((name) => at(name, schema))
  if (keyword === 'required')
    return namesIn(params.requiredProperties).map((name) => at(name, propertyOf(schema, name)))
  return [at(null, schema)]
}

const namesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : []

const escapePointer = (name: string): string =>
  name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** The part of the schema that an error speaks of. */
function schemaAt(schema: Type.TSchema, schemaPath: string): Node {
  let node: unknown = schema
  for (const name of schemaPath.split('/').slice(1)) {
    if (!isNode(node)) return {}
    node = node[name.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return isNode(node) ? node : {}
}

function propertyOf(schema: Node, name: string): Node {
  const property = isNode(schema.properties) ? schema.properties[name] : undefined
  return isNode(property) ? property : {}
}

/**
 * Addresses carry text only: what the schema wants as a whole number is read as one where the text is
 * one. Everything else stays text, for the validator to judge.
 */
export function fromText(schema: Type.TObject, values: Readonly<Record<string, unknown>>): Node {
  const properties = schema.properties as Readonly<Record<string, Node>>
  const read = (name: string, value: unknown): unknown =>
    properties[name]?.type === 'integer' && typeof value === 'string' && WHOLE.test(value)
      ? Number(value)
      : value
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, read(name, value)]),
  )
}

const WHOLE = /^(0|[1-9][0-9]{0,15})$/
