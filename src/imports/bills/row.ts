import type { Nanos } from '../../core/money/index.ts'
import { regionOf, speedOf, tierOf } from '../../core/pricing/index.ts'
import type { BillKind, BillRow } from '../../core/reconciliation/index.ts'
import { DAY_MS, type Interval } from '../../core/time/index.ts'
import { type Fields, readCount, readExact, textOf, Written } from '../exact.ts'
import type { Problems, ReportRow } from './types.ts'

/** What a reader works with. */
export interface Reading {
  readonly problems: Problems
  readonly rows: ReportRow[]
  readonly covered: Interval[]
  readonly grouping: Set<string>
}

export interface Place {
  readonly location: string
  readonly bucket: Interval
  readonly fields: Fields
}

/** A bucket has to lie within one day, or nobody can say how much of it is of which. */
export function bucketOf(
  start: number,
  end: number,
  found: { location: string; problems: Problems },
) {
  const { location, problems } = found
  if (!(start < end)) problems.add(location, 'bill_bucket_reversed')
  else if (Math.floor(start / DAY_MS) !== Math.floor((end - 1) / DAY_MS))
    problems.add(location, 'bill_bucket_too_long')
  else return { start, end } as Interval
  return null
}

/** The group of a row, in canonical words. `undefined` fields are not told apart. */
export function groupOf(
  fields: Fields,
): Pick<BillRow, 'tier' | 'speed' | 'region' | 'key' | 'workspace'> {
  const tier = textOf(fields.service_tier)
  const speed = textOf(fields.speed)
  const region = textOf(fields.inference_geo)
  return {
    tier: fields.batch === true || fields.batch === 'true' ? 'batch' : tier && tierOf(tier),
    speed: speed && speedOf(speed),
    region: region && regionOf(region),
    key: textOf(fields.api_key_id),
    workspace: textOf(fields.workspace_id) ?? textOf(fields.project_id),
  }
}

export interface Figure {
  readonly kind: BillKind
  readonly quantity?: bigint | null
  readonly cost?: { readonly amount: Nanos; readonly step: Nanos; readonly currency: string }
}

/** Adds a row; `id` has all that tells it apart from others of the report. */
export function addRow(
  reading: Reading,
  { bucket, fields }: Place,
  row: Figure &
    Pick<Partial<BillRow>, 'tier' | 'model'> & {
      readonly report: BillRow['report']
      readonly apart: readonly string[]
    },
): void {
  const { apart, cost, report, kind } = row
  const group = { ...groupOf(fields), ...(row.tier !== undefined && { tier: row.tier }) }
  for (const name of apart)
    if (fields[name] !== null && fields[name] !== undefined) reading.grouping.add(name)
  const id = JSON.stringify([
    bucket.start,
    bucket.end,
    kind,
    ...apart.map((name) => fields[name] ?? null),
  ])
  reading.rows.push({
    id,
    report,
    bucket,
    kind,
    ...group,
    model: row.model ?? null,
    quantity: row.quantity ?? null,
    cost: cost?.amount ?? null,
    step: cost?.step ?? (0n as Nanos),
    currency: cost?.currency ?? null,
  })
}

/** A count of a row; absent and `null` are no figure at all. */
export function countOf(
  fields: Fields,
  name: string,
  place: { location: string; problems: Problems },
): bigint | null {
  const value = fields[name]
  if (value === undefined || value === null || value === '') return null
  const count = readCount(value)
  if (count === undefined) place.problems.add(`${place.location}.${name}`, 'bill_not_count')
  return count ?? null
}

/** An amount of a row, from its digits. `shift` is 2 for cents. */
export function amountOf(
  value: unknown,
  place: { location: string; problems: Problems; shift?: number },
): { amount: Nanos; step: Nanos } | null {
  const text = value instanceof Written ? value.text : value
  const read = typeof text === 'string' ? readExact(text, place.shift ?? 0) : undefined
  if (!read) place.problems.add(place.location, 'bill_not_amount')
  return read ?? null
}

/** The rows, each once. The same figure twice is a page that came twice; another figure is a mistake. */
export function onceEach(reading: Reading): readonly ReportRow[] {
  const known = new Map<string, ReportRow>()
  for (const row of reading.rows) {
    const before = known.get(row.id)
    if (!before) known.set(row.id, row)
    else if (before.quantity !== row.quantity || before.cost !== row.cost)
      reading.problems.add(row.id, 'bill_row_twice')
  }
  return withStep([...known.values()])
}

/** A report is written as finely as its finest amount: one that happens to end in zeros is no rounder. */
function withStep(rows: readonly ReportRow[]): readonly ReportRow[] {
  let finest: Nanos | null = null
  for (const { cost, step } of rows)
    if (cost !== null && (finest === null || step < finest)) finest = step
  const least = finest ?? (0n as Nanos)
  return rows.map((row) => (row.cost === null ? row : { ...row, step: least }))
}
