import type { ExternalCall } from '../../core/audit/index.ts'
import { isCurrency } from '../../core/money/index.ts'
import { DIALECTS, type Dialect } from '../../core/usage/usage.ts'
import { type Fields, isFields, parseExact, plain } from '../exact.ts'
import { amountAt, at, CALL, countAt, ENDINGS, neededAt, timeAt, wordAt } from './fields.ts'
import { type Extract, type ReadCharge, type RecordForm, Unreadable } from './types.ts'

/** The fields of a charge and of a call; each is where the file has it: under this name, or a mapped one. */
export const CHARGE_FIELDS = ['id', 'at', 'amount', 'currency', 'call_id', 'upstream_id'] as const
export const CALL_FIELDS = [
  'id',
  'at',
  'dialect',
  'model',
  'usage',
  'ending',
  'status',
  'tier',
  'speed',
  'region',
  'features',
  'delivered_tokens',
  'upstream_id',
  'fingerprint',
  'retry_count',
] as const

/** `charge.amount` -> `cost_usd`, `call.usage.prompt_tokens` -> `tokens_in`. */
export type FieldMap = ReadonlyMap<string, string>

export const isMappable = (field: string): boolean => {
  const [of, ...rest] = field.split('.')
  const name = rest[0] ?? ''
  if (of === 'charge') return rest.length === 1 && CHARGE_FIELDS.some((known) => known === name)
  return (
    of === 'call' &&
    CALL_FIELDS.some((known) => known === name) &&
    (rest.length === 1 || name === 'usage')
  )
}

export interface MappedOptions {
  readonly of: 'charge' | 'call'
  readonly map: FieldMap
  /** For files that do not say. */
  readonly currency: string | null
  readonly dialect: Dialect | null
}

/** A table or log of any program, by the names of its columns. */
export const mappedForm = (options: MappedOptions): RecordForm => ({
  name: options.of === 'charge' ? 'charges' : 'calls',
  fits: () => true,
  read: (record, source): Extract =>
    options.of === 'charge'
      ? { charge: chargeOf(record, source, options) }
      : { call: callOf(record, options) },
})

const pathOf = ({ of, map }: MappedOptions, field: string): string =>
  map.get(`${of}.${field}`) ?? field

function chargeOf(record: Fields, source: string, options: MappedOptions): ReadCharge {
  const path = (field: (typeof CHARGE_FIELDS)[number]) => pathOf(options, field)
  const { amount, step } = amountAt(record, path('amount'))
  const currency = (wordAt(record, path('currency')) ?? options.currency)?.toUpperCase() ?? null
  if (currency === null)
    throw new Unreadable(`${path('currency')} is missing: name the currency of the bill`)
  if (!isCurrency(currency)) throw new Unreadable(`${currency} is not an ISO 4217 code`)
  const callId = wordAt(record, path('call_id'))
  const upstreamId = wordAt(record, path('upstream_id'))
  const id = wordAt(record, path('id')) ?? source
  return { id, at: timeAt(record, path('at')), amount, step, currency, callId, upstreamId, source }
}

function callOf(record: Fields, options: MappedOptions): ExternalCall {
  const path = (field: (typeof CALL_FIELDS)[number]) => pathOf(options, field)
  const dialect = wordAt(record, path('dialect')) ?? options.dialect
  const known = DIALECTS.find((name) => name === dialect)
  if (!known)
    throw new Unreadable(
      `${path('dialect')} is ${dialect ?? 'missing'}; it is one of ${DIALECTS.join(', ')}`,
    )
  const ending = ENDINGS.find((name) => name === (wordAt(record, path('ending')) ?? 'unknown'))
  if (!ending) throw new Unreadable(`${path('ending')} is none of ${ENDINGS.join(', ')}`)
  return {
    ...CALL,
    id: neededAt(record, path('id')),
    at: timeAt(record, path('at')),
    dialect: known,
    model: neededAt(record, path('model')),
    ending,
    status: countAt(record, path('status')),
    tier: wordAt(record, path('tier')),
    speed: wordAt(record, path('speed')),
    region: wordAt(record, path('region')),
    features: featuresOf(at(record, path('features'))),
    usage: usageOf(record, options),
    deliveredTokens: countAt(record, path('delivered_tokens')),
    upstreamId: wordAt(record, path('upstream_id')),
    fingerprint: wordAt(record, path('fingerprint')),
    retryCount: countAt(record, path('retry_count')) ?? 0,
  }
}

function featuresOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.filter((own) => typeof own === 'string')
  return typeof value === 'string'
    ? value
        .split(',')
        .map((own) => own.trim())
        .filter(Boolean)
    : []
}

/** The provider's usage, whole, as JSON in a cell, or put together from columns. */
function usageOf(record: Fields, options: MappedOptions): unknown {
  const whole = at(record, pathOf(options, 'usage'))
  if (isFields(whole)) return plain(whole)
  if (typeof whole === 'string' && whole.trim().startsWith('{')) return parsedCell(whole)
  const usage: Record<string, unknown> = {}
  for (const [field, column] of usageColumns(record, options.map)) {
    const value = countAt(record, column)
    if (value !== null) put(usage, field.split('.'), value)
  }
  return Object.keys(usage).length === 0 ? null : usage
}

function usageColumns(record: Fields, map: FieldMap): (readonly [string, string])[] {
  const mapped = [...map].filter(([field]) => field.startsWith('call.usage.'))
  if (mapped.length > 0)
    return mapped.map(([field, column]) => [field.slice('call.usage.'.length), column])
  return Object.keys(record)
    .filter((name) => name.startsWith('usage.'))
    .map((name) => [name.slice('usage.'.length), name])
}

function put(
  into: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: number,
): void {
  if (rest.length === 0) into[name] = value
  else {
    const inner = isFields(into[name]) ? { ...into[name] } : {}
    put(inner, rest, value)
    into[name] = inner
  }
}

function parsedCell(text: string): unknown {
  try {
    return plain(parseExact(text))
  } catch {
    throw new Unreadable('its usage is not JSON')
  }
}
