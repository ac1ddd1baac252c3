import type { Registry } from 'prom-client'

/** Cumulative counts of a histogram by the upper end of their bucket, in seconds; the last is all. */
export type Buckets = readonly { readonly upTo: number; readonly count: number }[]

interface Value {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number | undefined>>
  readonly metricName?: string
}

async function valuesOf(registry: Registry, name: string): Promise<readonly Value[]> {
  const metric = registry.getSingleMetric(name)
  return metric ? ((await metric.get()).values as readonly Value[]) : []
}

/** A histogram of this server over all its labels; empty: it has no such numbers. */
export async function bucketsOf(registry: Registry, name: string): Promise<Buckets> {
  const counts = new Map<number, number>()
  for (const { value, labels, metricName } of await valuesOf(registry, name)) {
    if (metricName !== `${name}_bucket`) continue
    const upTo = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
    counts.set(upTo, (counts.get(upTo) ?? 0) + value)
  }
  return [...counts].map(([upTo, count]) => ({ upTo, count })).sort((a, b) => a.upTo - b.upTo)
}

/** A counter of this server, by one of its labels. */
export async function countsOf(
  registry: Registry,
  name: string,
  label: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { value, labels } of await valuesOf(registry, name)) {
    const key = String(labels[label] ?? '')
    counts.set(key, (counts.get(key) ?? 0) + value)
  }
  return counts
}

/** What came since an earlier reading. */
export function bucketsSince(now: Buckets, before: Buckets): Buckets {
  const old = new Map(before.map(({ upTo, count }) => [upTo, count]))
  return now.map(({ upTo, count }) => ({ upTo, count: count - (old.get(upTo) ?? 0) }))
}

/**
 * The value that this share of what was observed lies below, spread evenly inside its bucket; beyond the last
 * bound, that bound. `null`: nothing was observed.
 */
export function quantile(buckets: Buckets, share: number): number | null {
  const all = buckets.at(-1)?.count ?? 0
  if (all <= 0) return null
  const rank = share * all
  let from = 0
  let below = 0
  for (const { upTo, count } of buckets) {
    if (count >= rank && count > below)
      return upTo === Number.POSITIVE_INFINITY
        ? from
        : from + ((upTo - from) * (rank - below)) / (count - below)
    if (upTo !== Number.POSITIVE_INFINITY) from = upTo
    below = count
  }
  return from
}
