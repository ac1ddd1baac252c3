import { createHash } from 'node:crypto'
import type { JournalEntry } from '../../../src/contract/receipt/index.ts'
import type {
  CallFactsBody,
  EntryBody,
  EntryKind,
  FundingFacts,
  HoldFacts,
  LineFacts,
  LotFacts,
  PostingTuple,
  WindowFacts,
} from '../../../src/core/ledger/entry.ts'
import { formatNanos, nanos, readNanos } from '../../../src/core/money/index.ts'

/** Entries of one call as the journal holds them, written by hand: independent of the decisions. */

const ACCOUNT = 'acct_0198a000'
export const CALL = 'call_0198b111'

export const call: CallFactsBody = {
  call_id: CALL,
  attempt: 1,
  model: 'claude-sonnet-5',
  features: [],
  client: 'first_party',
  key_id: 'key_ci',
  member_id: null,
  project_id: 'web',
  session_id: null,
  tier: 'standard',
  speed: null,
  region: null,
  dialect: 'anthropic',
  route: '/anthropic/v1/messages',
  fingerprint: null,
}

export const launchLot: LotFacts = {
  id: 'lot_launch',
  name: 'Launch',
  origin: 'promotion',
  category: 'promotional',
  face: '20',
  price_paid: '0',
  effective_at: '2026-11-01T00:00:00.000Z',
  expires_at: '2026-12-03T00:00:00.000Z',
  scope: {},
  position: 'after_windows',
  priority: 0,
  created_at: '2026-11-01T00:00:00.000Z',
}

export const topUpLot: LotFacts = {
  ...launchLot,
  id: 'lot_topup',
  name: 'Top-up',
  origin: 'purchase',
  category: 'paid',
  face: '50',
  price_paid: '50',
  expires_at: '2027-11-01T00:00:00.000Z',
}

export const LOTS: readonly LotFacts[] = [launchLot, topUpLot]

export const sessionWindow = (fields: Partial<WindowFacts> = {}): WindowFacts => ({
  id: 'session',
  start: '2026-11-26T07:00:00.000Z',
  end: '2026-11-26T12:00:00.000Z',
  capacity: '10',
  used: '4.5',
  held: '0',
  drawn: '0',
  overshoot: '0',
  ...fields,
})

export const weeklyWindow = (fields: Partial<WindowFacts> = {}): WindowFacts => ({
  ...sessionWindow(),
  id: 'weekly',
  start: '2026-11-23T00:00:00.000Z',
  end: '2026-11-30T00:00:00.000Z',
  capacity: '100',
  used: '20',
  ...fields,
})

export const source = (
  sourceClass: FundingFacts['class'],
  id: string,
  fields: Partial<FundingFacts>,
): FundingFacts => ({
  class: sourceClass,
  source: id,
  free: '0',
  drawn: '0',
  reason: 'not_needed',
  ...fields,
})

/** $0.054399: 1,234 in at $3/MTok, 10,000 cache reads at $0.30/MTok, 3,179 out at $15/MTok. */
export const LINES: readonly LineFacts[] = [
  usageLine('input', 1_234, '3', '0.003702'),
  usageLine('cache_read', 10_000, '0.3', '0.003'),
  usageLine('output', 3_179, '15', '0.047685'),
  { type: 'fee', fee: 'web_search', quantity: 12, each: '0.000001', amount: '0.000012' },
]
export const TOTAL = '0.054399'

function usageLine(kind: string, quantity: number, perMtok: string, amount: string): LineFacts {
  return { type: 'usage', kind, model: 'claude-sonnet-5', quantity, per_mtok: perMtok, amount }
}

export const rating = (lines: readonly LineFacts[] = LINES): NonNullable<EntryBody['rating']> => ({
  status: 'priced',
  book: '2026-10-07',
  model: 'claude-sonnet-5',
  model_rule: 'snapshot suffix',
  band: null,
  lines,
  total: formatNanos(nanos(lines.reduce((sum, line) => sum + readNanos(line.amount), 0n))),
  flags: [],
})

export const hold = (fields: Partial<HoldFacts> = {}): HoldFacts => ({
  content: '0123456789abcdef',
  call_id: CALL,
  request_id: CALL,
  at: '2026-11-26T09:16:55.000Z',
  expires_at: '2026-11-26T09:26:55.000Z',
  seq: 40,
  plan: 'max_5x@1',
  book: '2026-10-07',
  worst: '0.18',
  expected: '0.06',
  max_output_tokens: 8_192,
  clamped: false,
  money: '0',
  included: '0.06',
  settled: '0.054399',
  released: '0.005601',
  ...fields,
})

