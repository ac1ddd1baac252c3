import type { ActorFacts } from '../core/ledger/entry.ts'
import { formatNanos, type Nanos, ZERO } from '../core/money/index.ts'
import {
  dayOf,
  magnitude,
  type ProcessorDifference,
  type ProcessorMovement,
  reconcileProcessor,
} from '../core/reconciliation/index.ts'
import { DAY_MS, formatInstant, type Instant, instant } from '../core/time/index.ts'
import { derivedId } from '../store/control/index.ts'
import { clearingBetween, processorExceptions } from '../store/reconciliation/clearing.ts'
import { keepRun, type NewDifference } from '../store/reconciliation/runs.ts'
import { type PaymentsDeps, SYSTEM } from './deps.ts'
import type { Movement } from './provider.ts'

export interface ProcessorOrder {
  readonly runId: string
  readonly from: Instant
  /** Not part of it. */
  readonly until: Instant
  /** Differences up to this open no case. */
  readonly threshold: Nanos
  readonly by: ActorFacts
}

/** The other side may be this late. */
const TRANSIT_MS = DAY_MS

/**
 * Holds the processor's balance against what the journal posted to its clearing account, and keeps the
 * outcome. Both sides are read a day beyond the time, so that what crosses its edges is no difference.
 */
export async function runProcessor(deps: PaymentsDeps, order: ProcessorOrder): Promise<void> {
  const { from, until } = order
  const wide = { from: instant(from - TRANSIT_MS), until: instant(until + TRANSIT_MS) }
  const { openDisputes, returnedPayments } = await processorExceptions(deps.pool)
  const ours = await clearingBetween(deps.pool, wide)
  const theirs = settled(await movementsIn(deps, wide), returnedPayments)
  const now = instant(deps.nowMs())
  const settings = { until: now, transitMs: TRANSIT_MS, openDisputes }
  const found = reconcileProcessor(theirs, ours, settings)
  const inside = ({ at }: { at: Instant }): boolean => at >= from && at < until
  const differences = found.differences.filter(inside)
  await keepRun(deps.pool, {
    runId: order.runId,
    kind: 'processor',
    asked: {
      from: formatInstant(from),
      until: formatInstant(until),
      threshold: formatNanos(order.threshold),
    },
    summary: {
      movements: theirs.filter(inside).length,
      entries: ours.filter(inside).length,
      by_hand: ours.filter((own) => own.byHand && inside(own)).length,
      fees: sumsOf(theirs.filter(inside), ({ fee }) => fee),
      not_compared: theirs.filter((own) => own.type === 'other' && inside(own)).length,
      differences: differences.length,
      unexplained: differences.filter(({ cause }) => cause === null).length,
    },
    madeAt: now,
    by: order.by,
    differences: differences.map((own) => differenceOf(own, order.threshold)),
  })
}

/** One unit of the currency: what a person's hour is worth more than. */
const THRESHOLD = 1_000_000_000n as Nanos

/** The latest day on which nothing can be on its way any more. */
export const settledDay = (nowMs: number): Instant =>
  instant(dayOf(instant(nowMs)) - TRANSIT_MS - DAY_MS)

/** Compares a day. Its run has the day's name: it is kept once, whoever comes first. */
export async function reconcileDay(deps: PaymentsDeps, from: Instant): Promise<void> {
  const until = instant(from + DAY_MS)
  const runId = derivedId('run', 'processor', formatInstant(from))
  await runProcessor(deps, { runId, from, until, threshold: THRESHOLD, by: SYSTEM })
}

async function movementsIn(
  deps: PaymentsDeps,
  time: { readonly from: Instant; readonly until: Instant },
): Promise<ProcessorMovement[]> {
  const movements: ProcessorMovement[] = []
  for await (const own of deps.provider.movements({ fromMs: time.from, untilMs: time.until }))
    movements.push(movementOf(own))
  return movements
}

const movementOf = (own: Movement): ProcessorMovement => ({
  ref: own.ref,
  type: own.type,
  paymentId: own.paymentId,
  chargeRef: own.chargeRef,
  subject: own.subject,
  amount: own.amount,
  fee: own.feeCurrency === own.currency ? own.fee : ZERO,
  currency: own.currency,
  at: instant(own.atMs),
})

/**
 * Without what the processor has itself undone: disputes that were won, and payments that went back
 * before they became anything, come to nothing on both sides. One that could not go back is still there.
 */
function settled(
  movements: readonly ProcessorMovement[],
  returned: ReadonlySet<string>,
): ProcessorMovement[] {
  const won = new Set(
    movements.flatMap(({ type, subject }) => (type === 'dispute_won' && subject ? [subject] : [])),
  )
  const refs = new Set(
    movements.flatMap(({ paymentId, chargeRef }) =>
      paymentId && returned.has(paymentId) && chargeRef ? [chargeRef] : [],
    ),
  )
  const isUndone = (own: ProcessorMovement): boolean =>
    (own.subject !== null && won.has(own.subject)) ||
    (isPairOfReturn(own) && own.chargeRef !== null && refs.has(own.chargeRef))
  return movements.filter((own) => !isUndone(own))
}

const isPairOfReturn = ({ type }: ProcessorMovement): boolean =>
  type === 'charge' || type === 'refund'

function differenceOf(own: ProcessorDifference, threshold: Nanos): NewDifference {
  const unexplained = own.cause === null ? own.amount : ZERO
  const isMoney = own.difference === 'wrong_currency' || magnitude(unexplained) > threshold
  return {
    key: `processor:${own.key}`,
    facts: {
      difference: own.difference,
      type: own.type,
      payment_id: own.paymentId,
      account_id: own.accountId,
      seqs: own.seqs,
      refs: own.refs,
      processor: own.processor === null ? null : formatNanos(own.processor),
      ledger: own.ledger === null ? null : formatNanos(own.ledger),
      amount: formatNanos(own.amount),
      at: formatInstant(own.at),
      cause: own.cause,
    },
    unexplained,
    currency: own.currency,
    accountId: own.accountId,
    matters: own.cause === null && isMoney,
  }
}

function sumsOf<T extends { readonly currency: string }>(
  all: readonly T[],
  of: (own: T) => Nanos,
): Record<string, string> {
  const sums = new Map<string, bigint>()
  for (const own of all) sums.set(own.currency, (sums.get(own.currency) ?? 0n) + of(own))
  return Object.fromEntries(
    [...sums].map(([currency, sum]) => [currency, formatNanos(sum as Nanos)]),
  )
}
