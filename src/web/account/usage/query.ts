import type { QueryParams } from '../../../client/index.ts'
import {
  canSplit,
  readFilter,
  USAGE_FILTERS,
  USAGE_GROUPS,
  USAGE_MEASURES,
  type UsageBucket,
  type UsageFilterName,
  type UsageGroup,
  type UsageMeasure,
  writeFilter,
} from '../../../contract/usage/index.ts'
import { choiceOf, type Search, textOf } from '../../app/search.ts'

export const PERIODS = ['cycle', 'previous', 'day', 'week', 'month', 'custom'] as const
export type Period = (typeof PERIODS)[number]
export const VIEWS = ['groups', 'tree'] as const

type Asked = QueryParams<'exploreUsage'>
export type Filters = Readonly<Partial<Record<UsageFilterName, string>>>

/** What the address asks for. Its names and values are those of the API, so that a saved view is an address. */
export interface Explored {
  readonly filters: Filters
  readonly period: Period
  readonly from: string | undefined
  readonly to: string | undefined
  readonly group: UsageGroup
  readonly tagKey: string | undefined
  readonly measure: UsageMeasure
  readonly compares: boolean
  readonly view: (typeof VIEWS)[number]
}

const GROUPS: readonly UsageGroup[] = ['model', ...USAGE_GROUPS.filter((own) => own !== 'model')]

export function exploredIn(search: Search): Explored {
  const tagKey = textOf(search, 'tag_key')
  const asked = choiceOf(search, 'group_by', GROUPS)
  const group = asked === 'tag' && tagKey === undefined ? 'model' : asked
  const measure = choiceOf(search, 'measure', USAGE_MEASURES)
  const filters = USAGE_FILTERS.flatMap((name) => {
    const text = textOf(search, name)
    return text !== undefined && readFilter(text) !== null ? [[name, text] as const] : []
  })
  return {
    filters: Object.fromEntries(filters),
    period: choiceOf(search, 'period', PERIODS),
    from: textOf(search, 'from'),
    to: textOf(search, 'to'),
    group,
    tagKey: group === 'tag' ? tagKey : undefined,
    // What a group cannot split is not asked of it.
    measure: canSplit(group, measure) ? measure : 'list_price',
    compares: textOf(search, 'compare') === 'previous',
    view: choiceOf(search, 'view', VIEWS),
  }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const LENGTHS: Readonly<Partial<Record<Period, number>>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
}

/** The period as the API takes it; whole minutes, so that it is the same one for a while. */
export function periodQuery(
  { period, from, to }: Pick<Explored, 'period' | 'from' | 'to'>,
  nowMs: number,
): Pick<Asked, 'from' | 'to' | 'cycle'> {
  if (period === 'cycle') return { cycle: 'current' }
  if (period === 'previous') return { cycle: 'previous' }
  const length = LENGTHS[period]
  if (length === undefined) return { ...(from && { from }), ...(to && { to }) }
  const minute = Math.floor(nowMs / 60_000) * 60_000
  return { from: new Date(minute - length).toISOString() }
}

/** Pieces of time that are enough to see a course and few enough to be drawn. */
export function bucketFor(fromMs: number, toMs: number): Exclude<UsageBucket, 'none'> {
  const length = toMs - fromMs
  if (length <= 3 * HOUR_MS) return 'minute'
  return length <= 3 * DAY_MS ? 'hour' : 'day'
}

/** A bucket that fits before the answer has said from when to when the period is. */
export function guessedBucket({ period, from, to }: Explored, nowMs: number) {
  if (period === 'day') return 'hour'
  if (period !== 'custom') return 'day'
  const end = to === undefined ? nowMs : Date.parse(to)
  const begin = from === undefined ? end - 7 * DAY_MS : Date.parse(from)
  return bucketFor(begin, end)
}

/** The filter of the API that chooses what a row of a group is of; `null`: there is none. */
const FILTER_OF: Readonly<Record<UsageGroup, UsageFilterName | null>> = {
  none: null,
  model: 'model',
  key: 'key_id',
  member: 'member_id',
  project: 'project_id',
  session: 'session_id',
  tag: 'tag',
  client: 'client',
  source: 'source',
  token_kind: null,
  status: 'status',
  verdict: 'verdict',
  outcome: 'outcome',
}

export function filterOfRow(
  { group, tagKey }: Pick<Explored, 'group' | 'tagKey'>,
  key: string | null,
): { readonly name: UsageFilterName; readonly value: string | null } | null {
  const name = FILTER_OF[group]
  if (name === null) return null
  // Calls without this tag have no value that a filter could name.
  if (name === 'tag') return key === null ? null : { name, value: `${tagKey}:${key}` }
  return { name, value: key }
}

const NOTHING = { wanted: [], unwanted: [] } as const
const read = (text: string | undefined) =>
  (text === undefined ? NOTHING : readFilter(text)) ?? NOTHING

/** One value that a filter names, as a chip shows it. */
export interface Chip {
  readonly name: UsageFilterName
  readonly value: string | null
  readonly isUnwanted: boolean
}

export const chipsOf = (filters: Filters): readonly Chip[] =>
  USAGE_FILTERS.flatMap((name) => {
    const { wanted, unwanted } = read(filters[name])
    return [
      ...wanted.map((value) => ({ name, value, isUnwanted: false })),
      ...unwanted.map((value) => ({ name, value, isUnwanted: true })),
    ]
  })

/** The filter without this chip; `undefined`: nothing of it is left. */
export function without(filters: Filters, chip: Chip): string | undefined {
  const { wanted, unwanted } = read(filters[chip.name])
  const drop = (list: readonly (string | null)[], isOwn: boolean) =>
    isOwn ? list.filter((value) => value !== chip.value) : list
  const left = { wanted: drop(wanted, !chip.isUnwanted), unwanted: drop(unwanted, chip.isUnwanted) }
  return left.wanted.length + left.unwanted.length === 0 ? undefined : writeFilter(left)
}

/** The filter with one more value. */
export function withValue(filters: Filters, { name, value, isUnwanted }: Chip): string {
  const { wanted, unwanted } = read(filters[name])
  const add = (list: readonly (string | null)[], isOwn: boolean) =>
    isOwn && !list.includes(value) ? [...list, value] : list
  return writeFilter({ wanted: add(wanted, !isUnwanted), unwanted: add(unwanted, isUnwanted) })
}
