/** The settings there are, with their defaults and limits: one table for reading, help and docs. */

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

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
  'server.drain_timeout_ms': {
    fallback: 30 * SECOND_MS,
    min: 0,
    max: HOUR_MS,
    meaning: 'How long calls in flight may finish after SIGTERM.',
  },
  'gateway.body_bytes_max': {
    fallback: 10 * MEGABYTE,
    min: 1024,
    max: 512 * MEGABYTE,
    meaning: 'The largest request body that is taken for a provider.',
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
  'database.connections_max': {
    fallback: 16,
    min: 4,
    max: 1_000,
    meaning: 'Connections of this process to PostgreSQL.',
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

interface TextSetting {
  readonly path: string
  readonly env: string
  readonly fallback: string
  readonly meaning: string
}

/** The settings that are not numbers, for help and documentation. */
export const TEXTS: readonly TextSetting[] = [
  {
    path: 'database_url',
    env: 'DATABASE_URL',
    fallback: '',
    meaning: 'PostgreSQL 15-18. Without it, an own one is started on data_dir.',
  },
  {
    path: 'data_dir',
    env: 'EVERYCENT_DATA_DIR',
    fallback: '.everycent/data',
    meaning: 'Where the embedded PostgreSQL keeps its data.',
  },
  {
    path: 'listen.host',
    env: 'EVERYCENT_HOST',
    fallback: '127.0.0.1',
    meaning: 'The address to listen on; 0.0.0.0 for all.',
  },
  {
    path: 'listen.port',
    env: 'EVERYCENT_PORT',
    fallback: '8787',
    meaning: 'The one port of gateway and API; 0 takes a free one.',
  },
  {
    path: 'public_url',
    env: 'EVERYCENT_PUBLIC_URL',
    fallback: '',
    meaning:
      'The address that clients reach this server at. The MCP server takes requests for its host; without it, those of this machine only.',
  },
  {
    path: 'operator_token_file',
    env: 'EVERYCENT_OPERATOR_TOKEN',
    fallback: '',
    meaning: 'The operator token, or a file with one per line. At least 16 characters each.',
  },
  {
    path: 'upstreams.anthropic.base_url',
    env: 'EVERYCENT_ANTHROPIC_BASE_URL',
    fallback: 'https://api.anthropic.com',
    meaning: 'The provider behind /anthropic.',
  },
  {
    path: 'upstreams.anthropic.api_key_env (or api_key_file)',
    env: 'ANTHROPIC_API_KEY',
    fallback: '',
    meaning: 'Which variable (or file) holds its key.',
  },
  {
    path: 'upstreams.openai.base_url',
    env: 'EVERYCENT_OPENAI_BASE_URL',
    fallback: 'https://api.openai.com',
    meaning: 'The provider behind /openai.',
  },
  {
    path: 'upstreams.openai.api_key_env (or api_key_file)',
    env: 'OPENAI_API_KEY',
    fallback: '',
    meaning: 'Which variable (or file) holds its key.',
  },
  {
    path: 'secret_key_file',
    env: 'EVERYCENT_SECRET_KEY',
    fallback: '',
    meaning:
      'Key of secrets at rest (32 bytes, base64), or a file with it. The first seals, all open.',
  },
  {
    path: 'smtp.url',
    env: 'EVERYCENT_SMTP_URL',
    fallback: '',
    meaning: 'The server that sends e-mail: smtp://user:password@host:587 or smtps://…',
  },
  {
    path: 'smtp.from',
    env: 'EVERYCENT_SMTP_FROM',
    fallback: '',
    meaning: 'The sender of e-mail: Everycent <billing@example.com>.',
  },
  {
    path: 'notify.private_addresses',
    env: 'EVERYCENT_NOTIFY_PRIVATE_ADDRESSES',
    fallback: 'refused',
    meaning: 'Whether webhooks may go to loopback and private addresses: refused, allowed.',
  },
  {
    path: 'payments.provider',
    env: 'EVERYCENT_PAYMENTS_PROVIDER',
    fallback: 'off',
    meaning: 'off, stripe, or simulated (in memory: no money moves).',
  },
  {
    path: '(environment only)',
    env: 'STRIPE_API_KEY',
    fallback: '',
    meaning: 'The secret key of Stripe.',
  },
  {
    path: '(environment only)',
    env: 'STRIPE_WEBHOOK_SECRET',
    fallback: '',
    meaning: 'The signing secret of the webhook endpoint /webhooks/payments.',
  },
  {
    path: 'payments.return_url',
    env: 'EVERYCENT_PAYMENTS_RETURN_URL',
    fallback: 'http://localhost',
    meaning: 'Where a buyer goes after authenticating a payment.',
  },
  {
    path: 'payments.tax',
    env: 'EVERYCENT_PAYMENTS_TAX',
    fallback: 'table',
    meaning: 'table (the rates of the policy rows) or stripe (Stripe Tax).',
  },
  {
    path: 'payments.terms_dir',
    env: 'EVERYCENT_PAYMENTS_TERMS_DIR',
    fallback: '',
    meaning: 'A folder with policies/*.json and bundles/*.json, published at each start.',
  },
  {
    path: 'payments.base_url',
    env: 'EVERYCENT_PAYMENTS_BASE_URL',
    fallback: '',
    meaning: 'Another address than Stripe’s own, for tests.',
  },
  {
    path: 'log_level',
    env: 'EVERYCENT_LOG_LEVEL',
    fallback: 'info',
    meaning: LOG_LEVELS.join(', '),
  },
]

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