const negated = (amount: string): string => formatNanos(nanos(-readNanos(amount)))

const SOURCE_ACCOUNTS: Readonly<Record<string, PostingTuple[0]>> = {
  promotional: 'customer:promotional',
  paid: 'customer:prepaid',
  overage: 'customer:overage_receivable',
}

function draws({ class: sourceClass, source: id, drawn }: FundingFacts): PostingTuple[] {
  if (drawn === '0') return []
  if (sourceClass === 'included') {
    return [
      ['included:allowance', 'USD.included', negated(drawn)],
      ['included:consumed', 'USD.included', drawn],
    ]
  }
  const account = SOURCE_ACCOUNTS[sourceClass] ?? 'customer:promotional'
  const customer: PostingTuple =
    sourceClass === 'overage'
      ? [account, 'USD', negated(drawn)]
      : [account, 'USD', negated(drawn), id]
  return [customer, ['house:revenue', 'USD', drawn]]
}

/** The postings of a draw (or, with negative amounts, of what is given back). */
export const postingsOf = (funding: readonly FundingFacts[], absorbed = '0'): PostingTuple[] => [
  ...funding.flatMap(draws),
  ...(absorbed === '0'
    ? []
    : ([
        ['house:platform_loss', 'USD', negated(absorbed)],
        ['house:revenue', 'USD', absorbed],
      ] as const)),
]

type Fields = Partial<Omit<EntryBody, 'kind'>>

export const body = (kind: EntryKind, seq: number, fields: Fields = {}): EntryBody => ({
  account_id: ACCOUNT,
  seq,
  kind,
  at: '2026-11-26T09:17:00.000Z',
  event_at: '2026-11-26T09:16:55.000Z',
  request_id: CALL,
  currency: 'USD',
  actor: { type: 'key', id: 'key_ci', from: 'gateway' },
  command: {},
  postings: [],
  ...fields,
})

/** A settlement whose postings and totals follow from its funding. */
export function settled(seq: number, funding: readonly FundingFacts[], fields: Fields = {}) {
  const of = (isIncluded: boolean): string =>
    formatNanos(
      nanos(
        funding
          .filter((from) => (from.class === 'included') === isIncluded)
          .reduce((sum, from) => sum + readNanos(from.drawn), 0n),
      ),
    )
  const { total = TOTAL } = fields.rating?.status === 'priced' ? fields.rating : {}
  const [money, included] = [of(false), of(true)]
  const absorbed = formatNanos(nanos(readNanos(total) - readNanos(money) - readNanos(included)))
  return body('settle', seq, {
    call,
    served: { model: 'claude-sonnet-5-20260930', tier: 'standard', speed: null, region: null },
    outcome: { code: 'succeeded', policy: 'default', customer_pays: 'delivered' },
    usage: {
      tokens: { input: 1_234, cache_read: 10_000, output: 3_179 },
      fees: {},
      estimated: [],
      flags: [],
    },
    rating: rating(),
    plan: 'max_5x@1',
    coverage: { effect: 'covered', reason: null },
    funding,
    windows: [sessionWindow({ drawn: included }), weeklyWindow({ drawn: included })],
    caps: [],
    hold: hold(),
    totals: { total, money, included, absorbed },
    postings: postingsOf(funding, absorbed),
    evidence: {
      upstream_status: 200,
      upstream_request_id: 'req_011CS',
      received_at: '2026-11-26T09:16:54.990Z',
      first_byte_at: '2026-11-26T09:16:56.100Z',
      last_byte_at: '2026-11-26T09:16:59.900Z',
    },
    ...fields,
  })
}

/** Chains bodies as the ledger does: sha256 of the previous hash and the body. */
export function chained(...bodies: readonly EntryBody[]): JournalEntry[] {
  let previous = '0'.repeat(64)
  return bodies.map((own) => {
    const previous_hash = previous
    previous = createHash('sha256')
      .update(Buffer.from(previous_hash, 'hex'))
      .update(JSON.stringify(own))
      .digest('hex')
    return { body: own, hash: previous, previous_hash }
  })
}
