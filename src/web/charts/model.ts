import { readNanos } from '../../core/money/index.ts'

/** Colours of the tokens; the pattern goes with the tone, so that neither stands alone. */
export const TONES = [
  'plan',
  'bundle',
  'promo',
  'prepaid',
  'overage',
  'not-billed',
  'accent',
  'ok',
  'warn',
  'danger',
] as const
export type Tone = (typeof TONES)[number]

/** One kind of figure in a chart. */
export interface Series {
  readonly id: string
  readonly label: string
  readonly tone: Tone
}

/** One interval of time: exact decimal texts per series; a series that is absent is zero. */
export interface Bucket {
  /** Its beginning. */
  readonly at: string
  readonly values: Readonly<Record<string, string>>
}

/** A figure at a moment; `null`: not known then, which leaves a gap and is not zero. */
export interface Point {
  readonly at: string
  readonly value: string | null
}

/** How figures of a chart are written: in full, and short at the axis. */
export interface Unit {
  readonly text: (exact: string) => string
  readonly tick: (pixelValue: number) => string
}

const NANOS_PER_UNIT = 1e9

/** For the place on the screen only: nothing is added up with it, and nothing shown from it. */
export const pixelValue = (exact: string): number => Number(readNanos(exact)) / NANOS_PER_UNIT

/** Tones for kinds that have none of their own (models, keys), in the order in which they come. */
const FREE: readonly Tone[] = ['plan', 'prepaid', 'promo', 'bundle', 'overage', 'accent']
export const toneAt = (index: number): Tone => FREE[index % FREE.length] ?? 'plan'

export interface Segment {
  readonly series: Series
  readonly from: number
  readonly to: number
}

/** The parts of one bar from the ground up; what gives back (negative) goes below the line. */
export function stackOf(bucket: Bucket, series: readonly Series[]): readonly Segment[] {
  let up = 0
  let down = 0
  return series.flatMap((one): Segment[] => {
    const value = pixelValue(bucket.values[one.id] ?? '0')
    if (value === 0) return []
    const from = value > 0 ? up : down
    if (value > 0) up += value
    else down += value
    return [{ series: one, from, to: from + value }]
  })
}

/** Lowest and highest end of all bars, the ground line included. */
export function stackRange(
  buckets: readonly Bucket[],
  series: readonly Series[],
): [number, number] {
  const ends = buckets.flatMap((bucket) => stackOf(bucket, series).map(({ to }) => to))
  return [Math.min(0, ...ends), Math.max(0, ...ends)]
}

/** Every how-many-th of `count` labels is written so that each has `least` pixels. */
export const everyNth = (count: number, pixels: number, least: number): number =>
  Math.max(1, Math.ceil((count * least) / Math.max(1, pixels)))

/** Heights for labels that would stand on one another: in order, `gap` apart, within the room. */
export function spread(
  wanted: readonly number[],
  { gap, from, to }: { readonly gap: number; readonly from: number; readonly to: number },
): readonly number[] {
  const order = wanted.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at)
  let least = from
  for (const label of order) {
    label.at = Math.max(label.at, least)
    least = label.at + gap
  }
  let most = to
  for (const label of [...order].reverse()) {
    label.at = Math.min(label.at, most)
    most = label.at - gap
  }
  const placed = new Map(order.map(({ at, index }) => [index, at]))
  return wanted.map((at, index) => placed.get(index) ?? at)
}
