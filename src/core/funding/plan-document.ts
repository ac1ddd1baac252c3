import { formatNanos, isCurrency, type Nanos, parseNanos, ZERO } from '../money/index.ts'
import { DAY_MS, MINUTE_MS, parseDuration } from '../time/index.ts'
import type { CoverageRule, Plan, Scope, WindowSpec } from './types.ts'

/** The file form of a plan, and the API's. */
export interface PlanDocument {
  readonly id: string
  /** Absent: the next version of this plan. */
  readonly version?: number
  readonly name: string
  readonly currency: string
  readonly windows: readonly WindowDocument[]
  readonly coverage: readonly CoverageDocument[]
  readonly crossing?: Plan['crossing']
  readonly unpriced?: Plan['unpriced']
}

interface WindowDocument {
  readonly id: string
  readonly shape: WindowSpec['shape']
  readonly length: string
  readonly scope?: Scope
  /** List price, decimal string. */
  readonly capacity: string
}

interface CoverageDocument {
  readonly when: Scope
  readonly effect: CoverageRule['effect']
  readonly reason: string
}

interface PlanProblem {
  /** JSON pointer into the document. */
  readonly location: string
  readonly message: string
  readonly fix: string
}

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

export const PLAN_WINDOWS_MAX = 32
export const PLAN_COVERAGE_MAX = 256
export const SCOPE_LIST_MAX = 256
const VERSION_MAX = 1_000_000
const NAME_MAX = 200
const REASON_MAX = 500
const PATTERN_MAX = 200
/** Who reads a list of faults stops long before this. */
const PROBLEMS_MAX = 20

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/
const MODEL = /^[^*\s]*\*?$/
const CONTROL = /[\p{Cc}\p{Surrogate}]/u
const LENGTH_MIN_MS = MINUTE_MS
const LENGTH_MAX_MS = 3_660 * DAY_MS
const LENGTH_MAX_MONTHS = 120

type Fields = Readonly<Record<string, unknown>>

/** Collects problems; `undefined` from a reader means that one was noted. */
class Reader {
  readonly problems: PlanProblem[] = []

  fail(location: string, message: string, fix: string): undefined {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push({ location, message, fix })
    return undefined
  }

  object(value: unknown, location: string, known: readonly string[]): Fields | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.fail(location, 'is not an object', 'Write an object in braces.')
    for (const field of Object.keys(value))
      if (!known.includes(field))
        this.fail(`${location}/${field}`, 'is not a known field', `Known: ${known.join(', ')}.`)
    return value as Fields
  }

  text(value: unknown, location: string, max: number): string {
    const fits = typeof value === 'string' && value.trim() !== '' && value.length <= max
    if (fits && !CONTROL.test(value)) return value
    this.fail(location, 'is not a text', `Write 1 to ${max} printable characters.`)
    return ''
  }

  id(value: unknown, location: string): string {
    if (typeof value === 'string' && ID.test(value)) return value
    const fix = 'Use 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit.'
    this.fail(location, 'is not an id', fix)
    return ''
  }

  oneOf<T extends string>(value: unknown, location: string, allowed: readonly [T, ...T[]]): T {
    const found = allowed.find((candidate) => candidate === value)
    if (found !== undefined) return found
    this.fail(location, 'is not one of the allowed words', `Use ${allowed.join(' or ')}.`)
    return allowed[0]
  }

  list(value: unknown, location: string, max: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      this.fail(location, 'is not a list', 'Write a list in brackets.')
      return []
    }
    if (value.length <= max) return value
    this.fail(location, `has ${value.length} items`, `Use at most ${max}.`)
    return []
  }

  amount(value: unknown, location: string): Nanos {
    const amount = typeof value === 'string' ? parseNanos(value) : undefined
    if (amount !== undefined && amount > ZERO) return amount
    this.fail(
      location,
      'is not a positive amount',
      'Write a decimal string with at most 9 decimals, such as "5.00".',
    )
    return ZERO
  }
}

/** Reads the file form of a plan. Nothing is guessed: what is not understood is a problem. */
export function parsePlan(document: unknown): ParsedPlan {
  const reader = new Reader()
  const fields = reader.object(document, '', PLAN_FIELDS)
  if (!fields) return { ok: false, problems: reader.problems }
  const plan: Plan = {
    id: reader.id(fields.id, '/id'),
    version: readVersion(reader, fields.version),
    name: reader.text(fields.name, '/name', NAME_MAX),
    currency: readCurrency(reader, fields.currency),
    windows: readWindows(reader, fields.windows),
    coverage: reader
      .list(fields.coverage, '/coverage', PLAN_COVERAGE_MAX)
      .map((rule, index) => readCoverage(reader, rule, `/coverage/${index}`)),
    crossing: reader.oneOf(fields.crossing ?? 'finish', '/crossing', ['finish', 'clamp']),
    unpriced: reader.oneOf(fields.unpriced ?? 'deliver', '/unpriced', ['deliver', 'refuse']),
  }
  return reader.problems.length === 0
    ? { ok: true, plan }
    : { ok: false, problems: reader.problems }
}

