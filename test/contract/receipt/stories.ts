import type { EntryBody } from '../../../src/core/ledger/entry.ts'
import {
  body,
  CALL,
  call,
  hold,
  LINES,
  launchLot,
  postingsOf,
  rating,
  sessionWindow,
  settled,
  source,
  TOTAL,
  topUpLot,
  weeklyWindow,
} from './journal.ts'

/** The entries of each story, as the ledger would write them. */

const promoFree = source('promotional', 'lot_launch', { free: '20' })
const paidFree = source('paid', 'lot_topup', { free: '50' })
const covered = source('included', 'included', {
  free: '5.5',
  drawn: TOTAL,
  reason: null,
  window_id: 'session',
})
const fullWindow = sessionWindow({ used: '10' })
const usedUp = source('included', 'included', { reason: 'exhausted', window_id: 'session' })
const accountCap = {
  id: 'cap_monthly',
  scope: 'account',
  scope_id: null,
  period: 'cycle',
  bucket: '2026-11-01T00:00:00.000Z',
  amount: '5',
  spent: '4.98',
  held: '0',
  counts: 'money' as const,
  drawn: '0.02',
}

export const coveredByWindow = settled(41, [covered, promoFree, paidFree])

export const split = settled(
  41,
  [
    source('included', 'included', {
      free: '0.02',
      drawn: '0.02',
      reason: 'exhausted',
      window_id: 'session',
    }),
    { ...promoFree, drawn: '0.034399', reason: null },
    paidFree,
  ],
  {
    windows: [
      sessionWindow({ used: '9.98', drawn: '0.02' }),
      weeklyWindow({ used: '25.48', drawn: '0.02' }),
    ],
    hold: hold({ money: '0.16', included: '0.02', settled: TOTAL, released: '0.125601' }),
  },
)

export const capReached = settled(
  41,
  [
    usedUp,
    source('promotional', 'lot_launch', { reason: 'out_of_scope', free: '20' }),
    source('paid', 'lot_topup', {
      free: '0.02',
      drawn: '0.02',
      reason: 'cap_reached',
      cap_id: 'cap_monthly',
    }),
  ],
  {
    windows: [fullWindow, weeklyWindow()],
    caps: [accountCap],
    absorbed_reason: 'funds_short',
    hold: hold({ money: '0.02', included: '0', settled: '0.02', released: '0' }),
  },
)

export const refusedByCap = body('authorize', 41, {
  call,
  plan: 'max_5x@1',
  coverage: { effect: 'covered', reason: null },
  windows: [fullWindow, weeklyWindow()],
  caps: [{ ...accountCap, drawn: '0' }],
  funding: [
    usedUp,
    source('paid', 'lot_topup', { free: '0.02', reason: 'cap_reached', cap_id: 'cap_monthly' }),
  ],
  refused: {
    code: 'cap_reached',
    limit: {
      type: 'cap',
      id: 'cap_monthly',
      amount: '5',
      used: '4.98',
      held: '0',
      resets_at: '2026-12-01T00:00:00.000Z',
    },
    needed: '0.42',
    changeable_by: 'owner',
    retry_at: '2026-12-01T00:00:00.000Z',
  },
})

export const fastMode = settled(
  41,
  [
    source('included', 'included', {
      free: '5.5',
      reason: 'credits_only',
      window_id: 'session',
    }),
    { ...promoFree, drawn: TOTAL, reason: null },
    paidFree,
  ],
  {
    call: { ...call, features: ['fast'], speed: 'fast' },
    coverage: { effect: 'credits_only', reason: 'fast mode is not part of the plan' },
    windows: [sessionWindow(), weeklyWindow()],
    hold: hold({ money: '0.18', included: '0', settled: TOTAL, released: '0.125601' }),
  },
)

export const failed = body('release', 41, {
  call,
  outcome: { code: 'error_before_output', policy: 'default', customer_pays: 'nothing' },
  rating: { status: 'not_billed' },
  plan: 'max_5x@1',
  hold: hold({ settled: '0', released: '0.06' }),
  evidence: { upstream_status: 529, upstream_request_id: 'req_010' },
})

