import { Histogram, type Registry } from 'prom-client'

/** Seconds: one statement, made durable. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const SIZE_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const SECOND_MS = 1_000

/** The engine's `onCommitted` that keeps its numbers for Prometheus. */
export function commitMetrics(registry: Registry): (tookMs: number, commands: number) => void {
  const registers = [registry]
  const took = new Histogram({
    name: 'everycent_engine_commit_seconds',
    help: 'How long a commit took until it was durable.',
    buckets: COMMIT_BUCKETS,
    registers,
  })
  const size = new Histogram({
    name: 'everycent_engine_commit_commands',
    help: 'How many commands one commit decided.',
    buckets: SIZE_BUCKETS,
    registers,
  })
  return (tookMs, commands) => {
    took.observe(tookMs / SECOND_MS)
    size.observe(commands)
  }
}
