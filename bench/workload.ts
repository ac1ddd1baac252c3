import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import type {
  Authorize,
  CallDescription,
  CallEnd,
  Command,
  RecordUsage,
  Settle,
} from '../src/core/decisions/index.ts'
import { readNanos, ZERO } from '../src/core/money/index.ts'
import type { Instant } from '../src/core/time/index.ts'

/** Served, and in the default price book. */
export const MODEL = 'claude-sonnet-5.5'
export const HOT_ACCOUNT = 'acct_hot'
/** Another one of the same kind, for the open holds. */
export const HOLDS_ACCOUNT = 'acct_holds'

export const accountName = (index: number): string => `acct_${String(index).padStart(7, '0')}`

/** Wide enough never to run out: half of the accounts draw from windows, half from credit. */
const PLANS = [
  {
    id: 'bench_windows',
    version: 1,
    name: 'Windows',
    currency: 'USD',
    windows: [
      { id: 'session', shape: 'anchored', length: 'PT5H', capacity: '1000000' },
      { id: 'weekly', shape: 'anchored', length: 'P7D', capacity: '5000000' },
    ],
    coverage: [{ when: { features: ['fast'] }, effect: 'credits_only', reason: 'fast mode' }],
  },
  { id: 'bench_credit', version: 1, name: 'Credit', currency: 'USD', windows: [], coverage: [] },
]

/** The plans above, and the project's newest default price book, in force since long ago. */
export async function seedCatalogue(pool: pg.Pool, root: string): Promise<void> {
  const folder = join(root, 'data', 'price-books')
  const file = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1)!
  const book = {
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as { id: string }),
    effective_from: '2020-01-01T00:00:00Z',
  }
  for (const plan of PLANS)
    await pool.query(
      `insert into control.plan_version (plan_id, version, document, status, created_at)
       values ($1::text, $2::integer, $3::jsonb, 'published', $4::timestamptz)`,
      [plan.id, plan.version, JSON.stringify(plan), book.effective_from],
    )
  await pool.query(
    `insert into control.price_book (book_id, effective_from, document, published_at, published_by)
     values ($1::text, $2::timestamptz, $3::jsonb, $2::timestamptz, 'bench')`,
    [book.id, book.effective_from, JSON.stringify(book)],
  )
}

const ACTOR = { type: 'operator', id: 'bench' } as const

/** As many as `openingOf` makes. */
export const OPENING_ENTRIES = 3

/** Opened, with credit, and paid use switched on. */
export function openingOf(accountId: string, windows: boolean): Command[] {
  const common = { accountId, actor: ACTOR }
  const credit = readNanos('1000000')
  return [
    {
      ...common,
      kind: 'open_account',
      requestId: 'open',
      name: accountId,
      currency: 'USD',
      plan: windows ? 'bench_windows@1' : 'bench_credit@1',
    },
    {
      ...common,
      kind: 'top_up',
      requestId: 'payment',
      lotId: `lot_${accountId}`,
      name: 'Top-up',
      origin: 'purchase',
      face: credit,
      price: credit,
      tax: ZERO,
      expiresAt: null,
      scope: {},
      priority: 50,
    },
    { ...common, kind: 'set_controls', requestId: 'paid_use', paidUse: true },
  ]
}

const callOf = (callId: string): CallDescription => ({
  callId,
  attempt: 1,
  model: MODEL,
  features: [],
  client: null,
  keyId: 'key_019a7c1e8f2b7d4ca3f1',
  memberId: null,
  projectId: null,
  sessionId: null,
  tier: null,
  speed: null,
  region: null,
  dialect: 'anthropic',
  route: '/anthropic/v1/messages',
  fingerprint: '5f0c3b1e9a7d42680c1f5be2',
})

const KEY = { type: 'key', id: 'key_019a7c1e8f2b7d4ca3f1', from: '/anthropic/v1/messages' } as const

/** As the gateway asks, for a call id that it has just made. */
export const authorizeOf = (accountId: string, callId: string): Authorize => ({
  kind: 'authorize',
  accountId,
  requestId: callId,
  actor: KEY,
  call: callOf(callId),
  bound: {
    promptTokensMax: 4_096,
    promptTokensExpected: 2_048,
    promptKinds: ['input', 'cache_read', 'cache_write_5m'],
    maxOutputTokens: 1_024,
    outputKinds: ['output'],
    fees: {},
  },
  minOutputTokens: 1,
  fit: 'clamp',
  ttlMs: 900_000,
  freshCallId: true,
})

const SEEN = {
  attempt: 1,
  retry_count: 0,
  stream: true,
  upstream_status: 200,
  upstream_request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
  client: {
    user_agent: 'Anthropic/JS',
    language: 'js',
    package_version: '0.71.0',
    runtime: 'node',
    runtime_version: 'v20.19.0',
  },
  provider_headers: {
    'anthropic-ratelimit-requests-remaining': '999990',
    'anthropic-ratelimit-tokens-remaining': '4799990000',
  },
  message_id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
  stop_reason: 'end_turn',
  received_at: '2026-11-21T09:00:00.000Z',
  authorized_at: '2026-11-21T09:00:00.004Z',
  first_byte_at: '2026-11-21T09:00:00.420Z',
  first_byte_ms: 416,
  last_byte_at: '2026-11-21T09:00:03.117Z',
  request_bytes: 8_211,
  response_bytes: 10_431,
  delivered_bytes: 10_431,
  max_output_tokens: { requested: 1_024, sent: 1_024 },
  events: 61,
  delivered_events: 61,
  output_blocks: 1,
  usage_frames: 2,
}

/** What the gateway keeps of a streamed call. */
function endOf(serial: number): CallEnd {
  const input = 900 + (serial % 200)
  const output = 180 + (serial % 90)
  return {
    outcome: 'succeeded',
    usage: {
      model: MODEL,
      tier: 'standard',
      speed: null,
      region: null,
      usage: {
        tokens: { input, cache_read: 1_024, cache_write_5m: 128, output },
        fees: {},
        estimated: [],
        flags: [],
      },
      parts: [],
    },
    evidence: {
      ...SEEN,
      delivered_output_tokens_estimate: output,
      provider_usage: words(input, output),
      first_usage: words(input, 1),
      last_usage: words(input, output),
    },
  }
}

/** A provider's words about usage. */
const words = (input: number, output: number) => ({
  input_tokens: input,
  cache_creation_input_tokens: 128,
  cache_read_input_tokens: 1_024,
  cache_creation: { ephemeral_5m_input_tokens: 128, ephemeral_1h_input_tokens: 0 },
  output_tokens: output,
  service_tier: 'standard',
})

export const settleOf = (accountId: string, callId: string, serial: number): Settle => ({
  kind: 'settle',
  accountId,
  requestId: callId,
  actor: KEY,
  callId,
  ...endOf(serial),
})

/** Reported with an id of the client's, so that it has to be looked up whether it is known. */
export const recordOf = (
  accountId: string,
  callId: string,
  serial: number,
  eventAt: Instant,
): RecordUsage => ({
  kind: 'record',
  accountId,
  requestId: callId,
  actor: KEY,
  call: { ...callOf(callId), fingerprint: null },
  eventAt,
  ...endOf(serial),
})

/** Small, seeded, good enough to spread load. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
