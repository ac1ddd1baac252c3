import { Histogram, type Registry } from 'prom-client'
import type { OnAudited } from './detection.ts'

/** Seconds: a round every five. */
const LAG_BUCKETS = [1, 2.5, 5, 10, 20, 60, 300, 1_800, 21_600]
const SECOND_MS = 1_000

/** What the jobs tell Prometheus by themselves. */
export function detectionMetrics(registry: Registry): OnAudited {
  const lag = new Histogram({
    name: 'everycent_detection_lag_seconds',
    help: 'From the decision of an entry to its audit: the oldest of an account in a round.',
    buckets: LAG_BUCKETS,
    registers: [registry],
  })
  return (waitedMs) => lag.observe(Math.max(0, waitedMs) / SECOND_MS)
}
