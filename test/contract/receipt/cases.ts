import type { JournalEntry, Receipt } from '../../../src/contract/receipt/index.ts'
import { chained, TOTAL } from './journal.ts'
import {
  aborted,
  capReached,
  completed,
  coveredByWindow,
  expired,
  failed,
  failedMidStream,
  fastMode,
  fromPromo,
  heldWindow,
  notBilled,
  overshot,
  partlyRefunded,
  platformLoss,
  reattributed,
  refunded,
  refusedByCap,
  reversed,
  secondAttempt,
  split,
  unpriced,
  usageDoubtful,
  usageMissing,
} from './stories.ts'

/** One row a story. `promise` is what a reader may rely on; the whole receipt is in `golden/`. */
export interface Case {
  readonly name: string
  readonly entries: readonly JournalEntry[]
  readonly promise: {
    readonly status: Receipt['status']
    readonly verdict: Receipt['verdict']['code']
    readonly total: string | null
    readonly charged: string
    readonly covered: string
    readonly refunded?: string
    readonly absorbed?: string
  }
}

const ZERO = { total: '0', charged: '0', covered: '0' } as const

export const CASES: readonly Case[] = [
  {
    name: 'covered by the window although credits are present',
    entries: chained(coveredByWindow),
    promise: {
      status: 'settled',
      verdict: 'covered_by_plan',
      total: TOTAL,
      charged: '0',
      covered: TOTAL,
    },
  },
  {
    name: 'split across the window and promotional credit',
    entries: chained(split),
    promise: {
      status: 'settled',
      verdict: 'charged',
      total: TOTAL,
      charged: '0.034399',
      covered: '0.02',
    },
  },
  {
    name: 'cap reached: the rest is carried by the platform',
    entries: chained(capReached),
    promise: {
      status: 'settled',
      verdict: 'absorbed',
      total: TOTAL,
      charged: '0.02',
      covered: '0',
      absorbed: '0.034399',
    },
  },
  {
    name: 'refused by a cap before the call',
    entries: chained(refusedByCap),
    promise: { status: 'refused', verdict: 'refused', ...ZERO },
  },
  {
    name: 'fast mode draws credit while the windows are open',
    entries: chained(fastMode),
    promise: { status: 'settled', verdict: 'charged', total: TOTAL, charged: TOTAL, covered: '0' },
  },
  {
    name: 'failed call',
    entries: chained(failed),
    promise: { status: 'not_billed', verdict: 'not_billed', ...ZERO },
  },
  {
    name: 'failed attempt then success is one charge',
    entries: chained(failed, secondAttempt),
    promise: {
      status: 'settled',
      verdict: 'covered_by_plan',
      total: TOTAL,
      charged: '0',
      covered: TOTAL,
    },
  },
  {
    name: 'refused by the model before output',
    entries: chained(notBilled('refused_before_output')),
    promise: { status: 'not_billed', verdict: 'not_billed', ...ZERO },
  },
  {
    name: 'upstream failed in the middle of the stream',
    entries: chained(failedMidStream),
    promise: {
      status: 'not_billed',
      verdict: 'not_billed',
      total: TOTAL,
      charged: '0',
      covered: '0',
      absorbed: TOTAL,
    },
  },
  {
    name: 'let finish beyond the window',
    entries: chained(overshot),
    promise: {
      status: 'settled',
      verdict: 'covered_by_plan',
      total: TOTAL,
      charged: '0',
      covered: TOTAL,
    },
  },
  {
    name: 'client aborted: only what was delivered',
    entries: chained(aborted),
    promise: {
      status: 'settled',
      verdict: 'partial',
      total: '0.012882',
      charged: '0',
      covered: '0.012882',
    },
  },
  {
    name: 'unpriced',
    entries: chained(unpriced),
    promise: { status: 'unpriced', verdict: 'unpriced', total: null, charged: '0', covered: '0' },
  },
  {
    name: 'unpriced, then priced by a new book',
    entries: chained(unpriced, completed),
    promise: {
      status: 'settled',
      verdict: 'covered_by_plan',
      total: TOTAL,
      charged: '0',
      covered: TOTAL,
    },
  },
  {
    name: 'usage missing',
    entries: chained(usageMissing),
    promise: {
      status: 'usage_missing',
      verdict: 'usage_missing',
      total: null,
      charged: '0',
      covered: '0',
    },
  },
  {
    name: 'usage in doubt',
    entries: chained(usageDoubtful),
    promise: {
      status: 'usage_missing',
      verdict: 'usage_missing',
      total: null,
      charged: '0',
      covered: '0',
    },
  },
  {
    name: 'refunded after the lot expired',
    entries: chained(fromPromo, refunded),
    promise: {
      status: 'refunded',
      verdict: 'refunded',
      total: TOTAL,
      charged: '0',
      covered: '0',
      refunded: TOTAL,
    },
  },
  {
    name: 'partly refunded',
    entries: chained(fromPromo, partlyRefunded),
    promise: {
      status: 'partly_refunded',
      verdict: 'partly_refunded',
      total: TOTAL,
      charged: '0.044399',
      covered: '0',
      refunded: '0.01',
    },
  },
  {
    name: 're-attributed to the window',
    entries: chained(heldWindow, reattributed),
    promise: {
      status: 'settled',
      verdict: 'covered_by_plan',
      total: TOTAL,
      charged: '0',
      covered: TOTAL,
    },
  },
  {
    name: 'platform loss',
    entries: chained(platformLoss),
    promise: {
      status: 'settled',
      verdict: 'absorbed',
      total: TOTAL,
      charged: '0',
      covered: '0',
      absorbed: TOTAL,
    },
  },
  {
    name: 'reversed',
    entries: chained(coveredByWindow, reversed),
    promise: { status: 'reversed', verdict: 'reversed', total: TOTAL, charged: '0', covered: '0' },
  },
  {
    name: 'the gateway died: the hold expired',
    entries: chained(expired),
    promise: { status: 'not_billed', verdict: 'not_billed', ...ZERO },
  },
]
