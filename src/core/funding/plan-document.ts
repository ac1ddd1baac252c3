import { formatNanos, isCurrency } from '../money/index.ts'
import { DAY_MS, MINUTE_MS, parseDuration } from '../time/index.ts'
import {
  BILLING_FIELDS,
  type BillingDocument,
  billingDocument,
  readBilling,
} from './plan-billing.ts'
import { type Fields, type PlanProblem, PlanReader } from './plan-reader.ts'
import { readTranslations } from './translations.ts'
import type { CoverageRule, Plan, Scope, Translations, WindowSpec } from './types.ts'

/** The file form of a plan, and the API's. */
export interface PlanDocument extends BillingDocument {
  readonly id: string
  /** Absent: the next version of this plan. */
  readonly version?: number
  readonly name: string
  readonly currency: string
  readonly windows: readonly WindowDocument[]
  readonly coverage: readonly CoverageDocument[]
  readonly crossing?: Plan['crossing']
  readonly unpriced?: Plan['unpriced']
  /** Who pays for an outcome, where it differs from the default. */
  readonly outcomes?: NonNullable<Plan['outcomes']>
}

interface WindowDocument {
  readonly id: string
  readonly shape: WindowSpec['shape']
  readonly length: string
  readonly scope?: Scope
  /** List price, decimal string. Either this or `capacity_per_seat`. */
  readonly capacity?: string
  readonly capacity_per_seat?: string
}

interface CoverageDocument {
  readonly when: Scope
  readonly effect: CoverageRule['effect']
  readonly reason: string
  readonly reasons?: Translations
}

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] }

export const PLAN_WINDOWS_MAX = 32
export const PLAN_COVERAGE_MAX = 256
export const SCOPE_LIST_MAX = 256
export const PLAN_VERSION_MAX = 1_000_000
const NAME_MAX = 200
const REASON_MAX = 500
const PATTERN_MAX = 200

const MODEL = /^[^*\s]*\*?$/
const LENGTH_MIN_MS = MINUTE_MS
const LENGTH_MAX_MS = 3_660 * DAY_MS
const LENGTH_MAX_MONTHS = 120

/** Reads the file form of a plan. Nothing is guessed: what is not understood is a problem. */
export function parsePlan(document: unknown): ParsedPlan {
  const reader = new PlanReader()
  const fields = reader.object(document, '', PLAN_FIELDS)
  if (!fields) return { ok: false, problems: reader.problems }
  const currency = readCurrency(reader, fields.currency)
  const plan: Plan = {
    id: reader.id(fields.id, '/id'),
    version: readVersion(reader, fields.version),
    name: reader.text(fields.name, '/name', NAME_MAX),
    currency,
    windows: readWindows(reader, fields.windows, fields.seats !== undefined),
    coverage: reader
      .list(fields.coverage, '/coverage', PLAN_COVERAGE_MAX)
      .map((rule, index) => readCoverage(reader, rule, `/coverage/${index}`)),
    crossing: reader.oneOf(fields.crossing ?? 'finish', '/crossing', ['finish', 'clamp']),
    unpriced: reader.oneOf(fields.unpriced ?? 'deliver', '/unpriced', ['deliver', 'refuse']),
    ...(fields.outcomes !== undefined && { outcomes: readOutcomes(reader, fields.outcomes) }),
    ...readBilling(reader, fields, currency),
  }
  return reader.problems.length === 0
    ? { ok: true, plan }
    : { ok: false, problems: reader.problems }
}

const PLAN_FIELDS = [
  ...'id version name currency windows coverage crossing unpriced outcomes'.split(' '),
  ...BILLING_FIELDS,
]

function readVersion(reader: PlanReader, value: unknown): number {
  if (value === undefined) return 1
  if (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= 1 &&
    value <= PLAN_VERSION_MAX
  )
    return value
  reader.fail('/version', 'plan_not_version', { max: PLAN_VERSION_MAX })
  return 1
}

function readCurrency(reader: PlanReader, value: unknown): string {
  if (typeof value === 'string' && isCurrency(value)) return value
  reader.fail('/currency', 'doc_not_currency')
  return ''
}

