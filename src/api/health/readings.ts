import type { Registry } from 'prom-client'
import type { TileId } from '../../contract/health/index.ts'
import { DAY_MS, instant } from '../../core/time/index.ts'
import { archiveHealth } from '../../store/archive/health.ts'
import { sampleCounts } from '../../store/cases/read.ts'
import { readHealth, unsafeSettings } from '../../store/reads/health.ts'
import type { Services } from '../deps.ts'
import { jobsOf } from '../jobs.ts'
import { apiMetrics } from '../metrics.ts'
import { type Buckets, bucketsOf, bucketsSince, countsOf, quantile } from './buckets.ts'

/** Cumulative numbers of this server, to tell what came between two of them. */
export interface Totals {
  readonly added: Buckets
  readonly commits: Buckets
  readonly ends: ReadonlyMap<string, number>
}

export async function readTotals(registry: Registry): Promise<Totals> {
  const [added, commits, ends] = await Promise.all([
    bucketsOf(registry, 'everycent_gateway_added_seconds'),
    bucketsOf(registry, 'everycent_engine_commit_seconds'),
    countsOf(registry, 'everycent_gateway_attempts_total', 'outcome'),
  ])
  return { added, commits, ends }
}

const NOTHING: Totals = { added: [], commits: [], ends: new Map() }

export interface Reading {
  readonly value: number | null
  readonly details: Readonly<Record<string, number | string | null>>
}

export type Readings = Readonly<Record<TileId, Reading>>

const SECOND_MS = 1_000
/** A hold is released within moments of its end; what is older than this nobody releases. */
const STALE_AFTER_MS = 5 * 60 * SECOND_MS

/** Reads every tile. `before`: the totals of five minutes ago; `null`: the server is younger. */
export async function readTiles(
  services: Services,
  before: Totals | null,
): Promise<{ readonly readings: Readings; readonly totals: Totals }> {
  const totals = await readTotals(apiMetrics(services).registry)
  const [local, stored] = [
    localReadings(services, totals, before ?? NOTHING),
    storedReadings(services),
  ]
  return { readings: { ...local, ...(await stored) }, totals }
}

type LocalTile = 'added_latency' | 'stream_aborts' | 'settle_lag' | 'queue_depth'

const times = (buckets: Buckets): Reading => {
  const ms = (share: number): number | null => {
    const seconds = quantile(buckets, share)
    return seconds === null ? null : rounded(seconds * SECOND_MS)
  }
  const observed = buckets.at(-1)?.count ?? 0
  return { value: ms(0.99), details: { p50: ms(0.5), p99: ms(0.99), observed } }
}

const rounded = (value: number): number => Math.round(value * 10) / 10

function localReadings(
  { engine, pool }: Services,
  totals: Totals,
  before: Totals,
): Readonly<Record<LocalTile, Reading>> {
  const ended = [...totals.ends].map(
    ([outcome, count]) => [outcome, count - (before.ends.get(outcome) ?? 0)] as const,
  )
  const all = ended.reduce((sum, [, count]) => sum + count, 0)
  const broken = ended.find(([outcome]) => outcome === 'upstream_failed_mid_stream')?.[1] ?? 0
  const { queued, inFlight, conflicts } = engine.stats()
  return {
    added_latency: times(bucketsSince(totals.added, before.added)),
    settle_lag: times(bucketsSince(totals.commits, before.commits)),
    stream_aborts: {
      value: all === 0 ? null : rounded((100 * broken) / all),
      details: { broken, attempts: all },
    },
    queue_depth: {
      value: queued,
      details: {
        in_flight: inFlight,
        decided_again: conflicts,
        waiting_for_database: pool.waitingCount,
      },
    },
  }
}

async function storedReadings(
  services: Services,
): Promise<Readonly<Record<Exclude<TileId, LocalTile>, Reading>>> {
  const { pool, nowMs } = services
  const now = nowMs()
  const [stored, unsafe, jobs, sampled, archive] = await Promise.all([
    readHealth(pool, {
      now: instant(now),
      staleBefore: instant(now - STALE_AFTER_MS),
      foundSince: instant(now - DAY_MS),
    }),
    unsafeSettings(pool),
    jobsOf(pool, now),
    sampleCounts(pool),
    archiveHealth(pool),
  ])
  const looked = sampled.agreed + sampled.disagreed
  return {
    ...jobReadings(jobs, now),
    sealing_lag: {
      value: services.sealing ? sinceRound(jobs, 'checkpoints', now) : null,
      details: { sealed_heads: stored.sealedHeads, sealing: services.sealing ? 'on' : 'off' },
    },
    stale_holds: { value: stored.staleHolds, details: { open: stored.openHolds } },
    outbox_lag: only(Math.round(stored.outboxLagMs / SECOND_MS)),
    webhook_failures: only(stored.deliveriesRetried),
    unpriced_calls: { value: stored.unpriced, details: { usage_missing: stored.usageMissing } },
    cap_races: only(stored.capsExceeded),
    parked_accounts: only(stored.parked),
    detector_precision: {
      value: looked === 0 ? null : rounded((100 * sampled.agreed) / looked),
      details: { ...sampled },
    },
    database: {
      value: unsafe.length,
      details: { off: unsafe.join(', ') || null, connections: pool.totalCount },
    },
    archive: {
      value: archive.missing,
      details: { archive: archive.state, waiting: archive.waiting },
    },
    nodes: only(stored.nodes),
  }
}

const only = (value: number | null): Reading => ({ value, details: {} })

type JobAnswer = Awaited<ReturnType<typeof jobsOf>>[number]

/** Seconds since a round of a job last went well; `null`: none ever has. */
function sinceRound(jobs: readonly JobAnswer[], name: string, nowMs: number): number | null {
  const at = jobs.find((job) => job.name === name)?.succeeded_at
  return at == null ? null : Math.max(0, Math.round((nowMs - Date.parse(at)) / SECOND_MS))
}

function jobReadings(
  jobs: readonly JobAnswer[],
  nowMs: number,
): Readonly<Record<'failing_jobs' | 'detection_lag', Reading>> {
  const bad = jobs.filter(({ state }) => state === 'failing' || state === 'late')
  return {
    detection_lag: only(sinceRound(jobs, 'detection', nowMs)),
    failing_jobs: {
      value: bad.length,
      details: {
        jobs: jobs.length,
        ...Object.fromEntries(bad.map((own) => [own.name, own.state])),
      },
    },
  }
}
