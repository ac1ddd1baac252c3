import type { UsageGroup, UsageMeasure } from '../../contract/usage/index.ts'
import type { Parameters } from './chosen.ts'

/** What a group is, as an expression on `accounts.call_fact f`. */
export function groupExpression(
  group: UsageGroup,
  tagKey: string | null,
  parameters: Parameters,
): string {
  switch (group) {
    case 'model':
    case 'client':
    case 'status':
    case 'verdict':
    case 'outcome':
      return `f.${group}`
    case 'key':
    case 'member':
    case 'project':
    case 'session':
      return `f.${group}_id`
    case 'tag':
      return `f.tags ->> ${parameters.add(tagKey ?? '', 'text')}`
    default:
      return 'null::text'
  }
}

/** The measure of sums that carry the names of `SUM_NAMES`. */
export const MEASURE_OF_SUMS: Readonly<Record<UsageMeasure, string>> = {
  charged: 'coalesce(promotional, 0) + coalesce(paid, 0) + coalesce(overage, 0)',
  list_price: 'coalesce(list_price, 0)',
  covered_by_plan: 'coalesce(included, 0)',
  tokens: 'coalesce(tokens, 0)',
  calls: 'calls',
}
