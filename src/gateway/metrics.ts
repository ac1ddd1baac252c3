import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { EntryBody } from '../core/ledger/entry.ts'
import type {
  AttemptReport,
  CallReport,
  DialectName,
  Gateway,
  GatewayEvent,
  GatewayMetrics,
} from './types.ts'

/** Seconds. A model takes its time: minutes are nothing out of the ordinary. */
const UPSTREAM_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
/** Seconds. What we add is milliseconds, and the clock has no finer ones. */
const ADDED_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const SECOND_MS = 1_000

/** The model of what was not priced. What was asked for would make a series for every typo. */
const NO_MODEL = 'none'

/**
 * The gateway's numbers for Prometheus; `docs/operating/metrics.md` says what each means. Labels are
 * words of our own and models of a price book: nothing that a request may choose, and no account.
 */
export class PrometheusMetrics implements GatewayMetrics {
  readonly #registry: Registry
  readonly #attempts: Counter<'dialect' | 'outcome'>
  readonly #refusals: Counter<'dialect' | 'code'>
  readonly #answers: Counter<'dialect' | 'status'>
  readonly #notBilled: Counter<'dialect' | 'reason'>
  readonly #tokens: Counter<'model' | 'kind'>
  readonly #clientsLeft: Counter<'dialect'>
  readonly #events: Counter<'event'>
  readonly #times: ReturnType<typeof histograms>

  constructor(registry: Registry) {
    this.#registry = registry
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Counter({ name: `everycent_gateway_${name}`, help, labelNames, registers: [registry] })
    this.#attempts = counter('attempts_total', 'Attempts of calls, by how they ended.', [
      'dialect',
      'outcome',
    ])
    this.#refusals = counter(
      'refusals_total',
      'Requests answered with an error of the gateway itself, by its code.',
      ['dialect', 'code'],
    )
    this.#answers = counter('upstream_answers_total', 'Attempts by the status of the provider.', [
      'dialect',
      'status',
    ])
    this.#notBilled = counter(
      'not_billed_total',
      'Attempts of which all or a part is not billed, by the reason on the receipt.',
      ['dialect', 'reason'],
    )
    this.#tokens = counter('tokens_total', 'Tokens as posted, by priced model and kind.', [
      'model',
      'kind',
    ])
    this.#clientsLeft = counter('clients_left_total', 'Clients that left before the end.', [
      'dialect',
    ])
    this.#events = counter('events_total', 'Rare events, by name.', ['event'])
    this.#times = histograms(registry)
  }

  /** Adds the numbers that a gateway knows at any moment. */
  watch(gateway: Pick<Gateway, 'stats'>): void {
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name: `everycent_gateway_${name}`,
        help,
        registers: [this.#registry],
        collect() {
          this.set(read())
        },
      })
    }
    gauge('in_flight', 'Calls served or drained at this moment.', () => gateway.stats().inFlight)
    gauge('serving', 'Requests being read, looked up or authorized.', () => gateway.stats().serving)
    gauge('held_bytes', 'Bytes of request bodies in memory.', () => gateway.stats().heldBytes)
    gauge(
      'waiting_bytes',
      'Bytes of answers that their clients have not taken yet.',
      () => gateway.stats().waitingBytes,
    )
    gauge('replay_bytes', 'Bytes of answers kept for retries.', () => gateway.stats().replayBytes)
    gauge(
      'remembered_calls',
      'Calls remembered to recognise retries.',
      () => gateway.stats().rememberedCalls,
    )
  }

  onCall({ dialect, outcome, attempt }: CallReport): void {
    this.#attempts.inc({ dialect, outcome })
    if (attempt) this.#onAttempt(dialect, attempt)
  }

  onRefused(dialect: DialectName, code: string): void {
    this.#refusals.inc({ dialect, code })
  }

  onEvent(event: GatewayEvent): void {
    this.#events.inc({ event })
  }

  #onAttempt(dialect: DialectName, attempt: AttemptReport): void {
    const { entry, upstreamStatus, firstByteMs, lastByteMs, addedMs, clientLeft } = attempt
    const labels = { dialect, stream: String(attempt.stream) }
    this.#answers.inc({ dialect, status: statusWord(upstreamStatus) })
    const { firstByte, upstream, added } = this.#times
    if (firstByteMs !== null) firstByte.observe(labels, firstByteMs / SECOND_MS)
    if (lastByteMs !== null) upstream.observe(labels, lastByteMs / SECOND_MS)
    added.observe(labels, addedMs / SECOND_MS)
    if (clientLeft) this.#clientsLeft.inc({ dialect })
    const reason = notBilledReason(entry)
    if (reason !== null) this.#notBilled.inc({ dialect, reason })
    if (entry) this.#countTokens(entry)
  }

  #countTokens({ usage, rating }: EntryBody): void {
    if (rating?.status === 'priced')
      for (const { model = NO_MODEL, kind, quantity } of rating.lines) {
        if (kind !== undefined && quantity !== undefined)
          this.#tokens.inc({ model, kind }, quantity)
      }
    else if (usage)
      for (const { tokens } of [usage, ...(usage.parts ?? [])])
        for (const [kind, count] of Object.entries(tokens))
          this.#tokens.inc({ model: NO_MODEL, kind }, count)
  }
}

function histograms(registry: Registry) {
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({
      name: `everycent_gateway_${name}`,
      help,
      labelNames: ['dialect', 'stream'] as const,
      buckets,
      registers: [registry],
    })
  return {
    firstByte: histogram(
      'first_byte_seconds',
      'From the request sent upstream to the first byte of its answer.',
      UPSTREAM_BUCKETS,
    ),
    upstream: histogram(
      'upstream_seconds',
      'From the request sent upstream to the last byte of its answer.',
      UPSTREAM_BUCKETS,
    ),
    added: histogram(
      'added_seconds',
      'What the gateway adds: neither the provider nor the client was waited for.',
      ADDED_BUCKETS,
    ),
  }
}

/** Statuses that say something of their own keep their number, the others their class. */
const NAMED_STATUSES = new Set([401, 402, 403, 408, 413, 429, 503, 504, 529])

function statusWord(status: number | null): string {
  if (status === null) return 'none'
  return NAMED_STATUSES.has(status) ? `${status}` : `${Math.floor(status / 100)}xx`
}

/** In the words of the entry: what it waits for, why a part is ours to carry, or how the call ended. */
function notBilledReason(entry: EntryBody | null): string | null {
  if (!entry) return 'not_posted'
  if (entry.pending !== undefined) return entry.pending
  if (entry.absorbed_reason !== undefined) return entry.absorbed_reason
  return entry.outcome?.customer_pays === 'nothing' ? entry.outcome.code : null
}