export const secondAttempt: EntryBody = settled(43, [covered, promoFree, paidFree], {
  at: '2026-11-26T09:17:05.000Z',
  request_id: `${CALL}#2`,
  call: { ...call, attempt: 2 },
  hold: hold({
    request_id: `${CALL}#2`,
    at: '2026-11-26T09:17:02.000Z',
    expires_at: '2026-11-26T09:27:02.000Z',
  }),
})

export const notBilled = (code: string): EntryBody =>
  body('settle', 41, {
    call,
    outcome: { code, policy: 'default', customer_pays: 'nothing' },
    usage: { tokens: { input: 1_234, output: 1 }, fees: {}, estimated: [], flags: [] },
    rating: { status: 'not_billed' },
    plan: 'max_5x@1',
    coverage: { effect: 'covered', reason: null },
    funding: [],
    windows: [sessionWindow(), weeklyWindow()],
    caps: [],
    hold: hold({ settled: '0', released: '0.06' }),
    totals: { total: '0', money: '0', included: '0', absorbed: '0' },
    evidence: { upstream_status: 200, stop_reason: 'refusal' },
  })

const abortLines = [LINES[0]!, LINES[1]!, { ...LINES[2]!, quantity: 412, amount: '0.00618' }]
/** What was used is priced, so that the loss is known; the customer pays nothing. */
export const failedMidStream = settled(41, [], {
  outcome: {
    code: 'upstream_failed_mid_stream',
    policy: 'default/upstream_failed_mid_stream',
    customer_pays: 'nothing',
  },
  absorbed_reason: 'upstream_failed_mid_stream',
  hold: hold({ settled: '0', released: '0.06' }),
})

/** It began on the window, met no money, and was let finish. */
export const overshot = settled(
  41,
  [
    source('included', 'included', {
      free: '0.02',
      drawn: TOTAL,
      reason: 'exhausted',
      window_id: 'session',
    }),
  ],
  {
    windows: [
      sessionWindow({ used: '9.98', drawn: '0.02', overshoot: '0.034399' }),
      weeklyWindow({ used: '25.48', drawn: TOTAL }),
    ],
  },
)

export const aborted = settled(41, [{ ...covered, drawn: '0.012882' }, promoFree, paidFree], {
  outcome: { code: 'client_aborted', policy: 'default', customer_pays: 'delivered' },
  rating: rating(abortLines),
  usage: {
    tokens: { input: 1_234, cache_read: 10_000, output: 412 },
    fees: {},
    estimated: ['output'],
    flags: ['estimated'],
  },
  hold: hold({ settled: '0.012882', released: '0.047118' }),
})

export const unpriced = body('settle', 41, {
  call: { ...call, model: 'new-model-1' },
  outcome: { code: 'succeeded', policy: 'default', customer_pays: 'delivered' },
  usage: { tokens: { input: 1_234, output: 3_179 }, fees: {}, estimated: [], flags: [] },
  rating: { status: 'unpriced', reason: 'unknown_model', missing: ['new-model-1'] },
  pending: 'unpriced',
  plan: 'max_5x@1',
  coverage: { effect: 'covered', reason: null },
  hold: hold({ included: '0', settled: '0', released: '0', book: null, worst: '0', expected: '0' }),
  evidence: { upstream_status: 200 },
})

export const completed: EntryBody = {
  ...settled(57, [covered, promoFree, paidFree], {
    at: '2026-11-28T08:00:00.000Z',
    ref_seq: 41,
  }),
  kind: 'complete',
}

export const fromPromo = settled(
  41,
  [usedUp, { ...promoFree, drawn: TOTAL, reason: null }, paidFree],
  {
    windows: [fullWindow, weeklyWindow()],
    hold: hold({ money: '0.18', included: '0', settled: TOTAL, released: '0.125601' }),
  },
)