function readWindows(reader: PlanReader, value: unknown, hasSeats: boolean): WindowSpec[] {
  const seen = new Set<string>()
  return reader.list(value, '/windows', PLAN_WINDOWS_MAX).map((item, index) => {
    const window = readWindow(reader, item, `/windows/${index}`)
    if (window.perSeat && !hasSeats)
      reader.fail(`/windows/${index}/capacity_per_seat`, 'plan_needs_seats')
    if (window.id !== '' && seen.has(window.id))
      reader.fail(`/windows/${index}/id`, 'plan_window_twice')
    seen.add(window.id)
    return window
  })
}

function readWindow(reader: PlanReader, value: unknown, location: string): WindowSpec {
  const known = ['id', 'shape', 'length', 'scope', 'capacity', 'capacity_per_seat']
  const fields = reader.object(value, location, known) ?? {}
  const length = typeof fields.length === 'string' ? fields.length : ''
  if (!isWindowLength(length)) reader.fail(`${location}/length`, 'plan_window_length')
  return {
    id: reader.id(fields.id, `${location}/id`),
    shape: reader.oneOf(fields.shape, `${location}/shape`, ['anchored', 'calendar']),
    length,
    scope: fields.scope === undefined ? {} : readScope(reader, fields.scope, `${location}/scope`),
    ...readCapacity(reader, fields, location),
  }
}

function readCapacity(reader: PlanReader, fields: Fields, location: string) {
  if (fields.capacity_per_seat === undefined)
    return { capacity: reader.amount(fields.capacity, `${location}/capacity`) }
  if (fields.capacity !== undefined) reader.fail(`${location}/capacity`, 'plan_capacity_twice')
  const capacity = reader.amount(fields.capacity_per_seat, `${location}/capacity_per_seat`)
  return { capacity, perSeat: true as const }
}

function isWindowLength(text: string): boolean {
  const length = parseDuration(text)
  if (!length) return false
  if (length.months > 0) return length.months <= LENGTH_MAX_MONTHS
  return length.milliseconds >= LENGTH_MIN_MS && length.milliseconds <= LENGTH_MAX_MS
}

function readCoverage(reader: PlanReader, value: unknown, location: string): CoverageRule {
  const fields = reader.object(value, location, ['when', 'effect', 'reason', 'reasons']) ?? {}
  const effects = ['covered', 'credits_only', 'blocked'] as const
  return {
    when: readScope(reader, fields.when, `${location}/when`),
    effect: reader.oneOf(fields.effect, `${location}/effect`, effects),
    reason: reader.text(fields.reason, `${location}/reason`, REASON_MAX),
    ...(fields.reasons !== undefined && {
      reasons: readTranslations(reader, fields.reasons, {
        location: `${location}/reasons`,
        max: REASON_MAX,
      }),
    }),
  }
}

export function readScope(reader: PlanReader, value: unknown, location: string): Scope {
  const fields = reader.object(value, location, ['models', 'features', 'clients']) ?? {}
  const member = (name: string): readonly string[] | undefined =>
    fields[name] === undefined ? undefined : readNames(reader, fields[name], `${location}/${name}`)
  const models = member('models')
  const features = member('features')
  const clients = member('clients')
  for (const [index, pattern] of (models ?? []).entries())
    if (!MODEL.test(pattern)) reader.fail(`${location}/models/${index}`, 'plan_not_model')
  return { ...(models && { models }), ...(features && { features }), ...(clients && { clients }) }
}

const OUTCOME = /^[a-z_]{1,64}$/
const OUTCOMES_MAX = 32

function readOutcomes(reader: PlanReader, value: unknown): NonNullable<Plan['outcomes']> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const rows = isObject ? Object.entries(value) : []
  if (!isObject || rows.length > OUTCOMES_MAX || rows.some(([name]) => !OUTCOME.test(name)))
    reader.fail('/outcomes', 'plan_not_outcomes')
  const payers = ['delivered', 'nothing'] as const
  return Object.fromEntries(
    rows.map(([name, pays]) => [name, reader.oneOf(pays, `/outcomes/${name}`, payers)]),
  )
}

function readNames(reader: PlanReader, value: unknown, location: string): readonly string[] {
  const items = reader.list(value, location, SCOPE_LIST_MAX)
  if (Array.isArray(value) && value.length === 0) reader.fail(location, 'doc_empty_scope')
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
    ...(window.perSeat
      ? { capacity_per_seat: formatNanos(window.capacity) }
      : { capacity: formatNanos(window.capacity) }),
  })),
  coverage: plan.coverage,
  crossing: plan.crossing,
  unpriced: plan.unpriced,
  ...(plan.outcomes && { outcomes: plan.outcomes }),
  ...billingDocument(plan),
})