const PLAN_FIELDS = 'id version name currency windows coverage crossing unpriced'.split(' ')

function readVersion(reader: Reader, value: unknown): number {
  if (value === undefined) return 1
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= VERSION_MAX)
    return value
  reader.fail('/version', 'is not a version', `Use a whole number from 1 to ${VERSION_MAX}.`)
  return 1
}

function readCurrency(reader: Reader, value: unknown): string {
  if (typeof value === 'string' && isCurrency(value)) return value
  reader.fail('/currency', 'is not a currency', 'Use an ISO 4217 code such as "USD".')
  return ''
}

function readWindows(reader: Reader, value: unknown): WindowSpec[] {
  const seen = new Set<string>()
  return reader.list(value, '/windows', PLAN_WINDOWS_MAX).map((item, index) => {
    const window = readWindow(reader, item, `/windows/${index}`)
    if (window.id !== '' && seen.has(window.id))
      reader.fail(`/windows/${index}/id`, 'is used twice', 'Give each window an id of its own.')
    seen.add(window.id)
    return window
  })
}

function readWindow(reader: Reader, value: unknown, location: string): WindowSpec {
  const known = ['id', 'shape', 'length', 'scope', 'capacity']
  const fields = reader.object(value, location, known) ?? {}
  const length = typeof fields.length === 'string' ? fields.length : ''
  if (!isWindowLength(length))
    reader.fail(
      `${location}/length`,
      'is not a length of time',
      'Use an ISO 8601 duration of months or of days and hours, from a minute to ten years: "PT5H", "P7D", "P1M".',
    )
  return {
    id: reader.id(fields.id, `${location}/id`),
    shape: reader.oneOf(fields.shape, `${location}/shape`, ['anchored', 'calendar']),
    length,
    scope: fields.scope === undefined ? {} : readScope(reader, fields.scope, `${location}/scope`),
    capacity: reader.amount(fields.capacity, `${location}/capacity`),
  }
}

function isWindowLength(text: string): boolean {
  const length = parseDuration(text)
  if (!length) return false
  if (length.months > 0) return length.months <= LENGTH_MAX_MONTHS
  return length.milliseconds >= LENGTH_MIN_MS && length.milliseconds <= LENGTH_MAX_MS
}

function readCoverage(reader: Reader, value: unknown, location: string): CoverageRule {
  const fields = reader.object(value, location, ['when', 'effect', 'reason']) ?? {}
  const effects = ['covered', 'credits_only', 'blocked'] as const
  return {
    when: readScope(reader, fields.when, `${location}/when`),
    effect: reader.oneOf(fields.effect, `${location}/effect`, effects),
    reason: reader.text(fields.reason, `${location}/reason`, REASON_MAX),
  }
}

function readScope(reader: Reader, value: unknown, location: string): Scope {
  const fields = reader.object(value, location, ['models', 'features', 'clients']) ?? {}
  const member = (name: string): readonly string[] | undefined =>
    fields[name] === undefined ? undefined : readNames(reader, fields[name], `${location}/${name}`)
  const models = member('models')
  const features = member('features')
  const clients = member('clients')
  for (const [index, pattern] of (models ?? []).entries())
    if (!MODEL.test(pattern))
      reader.fail(
        `${location}/models/${index}`,
        'is not a model pattern',
        'Write a model id, with * at its end to match all that begin so.',
      )
  return { ...(models && { models }), ...(features && { features }), ...(clients && { clients }) }
}

function readNames(reader: Reader, value: unknown, location: string): readonly string[] {
  const items = reader.list(value, location, SCOPE_LIST_MAX)
  if (Array.isArray(value) && value.length === 0)
    reader.fail(location, 'is empty and would match nothing', 'Leave it out to match everything.')
  return items.map((item, index) => reader.text(item, `${location}/${index}`, PATTERN_MAX))
}

/** The file form again: `parsePlan(planDocument(plan))` gives the same plan. */
export const planDocument = (plan: Plan): PlanDocument & { readonly version: number } => ({
  id: plan.id,
  version: plan.version,
  name: plan.name,
  currency: plan.currency,
  windows: plan.windows.map((window) => ({
    id: window.id,
    shape: window.shape,
    length: window.length,
    scope: window.scope,
    capacity: formatNanos(window.capacity),
  })),
  coverage: plan.coverage,
  crossing: plan.crossing,
  unpriced: plan.unpriced,
})
