import { FILTER_CODES, type UsageFilterName, type ValueFilter } from '../../contract/usage/index.ts'
import { formatInstant, type Interval } from '../../core/time/index.ts'
import { MONEY_COLUMNS } from './columns.ts'
import { cutTag } from './fact.ts'

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
    type:
      | 'text'
      | 'text[]'
      | 'timestamptz'
      | 'timestamptz[]'
      | 'jsonb[]'
      | 'bigint'
      | 'integer'
      | 'numeric',
  ) {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }
}

/** Where a condition is written: its parameters, and what the facts are called there. */
interface Statement {
  readonly parameters: Parameters
  readonly alias: string
}

/** The condition on `accounts.call_fact`, which the statement calls `f`, that lets these calls through. */
export function whereChosen(chosen: Chosen, parameters: Parameters, alias = 'f'): string {
  const conditions = [`${alias}.account_id = ${parameters.add(chosen.accountId, 'text')}`]
  const { period, inSightOf } = chosen
  if (period) {
    const [from, to] = [formatInstant(period.start), formatInstant(period.end)]
    conditions.push(
      `${alias}.event_at >= ${parameters.add(from, 'timestamptz')}`,
      `${alias}.event_at < ${parameters.add(to, 'timestamptz')}`,
    )
  }
  if (inSightOf !== null)
    conditions.push(
      `${alias}.member_id = ${parameters.add(inSightOf, 'text')}`,
      `not ${alias}.has_several_members`,
    )
  for (const [name, filter] of Object.entries(chosen.filters))
    conditions.push(...filterConditions(name as UsageFilterName, filter, { parameters, alias }))
  return conditions.join('\n        and ')
}

function filterConditions(
  name: UsageFilterName,
  { wanted, unwanted }: ValueFilter,
  on: Statement,
): string[] {
  const matches = matcherOf(name, on)
  return [
    ...(wanted.length > 0 ? [`(${matches(wanted)})`] : []),
    ...(unwanted.length > 0 ? [`not (${matches(unwanted)})`] : []),
  ]
}

/** Whether a call has one of some values: never null, so that it can be turned round. */
function matcherOf(name: UsageFilterName, { parameters, alias }: Statement) {
  return (values: readonly (string | null)[]): string => {
    const named = values.filter((value) => value !== null)
    const parts: string[] = []
    if (name === 'source') return sourceParts(values, alias).join(' or ')
    const column = `${alias}.${name === 'tag' ? 'tags' : name}`
    if (named.length > 0) {
      const match =
        name === 'tag'
          ? `${column} @> any(${parameters.add(named.map(tagJson), 'jsonb[]')})`
          : `${column} = any(${parameters.add(named, 'text[]')})`
      parts.push(`coalesce(${match}, false)`)
    }
    if (named.length < values.length) parts.push(`${column} is null`)
    return parts.join(' or ')
  }
}

const tagJson = (tag: string): string => JSON.stringify(Object.fromEntries([cutTag(tag)]))

/** Codes of ours: they name columns, and what names none was refused before. */
function sourceParts(values: readonly (string | null)[], alias: string): string[] {
  return values.map((value) => {
    if (value === null)
      return `(${MONEY_COLUMNS.map((name) => `${alias}.${name} is null`).join(' and ')})`
    if (!FILTER_CODES.source?.includes(value)) throw new Error('the filter let through a source')
    return `${alias}.${value} is not null`
  })
}
