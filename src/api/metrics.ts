import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { instant } from '../core/time/index.ts'
import { findingCounts } from '../store/findings/counts.ts'
import { listJobs } from '../store/reads/jobs.ts'
import type { Services } from './deps.ts'
import { countedSince, FindingGauges } from './finding-gauges.ts'

/** Seconds: a decision takes milliseconds, and what takes seconds is a fault. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Numbers about requests and decisions. No label names an account, a key or a path with an id in it. */
export class ApiMetrics {
  readonly registry: Registry
  readonly jobs: JobGauges
  readonly findings: FindingGauges
  readonly #requests: Histogram<'operation' | 'status'>
  readonly #problems: Counter<'code'>

  constructor(registry: Registry) {
    this.registry = registry
    this.jobs = new JobGauges(registry)
    this.findings = new FindingGauges(registry)
    this.#requests = new Histogram({
      name: 'everycent_http_request_seconds',
      help: 'Requests by operation and status.',
      labelNames: ['operation', 'status'],
      buckets: BUCKETS,
      registers: [this.registry],
    })
    this.#problems = new Counter({
      name: 'everycent_http_problems_total',
      help: 'Problems answered, by code.',
      labelNames: ['code'],
      registers: [this.registry],
    })
  }

  request(operation: string, status: number, seconds: number): void {
    this.#requests.observe({ operation, status: `${status}` }, seconds)
  }

  problem(code: string): void {
    this.#problems.inc({ code })
  }
}

const metricsOf = new WeakMap<Services, ApiMetrics>()

/** One set of numbers a server. */
export function apiMetrics(services: Services): ApiMetrics {
  const known = metricsOf.get(services)
  if (known) return known
  const metrics = new ApiMetrics(services.registry ?? new Registry())
  addEngineGauges(metrics.registry, services)
  metricsOf.set(services, metrics)
  return metrics
}

function addEngineGauges(registry: Registry, { engine, pool, feeds, room }: Services): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `everycent_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  }
  gauge('engine_queued', 'Commands that wait for a commit.', () => engine.stats().queued)
  gauge(
    'engine_ends_queued',
    'Of these, ends of calls, which go first.',
    () => engine.stats().endsQueued,
  )
  gauge('engine_refused', 'Commands turned away since the start.', () => engine.stats().refused)
  gauge('engine_expired', 'Of these, after they had waited too long.', () => engine.stats().expired)
  gauge('engine_in_flight', 'Commands being decided.', () => engine.stats().inFlight)
  gauge('engine_commits', 'Commits since the start.', () => engine.stats().commits)
  gauge('engine_decisions', 'Decisions since the start.', () => engine.stats().decisions)
  gauge(
    'engine_conflicts',
    'Accounts that another node moved first.',
    () => engine.stats().conflicts,
  )
  gauge('engine_cached_accounts', 'Accounts in memory.', () => engine.stats().cachedAccounts)
  gauge('database_connections', 'Connections open.', () => pool.totalCount)
  gauge('database_connections_idle', 'Connections open and unused.', () => pool.idleCount)
  gauge('database_connections_max', 'Connections at most.', () => pool.options.max)
  gauge('database_waiting', 'Requests that wait for a connection.', () => pool.waitingCount)
  gauge('http_under_way', 'Requests being served.', () => room.underWay)
  gauge('event_feeds', 'Event feeds open.', () => feeds.open)
}

class JobGauges {
  readonly #lastSuccess: Gauge<'job'>
  readonly #failures: Gauge<'job'>
  readonly #failedItems: Gauge<'job'>
  readonly #done: Gauge<'job'>
  readonly #isUp: Gauge

  constructor(registry: Registry) {
    const gauge = (name: string, help: string) =>
      new Gauge({
        name: `everycent_${name}`,
        help,
        labelNames: ['job'] as const,
        registers: [registry],
      })
    this.#lastSuccess = gauge(
      'job_last_success_timestamp_seconds',
      'When a round of the job last went well, on any server; since 1970.',
    )
    this.#failures = gauge('job_failures_in_row', 'Rounds in a row that ended with an error.')
    this.#failedItems = gauge('job_failed_items', 'Things that failed in the last round.')
    this.#done = gauge('job_done_items', 'Things that its rounds have done, in all.')
    this.#isUp = new Gauge({
      name: 'everycent_database_up',
      help: '1 when the database answers.',
      registers: [registry],
    })
  }

  /** Numbers that cannot be read are left out: old ones would look like new ones. */
  async read({ pool }: Services): Promise<void> {
    const jobs = await within(listJobs(pool), READ_WITHIN_MS)
    this.#isUp.set(jobs === null ? 0 : 1)
    const gauges = [this.#lastSuccess, this.#failures, this.#failedItems, this.#done]
    for (const gauge of gauges) gauge.reset()
    for (const { name: job, succeededAt, failuresInRow, failed, doneInAll } of jobs ?? []) {
      if (succeededAt !== null) this.#lastSuccess.set({ job }, succeededAt / SECOND_MS)
      this.#failures.set({ job }, failuresInRow)
      this.#failedItems.set({ job }, Number(failed))
      this.#done.set({ job }, Number(doneInAll))
    }
  }
}

const SECOND_MS = 1_000
/** A scrape that waits for a database says nothing of anything else meanwhile. */
const READ_WITHIN_MS = 1_000

/** `null`: it failed, or took too long. */
async function within<T>(reading: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  const read = reading.catch(() => null)
  return Promise.race([read, enough]).finally(() => clearTimeout(timer))
}

export async function metricsText(
  services: Services,
): Promise<{ readonly text: string; readonly contentType: string }> {
  const { registry, jobs, findings } = apiMetrics(services)
  const at = instant(services.nowMs())
  const counting = within(
    findingCounts(services.pool, { since: countedSince(at), at }),
    READ_WITHIN_MS,
  )
  await jobs.read(services)
  findings.set(await counting)
  return { text: await registry.metrics(), contentType: registry.contentType }
}
