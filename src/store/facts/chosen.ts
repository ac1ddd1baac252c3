import { FILTER_CODES, type UsageFilterName, type ValueFilter } from '../../contract/usage/index.ts'
import { formatInstant, type Interval } from '../../core/time/index.ts'
import { MONEY_COLUMNS } from './columns.ts'

export type UsageFilters = Readonly<Partial<Record<UsageFilterName, ValueFilter>>>

/** Which calls a question is about. */
export interface Chosen {
  readonly accountId: string
  /** Only what one member may see who sees its own use; `null`: all. */
  readonly inSightOf: string | null
  /** By when they were made; `null`: whenever. */
  readonly period: Interval | null
  readonly filters: UsageFilters
}

/** Collects the parameters of a statement that is put together, each with its cast. */
export class Parameters {
  readonly values: unknown[] = []

  /** The place of a value in the text. */
  add(
    value: unknown,
    type: 'text' | 'text[]' | 'timestamptz' | 'timestamptz[]' | 'bigint' | 'integer',
  ) {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }
}

const COLUMN: Readonly<Record<Exclude<UsageFilterName, 'tag' | 'source'>, string>> = {
  model: 'f.model',
  key_id: 'f.key_id',
  member_id: 'f.member_id',
  project_id: 'f.project_id',
  session_id: 'f.session_id',
  parent_call_id: 'f.parent_call_id',
  client: 'f.client',
  status: 'f.status',
  verdict: 'f.verdict',
  outcome: 'f.outcome',
}

/** The condition on `accounts.call_fact f` that lets these calls through. */
export function whereChosen(chosen: Chosen, parameters: Parameters): string {
  const conditions = [`f.account_id = ${parameters.add(chosen.accountId, 'text')}`]
  const { period, inSightOf } = chosen
  if (period) {
    const [from, to] = [formatInstant(period.start), formatInstant(period.end)]
    conditions.push(
      `f.event_at >= ${parameters.add(from, 'timestamptz')}`,
      `f.event_at < ${parameters.add(to, 'timestamptz')}`,
    )
  }
  if (inSightOf !== null)
    conditions.push(
      `f.member_id = ${parameters.add(inSightOf, 'text')}`,
      'not f.has_several_members',
    )
  for (const [name, filter] of Object.entries(chosen.filters))
    conditions.push(...filterConditions(name as UsageFilterName, filter, parameters))
  return conditions.join('\n        and ')
}

function filterConditions(
  name: UsageFilterName,
  { wanted, unwanted }: ValueFilter,
  parameters: Parameters,
): string[] {
  const matches = matcherOf(name, parameters)
  return [
    ...(wanted.length > 0 ? [`(${matches(wanted)})`] : []),
    ...(unwanted.length > 0 ? [`not (${matches(unwanted)})`] : []),
  ]
}

/** Whether a call has one of some values: never null, so that it can be turned round. */
function matcherOf(name: UsageFilterName, parameters: Parameters) {
  return (values: readonly (string | null)[]): string => {
    const named = values.filter((value) => value !== null)
    const parts: string[] = []
    if (name === 'source') return sourceParts(values).join(' or ')
    const column = name === 'tag' ? 'f.tags' : COLUMN[name]
    if (named.length > 0) {
      const list = parameters.add(named, 'text[]')
      const match = name === 'tag' ? `${column} && ${list}` : `${column} = any(${list})`
      parts.push(`coalesce(${match}, false)`)
    }
    if (named.length < values.length) parts.push(`${column} is null`)
    return parts.join(' or ')
  }
}

/** Codes of ours: they name columns, and what names none was refused before. */
function sourceParts(values: readonly (string | null)[]): string[] {
  return values.map((value) => {
    if (value === null) return `(${MONEY_COLUMNS.map((name) => `f.${name} = 0`).join(' and ')})`
    if (!FILTER_CODES.source?.includes(value)) throw new Error('the filter let through a source')
    return `f.${value} <> 0`
  })
}
