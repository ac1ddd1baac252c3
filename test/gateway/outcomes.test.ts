import { expect, test } from 'vitest'
import type { EntryBody } from '../../src/core/ledger/entry.ts'
import { SURFACES, type SurfaceName, send } from './support/requests.ts'
import { entriesWhen, useRig } from './support/rig.ts'

const rig = useRig({ policy: { upstreamTimeoutMs: 1_500 } })

interface Row {
  readonly fault: string
  readonly stream: boolean
  readonly surfaces?: readonly SurfaceName[]
  readonly kind: EntryBody['kind']
  readonly outcome: string
  /** What the customer pays: nothing, for what was delivered, or after reconciliation. */
  readonly pays: 'nothing' | 'delivered' | 'later'
  /** The platform carries what the provider used. */
  readonly loss?: boolean
  /** The status that the client sees; 0 where its connection is broken. */
  readonly status: number
  readonly flags?: string[]
}

const failed = { kind: 'release', outcome: 'error_before_output', pays: 'nothing' } as const
const broken = {
  kind: 'settle',
  outcome: 'upstream_failed_mid_stream',
  pays: 'nothing',
  loss: true,
} as const
const good = { kind: 'settle', outcome: 'succeeded', pays: 'delivered', status: 200 } as const
const OPENAI = ['openai_chat', 'openai_responses'] as const
const ANTHROPIC = ['anthropic'] as const

const ROWS: readonly Row[] = [
  { fault: 'none', stream: false, ...good },
  { fault: 'none', stream: true, ...good },
  { fault: 'rate_limit', stream: false, ...failed, status: 429 },
  { fault: 'rate_limit', stream: true, ...failed, status: 429 },
  { fault: 'overloaded', stream: true, ...failed, status: 529, surfaces: ANTHROPIC },
  { fault: 'overloaded', stream: true, ...failed, status: 503, surfaces: OPENAI },
  { fault: 'server_error', stream: false, ...failed, status: 500 },
  { fault: 'bad_request', stream: true, ...failed, status: 400 },
  { fault: 'timeout', stream: false, ...failed, status: 504 },
  { fault: 'timeout', stream: true, ...failed, status: 504 },
  { fault: 'connection_reset', stream: false, ...failed, status: 502 },
  { fault: 'connection_reset', stream: true, ...failed, status: 502 },
  { fault: 'mid_stream_error', stream: true, ...broken, status: 200 },
  { fault: 'mid_stream_error', stream: false, ...failed, status: 500 },
  { fault: 'mid_stream_cut', stream: true, ...broken, status: 0 },
  // half a body reaches nobody: the client is told, and may try again
  { fault: 'mid_stream_cut', stream: false, ...failed, status: 502 },
  { fault: 'mid_stream_end', stream: true, ...broken, status: 200 },
  { fault: 'truncated_json', stream: true, ...broken, status: 200, flags: ['malformed_events'] },
  {
    fault: 'truncated_json',
    stream: false,
    ...broken,
    loss: false,
    status: 200,
    flags: ['unreadable_answer'],
  },
  { fault: 'malformed_sse', stream: true, ...good, flags: ['malformed_events'] },
  { fault: 'invalid_utf8', stream: true, ...good },
  { fault: 'invalid_utf8', stream: false, ...good },
  { fault: 'empty_body', stream: true, ...failed, status: 200 },
  { fault: 'empty_body', stream: false, ...failed, status: 200 },
  {
    fault: 'refusal_before_output',
    stream: false,
    kind: 'settle',
    outcome: 'refused_before_output',
    pays: 'nothing',
    status: 200,
  },
  {
    fault: 'refusal_before_output',
    stream: true,
    kind: 'settle',
    outcome: 'refused_before_output',
    pays: 'nothing',
    status: 200,
  },
  { fault: 'refusal_after_output', stream: false, ...good, outcome: 'refused_after_output' },
  { fault: 'refusal_after_output', stream: true, ...good, outcome: 'refused_after_output' },
  // words of the model's own are an answer like any other
  { fault: 'refusal_message', stream: false, ...good, surfaces: OPENAI },
  { fault: 'refusal_message', stream: true, ...good, surfaces: OPENAI },
  { fault: 'usage_missing', stream: false, ...good, pays: 'later' },
  { fault: 'usage_missing', stream: true, ...good, pays: 'later' },
  {
    fault: 'usage_zero',
    stream: false,
    ...good,
    outcome: 'usage_zero_with_output',
    pays: 'nothing',
  },
  {
    fault: 'usage_zero',
    stream: true,
    ...good,
    outcome: 'usage_zero_with_output',
    pays: 'nothing',
  },
  { fault: 'usage_every_chunk', stream: true, ...good },
  { fault: 'duplicate_final_usage', stream: true, ...good },
  { fault: 'split_bytes', stream: true, ...good },
  { fault: 'split_bytes', stream: false, ...good },
  { fault: 'wrong_content_type', stream: false, ...good },
  { fault: 'wrong_content_type', stream: true, ...good },
  { fault: 'huge_headers', stream: false, ...good },
  { fault: 'huge_headers', stream: true, ...good },
]

const CASES = ROWS.flatMap((row) =>
  (row.surfaces ?? SURFACES).map((surface) => ({
    ...row,
    surface,
    name: `${surface}, ${row.stream ? 'stream' : 'whole'}: ${row.fault}`,
  })),
)

const WRITTEN = 40

test.each(CASES)('$name → $outcome, pays $pays', async (row) => {
  const account = await rig.account()
  const headers = { 'x-sim-fault': row.fault, 'x-sim-output-tokens': String(WRITTEN) }
  const answer = await send(rig, account, { surface: row.surface, stream: row.stream, headers })
  const body = await answer.arrayBuffer().catch(() => null)
  expect(body === null ? 0 : answer.status).toBe(row.status)
  expect(answer.headers.get('everycent-receipt')).toMatch(/^rcpt_/)
  const [entry, ...others] = await entriesWhen(rig, account.accountId)
  expect(others).toEqual([])
  expect(entry).toMatchObject({
    kind: row.kind,
    outcome: {
      code: row.outcome,
      customer_pays: row.pays === 'later' ? 'after_reconciliation' : row.pays,
    },
  })
  checkMoney(row, entry!)
  checkHeaders(row, answer)
  if (row.flags) expect(entry!.evidence?.flags).toEqual(row.flags)
  expect(await rig.openHolds(account.accountId)).toBe(0)
})

function checkMoney(row: Row, entry: EntryBody): void {
  const { total, money, absorbed } = entry.totals!
  if (row.pays === 'delivered') {
    // the prompt has 7 or 9 tokens, a refusal of its own words 6
    expect(Number(money)).toBeGreaterThan(0.000_06)
    expect(money).toBe(total)
    expect(absorbed).toBe('0')
  } else {
    expect(money).toBe('0')
    expect(absorbed !== '0').toBe(row.loss === true)
  }
}

function checkHeaders(row: Row, answer: Response): void {
  if (row.stream || row.status !== 200) return
  const cost = answer.headers.get('everycent-cost')
  if (row.pays === 'delivered') expect(Number(cost)).toBeGreaterThan(0)
  else expect(cost).toBe(row.pays === 'later' ? null : '0')
  expect(answer.headers.get('everycent-pending')).toBe(
    row.pays === 'later' ? 'usage_missing' : null,
  )
}
