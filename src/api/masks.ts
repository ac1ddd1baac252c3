import type { Occasion } from '../contract/alerts/index.ts'
import { PERSONAL, type Personal } from '../contract/schemas/personal.ts'

/** Where in a value its schema marks something as personal; places without any are left out. */
interface Place {
  readonly where: readonly Personal[]
  readonly members: ReadonlyMap<string, Place>
  /** Of a list its items, and of an open object its other members. */
  readonly each: Place | null
}

interface Schema {
  readonly [PERSONAL]?: Personal
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

const places = new WeakMap<object, Place | null>()

/** Read once for each schema: where it marks nothing, nothing is walked. */
function placeIn(schema: object): Place | null {
  const known = places.get(schema)
  if (known !== undefined) return known
  const read = readPlace(schema as Schema)
  places.set(schema, read)
  return read
}

function readPlace(schema: Schema): Place | null {
  const own = schema[PERSONAL]
  const { additionalProperties: others } = schema
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const place = readPlace(member)
    return place ? [[name, place] as const] : []
  })
  const each = [
    ...[schema.items ?? []].flat(),
    ...Object.values(schema.patternProperties ?? {}),
    ...(typeof others === 'object' ? [others] : []),
  ]
  const here: Place = {
    where: own === undefined ? [] : [own],
    members: new Map(members),
    each: joined(each.map(readPlace)),
  }
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return joined([here, ...forms.map(readPlace)])
}

/** What any of several forms marks: which of them a value has is not asked. */
function joined(parts: readonly (Place | null)[]): Place | null {
  const some = parts.filter((part) => part !== null)
  const names = new Set(some.flatMap(({ members }) => [...members.keys()]))
  const members = [...names].map(
    (name) => [name, joined(some.map((part) => part.members.get(name) ?? null))!] as const,
  )
  const where = some.flatMap((part) => part.where)
  const each = some.length === 0 ? null : joined(some.map((part) => part.each))
  if (where.length === 0 && members.length === 0 && each === null) return null
  return { where, members: new Map(members), each }
}

/** Whether a schema marks anything that is masked. */
export const namesSomebody = (schema: object): boolean => placeIn(schema) !== null

/** A value of a schema with its names and addresses masked; the same value where it marks none. */
export function masked(schema: object, value: unknown): unknown {
  const place = placeIn(schema)
  return place ? maskAt(value, place, []) : value
}

type Json = Readonly<Record<string, unknown>>

/** `around`: the objects that the value is in, the nearest first. */
function maskAt(value: unknown, place: Place, around: readonly Json[]): unknown {
  if (place.where.some((where) => holds(where, around))) return maskAll(value)
  const { each } = place
  if (Array.isArray(value))
    return each ? value.map((item: unknown) => maskAt(item, each, around)) : value
  if (typeof value !== 'object' || value === null) return value
  const within = [value as Json, ...around]
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const at = place.members.get(name) ?? each
      return [name, at ? maskAt(member, at, within) : member]
    }),
  )
}

function holds(where: Personal, around: readonly Json[]): boolean {
  if (where === true) return true
  const names = Object.keys(where)
  const nearest = around.find((own) => names.every((name) => Object.hasOwn(own, name)))
  return nearest !== undefined && names.every((name) => nearest[name] === where[name])
}

function maskAll(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value)
  if (Array.isArray(value)) return value.map(maskAll)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, maskAll(own)]))
}

const HIDDEN = '***'

/** Text keeps its first character, and an address its place: enough to tell two apart. */
export function maskText(text: string): string {
  const [first = ''] = text
  const at = text.lastIndexOf('@')
  if (at < 1) return `${first}${HIDDEN}`
  const [domain = ''] = text.slice(at + 1)
  return `${first}${HIDDEN}@${domain}${HIDDEN}`
}

/** What an alert is told from, its names masked before they are in a sentence. */
export function maskOccasion<T extends Occasion>(own: T): T {
  const { facts } = own
  const told = facts.kind === 'endpoint_disabled' ? { ...facts, name: maskText(facts.name) } : facts
  return { ...own, account_name: maskText(own.account_name), facts: told }
}
