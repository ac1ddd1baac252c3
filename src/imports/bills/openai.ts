import type { BillKind } from '../../core/reconciliation/index.ts'
import { type Fields, isFields, readCount, textOf } from '../exact.ts'
import { addRow, amountOf, bucketOf, countOf, type Place, type Reading } from './row.ts'

/* Reports of the OpenAI organization API: `usage/completions` and `costs`, as JSON pages and as the
   tables that are exported from them (the same names, one row a result). */

const USAGE_GROUPS = ['model', 'batch', 'service_tier', 'api_key_id', 'project_id', 'user_id']
const COST_GROUPS = ['line_item', 'project_id', 'api_key_id', 'organization_id']

export function readOpenai(
  page: Fields,
  reading: Reading,
  { report, path }: { readonly report: 'usage' | 'cost'; readonly path: string },
): void {
  const data = Array.isArray(page.data) ? page.data : []
  data.forEach((bucket, index) => {
    if (!isFields(bucket)) return
    const location = `${path}data[${index}]`
    const span = spanOf(bucket, { location, problems: reading.problems })
    if (!span) return
    reading.covered.push(span)
    const results = Array.isArray(bucket.results) ? bucket.results : []
    results.forEach((result, at) => {
      if (isFields(result))
        addResult(
          { location: `${location}.results[${at}]`, bucket: span, fields: result },
          report,
          reading,
        )
    })
  })
}

/** A line of an exported table: bucket and result in one. An empty bucket has no figures. */
export function readOpenaiLine(
  fields: Fields,
  reading: Reading,
  { report, location }: { readonly report: 'usage' | 'cost'; readonly location: string },
): void {
  const span = spanOf(fields, { location, problems: reading.problems })
  if (!span) return
  reading.covered.push(span)
  const empty = report === 'usage' ? fields.input_tokens : fields.amount_value
  if (empty === undefined || empty === '') return
  const amount = { value: fields.amount_value, currency: fields.amount_currency }
  addResult({ location, bucket: span, fields: { ...fields, amount } }, report, reading)
}

function spanOf(bucket: Fields, found: Parameters<typeof bucketOf>[2]) {
  const [start, end] = [readCount(bucket.start_time), readCount(bucket.end_time)]
  if (start !== undefined && end !== undefined)
    return bucketOf(Number(start) * 1_000, Number(end) * 1_000, found)
  found.problems.add(found.location, 'bill_not_seconds')
  return null
}

function addResult(place: Place, report: 'usage' | 'cost', reading: Reading): void {
  if (report === 'usage') addUsage(place, reading)
  else addCost(place, reading)
}

function addUsage(place: Place, reading: Reading): void {
  const { fields, location } = place
  const { problems } = reading
  const model = textOf(fields.model)
  if (model === null) {
    problems.add(`${location}.model`, 'bill_no_model', { parameter: 'group_by=model' })
    return
  }
  const count = (name: string): bigint => countOf(fields, name, { location, problems }) ?? 0n
  const [cached, written] = [count('input_cached_tokens'), count('input_cache_write_tokens')]
  const stated = countOf(fields, 'input_uncached_tokens', { location, problems })
  const uncached = stated ?? count('input_tokens') - cached - written
  const [audioIn, imageIn] = [count('input_audio_tokens'), count('input_image_tokens')]
  const [audioOut, imageOut] = [count('output_audio_tokens'), count('output_image_tokens')]
  const counts: readonly (readonly [BillKind, bigint])[] = [
    ['input', uncached - audioIn - imageIn],
    ['input_audio', audioIn],
    ['input_image', imageIn],
    ['cache_read', cached],
    ['cache_write', written],
    ['output', count('output_tokens') - audioOut - imageOut],
    ['output_audio', audioOut],
    ['output_image', imageOut],
  ]
  if (counts.some(([, quantity]) => quantity < 0n)) {
    problems.add(location, 'bill_parts')
    return
  }
  for (const [kind, quantity] of counts)
    if (quantity > 0n)
      addRow(reading, place, { report: 'usage', kind, quantity, model, apart: USAGE_GROUPS })
}

const DIRECTIONS: Readonly<Record<string, BillKind>> = {
  input: 'input',
  'cached input': 'cache_read',
  'cache write': 'cache_write',
  output: 'output',
  audio: 'other:audio',
}

/** `gpt-5.5-2026-04-23, cached input`, `priority | gpt-5.5, output, long context`, `web search tool calls`. */
const LINE_ITEM =
  /^(?:([a-z_ ]+) \| )?([\w.:-]+)( audio| image| text)?, ([^,]+?)(?:, long context)?$/

function kindOf(lineItem: string): { model: string | null; kind: BillKind; tier: string } {
  const [, tier = '', model = '', modality = '', direction = ''] =
    LINE_ITEM.exec(lineItem.toLowerCase()) ?? []
  const plain = DIRECTIONS[direction]
  if (/^web search(?: tool)? calls?$/i.test(lineItem))
    return { model: null, kind: 'fee:web_search', tier: '' }
  if (model === '' || plain === undefined)
    return { model: null, kind: `other:${lineItem.toLowerCase()}`, tier: '' }
  const word = modality.trim()
  const isOther = word === 'audio' || word === 'image'
  const kind = isOther && plain !== 'cache_read' ? (`${plain}_${word}` as BillKind) : plain
  return { model, kind, tier: tier.trim() }
}

function addCost(place: Place, reading: Reading): void {
  const { fields, location } = place
  const { problems } = reading
  const lineItem = textOf(fields.line_item)
  if (lineItem === null) {
    problems.add(`${location}.line_item`, 'bill_no_line_item')
    return
  }
  const amount = isFields(fields.amount) ? fields.amount : {}
  const currency = textOf(amount.currency)?.toUpperCase() ?? ''
  if (!/^[A-Z]{3}$/.test(currency)) problems.add(`${location}.amount.currency`, 'bill_not_currency')
  const cost = amountOf(amount.value, { location: `${location}.amount.value`, problems })
  if (!cost || cost.amount === 0n) return
  // a quantity that is no whole number is of something that is not counted
  const quantity = readCount(fields.quantity) ?? null
  addRow(reading, place, {
    report: 'cost',
    ...kindOf(lineItem),
    quantity,
    cost: { ...cost, currency },
    apart: COST_GROUPS,
  })
}
