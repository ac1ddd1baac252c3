import type { BillKind } from '../../core/reconciliation/index.ts'
import { parseInstant } from '../../core/time/index.ts'
import { type Fields, isFields, textOf } from '../exact.ts'
import { addRow, amountOf, bucketOf, countOf, type Place, type Reading } from './row.ts'

/* Reports of the Anthropic Admin API: `usage_report/messages` and `cost_report`, and their successors
   `analytics/usage` and `analytics/cost`. Amounts are decimal texts in cents, before credits. */

const CENTS = 2
const USAGE_GROUPS = [
  'model',
  'service_tier',
  'speed',
  'inference_geo',
  'context_window',
  'api_key_id',
  'workspace_id',
  'product',
  'organization_id',
  'actor',
  'agent_id',
  'deployment_id',
  'environment_id',
  'session_id',
  'user_profile_id',
  'rbac_group_id',
  'actor_type',
  'claude_tag_category',
  'claude_tag_user_id',
  'slack_channel_id',
]
const COST_GROUPS = [...USAGE_GROUPS, 'cost_type', 'token_type', 'description']

const TOKEN_TYPES: Readonly<Record<string, BillKind>> = {
  uncached_input_tokens: 'input',
  output_tokens: 'output',
  cache_read_input_tokens: 'cache_read',
  'cache_creation.ephemeral_5m_input_tokens': 'cache_write_5m',
  'cache_creation.ephemeral_1h_input_tokens': 'cache_write_1h',
}

const FEES: Readonly<Record<string, BillKind>> = {
  web_search: 'fee:web_search',
  // containers are metered by the hour and free together with the web tools: no count of ours is of use
  code_execution: 'other:code_execution',
}

type Item = Place & { readonly figures: Fields }

/** Buckets with results, and single items with a group: both generations of the reports. */
export function readAnthropic(
  page: Fields,
  reading: Reading,
  { report, path }: { readonly report: 'usage' | 'cost'; readonly path: string },
): void {
  const data = Array.isArray(page.data) ? page.data : []
  data.forEach((bucket, index) => {
    const location = `${path}data[${index}]`
    const span = isFields(bucket) ? spanOf(bucket, { location, problems: reading.problems }) : null
    if (!isFields(bucket) || !span) return
    reading.covered.push(span)
    for (const item of itemsOf(bucket, { location, bucket: span, fields: bucket }))
      if (report === 'usage') addUsage(item, reading)
      else addCost(item, reading)
  })
}

function spanOf(bucket: Fields, found: Parameters<typeof bucketOf>[2]) {
  const start = parseInstant(textOf(bucket.starting_at) ?? '')
  const end = parseInstant(textOf(bucket.ending_at) ?? '')
  if (start !== undefined && end !== undefined) return bucketOf(start, end, found)
  found.problems.add(found.location, 'bill_not_instants')
  return null
}

function itemsOf(bucket: Fields, place: Place): Item[] {
  if (isFields(bucket.group)) {
    const figures = isFields(bucket.usage) ? bucket.usage : bucket.cost
    return [{ ...place, fields: bucket.group, figures: isFields(figures) ? figures : {} }]
  }
  const results = Array.isArray(bucket.results) ? bucket.results : []
  return results.flatMap((result, index) =>
    isFields(result)
      ? [
          {
            ...place,
            location: `${place.location}.results[${index}]`,
            fields: result,
            figures: result,
          },
        ]
      : [],
  )
}

function addUsage(item: Item, reading: Reading): void {
  const { figures, fields, location } = item
  const place = { location, problems: reading.problems }
  const model = textOf(fields.model)
  if (model === null) {
    place.problems.add(`${location}.model`, 'bill_no_model', { parameter: 'group_by[]=model' })
    return
  }
  const creation = isFields(figures.cache_creation) ? figures.cache_creation : {}
  const tools = isFields(figures.server_tool_use) ? figures.server_tool_use : {}
  const counts: readonly (readonly [BillKind, bigint | null])[] = [
    ['input', countOf(figures, 'uncached_input_tokens', place)],
    ['cache_read', countOf(figures, 'cache_read_input_tokens', place)],
    ['cache_write_5m', countOf(creation, 'ephemeral_5m_input_tokens', place)],
    ['cache_write_1h', countOf(creation, 'ephemeral_1h_input_tokens', place)],
    ['output', countOf(figures, 'output_tokens', place)],
    ['fee:web_search', countOf(tools, 'web_search_requests', place)],
  ]
  for (const [kind, quantity] of counts)
    if (quantity !== null && quantity > 0n)
      addRow(reading, item, {
        report: 'usage',
        kind,
        quantity,
        model: kind.startsWith('fee:') ? null : model,
        apart: USAGE_GROUPS,
      })
}

function addCost(item: Item, reading: Reading): void {
  const { figures, fields, location } = item
  const { problems } = reading
  const type = textOf(fields.cost_type)
  const token = textOf(fields.token_type)
  const kind = type === 'tokens' ? TOKEN_TYPES[token ?? ''] : FEES[type ?? '']
  const model = textOf(fields.model)
  if (!kind || (type === 'tokens' && model === null)) {
    problems.add(location, 'bill_not_told_apart')
    return
  }
  const currency = textOf(figures.currency)?.toUpperCase() ?? ''
  if (!/^[A-Z]{3}$/.test(currency)) problems.add(`${location}.currency`, 'bill_not_currency')
  const cost = amountOf(figures.amount, { location: `${location}.amount`, problems, shift: CENTS })
  if (cost && cost.amount !== 0n)
    addRow(reading, item, {
      report: 'cost',
      kind,
      cost: { ...cost, currency },
      model: type === 'tokens' ? model : null,
      apart: COST_GROUPS,
    })
}
