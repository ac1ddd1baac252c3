/** Buckets a tenth of a percent wide: exact enough for differences, and small enough to be sent. */
const GROWTH = Math.log(1.001)
const LEAST_MS = 0.01
/** Up to a minute and more. */
const BUCKETS = 16_000

export type LatencyCounts = readonly number[]

export class Latencies {
  readonly #counts = new Array<number>(BUCKETS).fill(0)

  record(ms: number): void {
    const bucket = Math.floor(Math.log(ms / LEAST_MS) / GROWTH)
    this.#counts[Math.min(BUCKETS - 1, Math.max(0, bucket))]! += 1
  }

  add(counts: LatencyCounts): this {
    for (const [bucket, count] of counts.entries()) this.#counts[bucket]! += count
    return this
  }

  counts(): LatencyCounts {
    return this.#counts
  }

  /** In milliseconds; `null` when nothing was recorded. */
  percentile(percent: number): number | null {
    const total = this.#counts.reduce((sum, count) => sum + count, 0)
    if (total === 0) return null
    let left = (total * percent) / 100
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count
      if (left <= 0) return LEAST_MS * Math.exp((bucket + 0.5) * GROWTH)
    }
    return null
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] ?? Number.NaN)) / 2
}
