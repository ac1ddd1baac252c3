import { OUTCOMES } from '../../core/decisions/commands.ts'
import { RECEIPT_STATUSES, VERDICTS } from '../receipt/codes.ts'

/** Where the list price of a call went. Each nano of it is in one of them, and in one only. */
export const USAGE_SOURCES = [
  'included',
  'promotional',
  'paid',
  'overage',
  'absorbed',
  'refunded',
  'returned_to_plan',
  'reversed',
] as const
export type UsageSource = (typeof USAGE_SOURCES)[number]

/** By what calls can be chosen. The names are those of the query. */
export const USAGE_FILTERS = [
  'model',
  'key_id',
  'member_id',
  'project_id',
  'session_id',
  'parent_call_id',
  'tag',
  'client',
  'source',
  'status',
  'verdict',
  'outcome',
] as const
export type UsageFilterName = (typeof USAGE_FILTERS)[number]

/** Filters whose values are codes of ours; the others take ids and names of anybody. */
export const FILTER_CODES: Readonly<Partial<Record<UsageFilterName, readonly string[]>>> = {
  source: USAGE_SOURCES,
  status: RECEIPT_STATUSES,
  verdict: VERDICTS,
  outcome: OUTCOMES,
}

/** By what sums can be split. `none`: one row. */
export const USAGE_GROUPS = [
  'none',
  'model',
  'key',
  'member',
  'project',
  'session',
  'tag',
  'client',
  'source',
  'token_kind',
  'status',
  'verdict',
  'outcome',
] as const
export type UsageGroup = (typeof USAGE_GROUPS)[number]

/** What decides the order of the rows, and what buckets carry. */
export const USAGE_MEASURES = [
  'charged',
  'list_price',
  'covered_by_plan',
  'tokens',
  'calls',
] as const
export type UsageMeasure = (typeof USAGE_MEASURES)[number]

export const USAGE_BUCKETS = ['none', 'minute', 'hour', 'day'] as const
export type UsageBucket = (typeof USAGE_BUCKETS)[number]

/**
 * What some groups cannot split: a call that drew from two sources is one call, and what a token cost says
 * nothing of who paid for it.
 */
const SPLITS: Readonly<Partial<Record<UsageGroup, readonly UsageMeasure[]>>> = {
  source: ['charged', 'list_price', 'covered_by_plan'],
  token_kind: ['list_price', 'tokens'],
}

/** Whether sums of a measure by this group add up to the total. */
export const canSplit = (group: UsageGroup, measure: UsageMeasure): boolean =>
  SPLITS[group]?.includes(measure) ?? true

/** The row of what is no token: fees, weights, promotions. */
export const OTHER_KIND = 'other'
