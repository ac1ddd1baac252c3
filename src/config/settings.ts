/** The settings there are, with their defaults and limits: one table for reading, help and docs. */

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const APPROVALS = ['one', 'two'] as const
export type Approvals = (typeof APPROVALS)[number]

export interface NumberSetting {
  readonly fallback: number
  readonly min: number
  readonly max: number
  readonly meaning: string
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const MEGABYTE = 1024 * 1024

/** Every number there is to set: `section.name` in the file, units in the name. */
export const NUMBERS = {
  'server.headers_timeout_ms': {
    fallback: 10 * SECOND_MS,
    min: SECOND_MS,
    max: 5 * MINUTE_MS,
    meaning: 'A client that has not sent its request headers by then is cut off.',
  },
  'server.request_timeout_ms': {
    fallback: 60 * SECOND_MS,
    min: SECOND_MS,
    max: HOUR_MS,
    meaning: 'A client that has not sent its whole request by then is cut off.',
  },
  'server.keep_alive_timeout_ms': {
    fallback: 65 * SECOND_MS,
    min: SECOND_MS,
    max: HOUR_MS,
    meaning: 'An idle connection is kept this long; longer than that of a load balancer in front.',
  },
  'server.connections_max': {
    fallback: 20_000,
    min: 16,
    max: 1_000_000,
    meaning: 'Connections beyond this are closed at once.',
  },
  'server.requests_max': {
    fallback: 2_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Requests of the API at once; beyond, 503. Ends of calls have as many again.',
  },
  'server.feeds_max': {
    fallback: 10_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Event feeds open at once.',
  },
  'server.feed_heartbeat_ms': {
    fallback: 15 * SECOND_MS,
    min: 100,
    max: 5 * MINUTE_MS,
    meaning: 'A quiet feed says so this often; who takes nothing for four of them is cut off.',
  },
  'server.notice_ms': {
    fallback: 5 * SECOND_MS,
    min: 0,
    max: 10 * MINUTE_MS,
    meaning: 'After SIGTERM: how long all is still served while /readyz says no already.',
  },
  'server.drain_timeout_ms': {
    fallback: 30 * SECOND_MS,
    min: 0,
    max: HOUR_MS,
    meaning: 'How long calls in flight may finish after that, or after Ctrl-C.',
  },
  'gateway.body_bytes_max': {
    fallback: 10 * MEGABYTE,
    min: 1024,
    max: 512 * MEGABYTE,
    meaning: 'The largest request body that is taken for a provider.',
  },
  'gateway.calls_max': {
    fallback: 10_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Calls served at once; the next is refused before its body is read.',
  },
  'gateway.held_bytes_max': {
    fallback: 512 * MEGABYTE,
    min: 1024,
    max: 1024 * 1024 * MEGABYTE,
    meaning: 'Memory for the bodies of all requests together; beyond it they are refused.',
  },
  'gateway.whole_bytes_max': {
    fallback: 32 * MEGABYTE,
    min: 1024,
    max: 512 * MEGABYTE,
    meaning: 'The largest answer that is held back until it is settled, where it is not streamed.',
  },
  'gateway.connect_timeout_ms': {
    fallback: 10 * SECOND_MS,
    min: 100,
    max: 5 * MINUTE_MS,
    meaning: 'How long a connection to the provider may take.',
  },
  'gateway.upstream_timeout_ms': {
    fallback: 10 * MINUTE_MS,
    min: SECOND_MS,
    max: HOUR_MS,
    meaning: 'How long the provider may stay silent, before the answer and within it.',
  },
  'gateway.upstream_connections_max': {
    fallback: 10_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Connections to the providers at once.',
  },
  'gateway.hold_ttl_ms': {
    fallback: 15 * MINUTE_MS,
    min: 2 * SECOND_MS,
    max: 24 * HOUR_MS,
    meaning: 'How long a hold lives unless the call is seen to go on.',
  },
  'gateway.drain_timeout_ms': {
    fallback: 30 * SECOND_MS,
    min: 0,
    max: 10 * MINUTE_MS,
    meaning: 'After the client hung up: how long the provider is still read, to know its cost.',
  },
  'gateway.drain_bytes_max': {
    fallback: 8 * MEGABYTE,
    min: 0,
    max: 512 * MEGABYTE,
    meaning: 'After the client hung up: how much of the provider is still read.',
  },
  'gateway.output_tokens_default': {
    fallback: 4_096,
    min: 1,
    max: 1_000_000,
    meaning: 'Assumed where neither the request nor the price book bounds the output.',
  },
  'gateway.retry_window_ms': {
    fallback: 10 * MINUTE_MS,
    min: 0,
    max: 24 * HOUR_MS,
    meaning: 'Requests without a key of their own are recognised as retries for this long.',
  },
  'gateway.replay_bytes_max': {
    fallback: 64 * MEGABYTE,
    min: 0,
    max: 4096 * MEGABYTE,
    meaning: 'Memory for answers that a retry can have again.',
  },
  'gateway.replay_ttl_ms': {
    fallback: 2 * MINUTE_MS,
    min: 0,
    max: HOUR_MS,
    meaning: 'How long such an answer is kept.',
  },
  'engine.queue_max': {
    fallback: 20_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Decisions waiting at once; beyond, callers get 503 with Retry-After.',
  },
  'engine.ends_queue_max': {
    fallback: 20_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Ends of calls waiting beside them: settle, release and extend go first.',
  },
  'engine.wait_max_ms': {
    fallback: 5 * SECOND_MS,
    min: 50,
    max: 10 * MINUTE_MS,
    meaning: 'What has waited longer to begin something gets 503 with Retry-After, undecided.',
  },
  'engine.batch_max': {
    fallback: 256,
    min: 1,
    max: 10_000,
    meaning: 'Decisions in one commit.',
  },
  'engine.spread_max': {
    fallback: 128,
    min: 1,
    max: 10_000,
    meaning: 'Decisions after which a commit takes no further account.',
  },
  'engine.lanes': {
    fallback: 3,
    min: 1,
    max: 64,
    meaning: 'Commits under way at once.',
  },
  'engine.cached_accounts_max': {
    fallback: 50_000,
    min: 1,
    max: 10_000_000,
    meaning: 'Accounts whose state is kept in memory.',
  },
  'jobs.sweep_every_ms': {
    fallback: SECOND_MS,
    min: 100,
    max: HOUR_MS,
    meaning: 'How often expired holds and lots are looked for.',
  },
  'checkpoints.every_ms': {
    fallback: 5 * SECOND_MS,
    min: SECOND_MS,
    max: HOUR_MS,
    meaning: 'How often the heads of accounts that moved are sealed.',
  },
  'checkpoints.webhook_every_ms': {
    fallback: MINUTE_MS,
    min: SECOND_MS,
    max: 24 * HOUR_MS,
    meaning: 'How long the webhook of checkpoints is left in peace after each time.',
  },
  'notify.timeout_ms': {
    fallback: 10 * SECOND_MS,
    min: 100,
    max: 2 * MINUTE_MS,
    meaning: 'How long one attempt to notify an endpoint may take.',
  },
  'notify.disable_after_days': {
    fallback: 5,
    min: 1,
    max: 365,
    meaning: 'An endpoint that has not answered for so many days is taken out of use.',
  },
  'notify.keep_days': {
    fallback: 90,
    min: 7,
    max: 3_650,
    meaning: 'What was told is listed for so many days, with the log of its deliveries.',
  },
  'evidence.keep_days': {
    fallback: 400,
    min: 0,
    max: 36_500,
    meaning: 'The evidence of calls is kept for so many days, then its hash only; 0: for ever.',
  },
  'archive.after_days': {
    fallback: 0,
    min: 0,
    max: 36_500,
    meaning:
      'Bodies of calls go to archive.directory after so many days, once their statement is closed; 0: never. At least 36.',
  },
  'sign_in.keep_days': {
    fallback: 180,
    min: 1,
    max: 3_650,
    meaning: 'Who signed in, and who tried to, is kept for so many days.',
  },
  'database.connections_max': {
    fallback: 16,
    min: 4,
    max: 1_000,
    meaning: 'Connections for requests; as many for jobs, and a few for the commits.',
  },
  'database.waiting_max': {
    fallback: 1_000,
    min: 1,
    max: 1_000_000,
    meaning: 'Requests that may wait for a connection; the next get 503.',
  },
  'database.connect_timeout_ms': {
    fallback: 10 * SECOND_MS,
    min: 100,
    max: 5 * MINUTE_MS,
    meaning: 'How long a connection to PostgreSQL may take.',
  },
} as const satisfies Record<string, NumberSetting>

export type NumberName = keyof typeof NUMBERS

/** `gateway.hold_ttl_ms` is `EVERYCENT_GATEWAY_HOLD_TTL_MS` in the environment. */
export const environmentName = (name: string): string =>
  `EVERYCENT_${name.replaceAll('.', '_').toUpperCase()}`

/** Limits that only make sense together. */
export function brokenRelations(numbers: Readonly<Record<NumberName, number>>): string[] {
  const above = (larger: NumberName, smaller: NumberName, why: string): string[] =>
    numbers[larger] > numbers[smaller]
      ? []
      : [
          `${larger} (${numbers[larger]}) must be larger than ${smaller} (${numbers[smaller]}): ${why} Raise the first or lower the second.`,
        ]
  return [
    ...above(
      'gateway.hold_ttl_ms',
      'gateway.upstream_timeout_ms',
      'otherwise the hold of a slow call expires while the provider still answers.',
    ),
    ...above(
      'gateway.hold_ttl_ms',
      'gateway.drain_timeout_ms',
      'otherwise a call that is drained after an abort loses its hold before it is settled.',
    ),
    ...above(
      'gateway.held_bytes_max',
      'gateway.body_bytes_max',
      'otherwise there is never room for the largest body.',
    ),
    ...above(
      'gateway.upstream_timeout_ms',
      'gateway.connect_timeout_ms',
      'connecting is a part of waiting for the provider.',
    ),
    ...above(
      'server.request_timeout_ms',
      'server.headers_timeout_ms',
      'the headers are a part of the request.',
    ),
    ...above(
      'database.connections_max',
      'engine.lanes',
      'reads of the API and jobs need connections beside the commits.',
    ),
  ]
}