const giveBack = [source('promotional', 'lot_launch', { drawn: `-${TOTAL}`, reason: null })]
export const refunded = body('refund', 58, {
  at: '2026-12-05T08:00:00.000Z',
  request_id: `${CALL}#refund:wrong_source`,
  ref_seq: 41,
  reason: 'wrong_source',
  funding: giveBack,
  postings: postingsOf(giveBack),
  restored_lots: [{ ...launchLot, expires_at: '2027-01-04T08:00:00.000Z' }],
})

const partBack = [source('promotional', 'lot_launch', { drawn: '-0.01', reason: null })]
export const partlyRefunded = body('refund', 58, {
  at: '2026-11-27T08:00:00.000Z',
  request_id: `${CALL}#refund:goodwill`,
  ref_seq: 41,
  reason: 'goodwill',
  funding: partBack,
  postings: postingsOf(partBack),
  restored_lots: [launchLot],
})

export const heldWindow = settled(
  41,
  [
    source('included', 'included', { reason: 'held', window_id: 'session' }),
    source('promotional', 'lot_launch', { reason: 'exhausted' }),
    { ...paidFree, drawn: TOTAL, reason: null },
  ],
  {
    windows: [sessionWindow({ used: '4.5', held: '5.5' }), weeklyWindow({ held: '5.5' })],
    draw_key: 'session@1764140400000',
    hold: hold({ money: '0.18', included: '0', settled: TOTAL, released: '0.125601' }),
  },
)
const moveBack = [
  source('included', 'included', { drawn: TOTAL, reason: null, window_id: 'session' }),
  source('paid', 'lot_topup', { drawn: `-${TOTAL}`, reason: null }),
]
export const reattributed = body('reattribute', 47, {
  at: '2026-11-26T09:20:00.000Z',
  request_id: 'call_0198b999#47',
  actor: { type: 'system', id: 'engine' },
  ref_seq: 41,
  cause_call_id: 'call_0198b999',
  funding: moveBack,
  windows: [
    sessionWindow({ used: '4.6', drawn: TOTAL }),
    weeklyWindow({ used: '20.1', drawn: TOTAL }),
  ],
  restored_lots: [topUpLot],
  postings: postingsOf(moveBack),
})

export const platformLoss = settled(
  41,
  [usedUp, source('promotional', 'lot_launch', { reason: 'exhausted' })],
  {
    windows: [fullWindow, weeklyWindow()],
    absorbed_reason: 'funds_short',
    hold: hold({ money: '0', included: '0', settled: '0', released: '0' }),
  },
)

export const reversed = body('reverse', 60, {
  at: '2026-11-27T10:00:00.000Z',
  request_id: 'entry:41#reverse',
  actor: { type: 'operator', id: 'op_1' },
  ref_seq: 41,
  reason: 'duplicate_event',
  funding: [source('included', 'included', { drawn: `-${TOTAL}`, reason: null })],
  postings: postingsOf([source('included', 'included', { drawn: `-${TOTAL}`, reason: null })]),
})

export const usageMissing = body('settle', 41, {
  call,
  outcome: { code: 'succeeded', policy: 'default', customer_pays: 'after_reconciliation' },
  usage: null,
  rating: { status: 'usage_missing' },
  pending: 'usage_missing',
  plan: 'max_5x@1',
  hold: hold({ settled: '0', released: '0.06' }),
  evidence: { upstream_status: 200 },
})

export const usageDoubtful = body('settle', 41, {
  ...usageMissing,
  usage: { tokens: { output: 9_000 }, fees: {}, estimated: [], flags: ['output_beyond_limit'] },
})

export const expired = body('expire_hold', 41, {
  call,
  actor: { type: 'system', id: 'sweep' },
  outcome: { code: 'gateway_crashed', policy: 'default', customer_pays: 'nothing' },
  rating: { status: 'not_billed' },
  plan: 'max_5x@1',
  hold: hold({ settled: '0', released: '0.06' }),
})
