import { DAY_MS, type Instant, type Interval, instant } from '../time/index.ts'
import type { BillRow, Place, Position } from './types.ts'

export const dayOf = (at: Instant): Instant => instant(Math.floor(at / DAY_MS) * DAY_MS)

/** Which of tier, speed and region every row of a bill tells apart: finer than that nothing can be compared. */
export interface Grain {
  readonly tier: boolean
  readonly speed: boolean
  readonly region: boolean
}

/** Fees and what is not metered are of no place. */
const isPlaced = ({ kind }: Pick<BillRow, 'kind'>): boolean => !/^(?:fee|other):/.test(kind)

export function grainOf(rows: readonly BillRow[]): Grain {
  const placed = rows.filter(isPlaced)
  const all = (name: keyof Place): boolean =>
    placed.length > 0 && placed.every((row) => row[name] !== null)
  return { tier: all('tier'), speed: all('speed'), region: all('region') }
}

export function placeAt(grain: Grain, own: Pick<BillRow, 'kind'> & Place): Place {
  const placed = isPlaced(own)
  return {
    tier: placed && grain.tier ? own.tier : null,
    speed: placed && grain.speed ? own.speed : null,
    region: placed && grain.region ? own.region : null,
  }
}

export const positionKey = ({ day, model, kind, tier, speed, region }: Position): string =>
  JSON.stringify([day, model, kind, tier, speed, region])

/** The days of which every hour is in a bucket: of others a bill says too little. */
export function wholeDays(buckets: readonly Interval[]): ReadonlySet<Instant> {
  const sorted = [...buckets].sort((one, other) => one.start - other.start)
  const whole = new Set<Instant>()
  // the stretch that the buckets so far have without a gap: nothing yet
  let [from, until] = [0, 0]
  const close = (): void => {
    for (let day = Math.ceil(from / DAY_MS) * DAY_MS; day + DAY_MS <= until; day += DAY_MS)
      whole.add(instant(day))
  }
  for (const { start, end } of sorted) {
    if (start > until) {
      close()
      from = start
      until = end
    } else if (end > until) until = end
  }
  close()
  return whole
}
