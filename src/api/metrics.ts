import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Services } from './deps.ts'

/** Seconds: a decision takes milliseconds, and what takes seconds is a fault. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Numbers about requests and decisions. No label names an account, a key or a path with an id in it. */
export class ApiMetrics {
  readonly registry = new Registry()
  readonly #requests: Histogram<'operation' | 'status'>
  readonly #problems: Counter<'code'>

  constructor() {
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
  const metrics = new ApiMetrics()
  addEngineGauges(metrics.registry, services)
  metricsOf.set(services, metrics)
  return metrics
}

function addEngineGauges(registry: Registry, { engine, pool, feeds }: Services): void {
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
  gauge('database_waiting', 'Requests that wait for a connection.', () => pool.waitingCount)
  gauge('event_feeds', 'Event feeds open.', () => feeds.open)
}

export async function metricsText(
  services: Services,
): Promise<{ readonly text: string; readonly contentType: string }> {
  const { registry } = apiMetrics(services)
  return { text: await registry.metrics(), contentType: registry.contentType }
}
