import type pg from 'pg'
import type { RenewSubscription } from '../core/decisions/commands.ts'
import { subscriptionDue } from '../core/decisions/index.ts'
import { periodNow } from '../core/funding/index.ts'
import { type AccountState, type AttemptFacts, decodeState } from '../core/ledger/index.ts'
import { formatNanos } from '../core/money/index.ts'
import { DAY_MS, formatInstant, MINUTE_MS } from '../core/time/index.ts'
import type { Engine } from '../engine/index.ts'
import {
  dueOf,
  type FeeCollector,
  type FeeDue,
  FeeWaits,
  orderWithFee,
  renewalDueId,
} from '../payments/fee-port.ts'
import { type DueAccount, dueAccounts } from '../store/statements/housekeeping.ts'
import { sweepAll } from './sweep-all.ts'

export interface RenewalDeps {
  readonly pool: pg.Pool
  readonly engine: Engine
  /** Absent: a fee waits until a payment is named, and the plan lapses when the grace is over. */
  readonly collector?: FeeCollector
}

const ACTOR = { type: 'system', id: 'renewals' } as const
/** A refused card is tried again the next day; one of which nothing is known, soon. */
const RETRY_DECLINED_MS = DAY_MS
const RETRY_UNKNOWN_MS = 10 * MINUTE_MS

/**
 * Renews subscriptions whose period has ended, or lets them lapse. Requests are named after the period,
 * so that any number of nodes may do it at once and each period is renewed once.
 */
export const renewDue = (deps: RenewalDeps, nowMs: number): Promise<number> =>
  sweepAll<DueAccount>({
    page: (after, limit) => dueAccounts(deps.pool, { at: nowMs, after, limit }),
    nameOf: (account) => account.account_id,
    work: async ({ state: stored }) => {
      const state = decodeState(stored)
      const at = subscriptionDue(state)
      if (at === null || at > nowMs) return false
      return renewOne(deps, state)
    },
  })

async function renewOne(deps: RenewalDeps, state: AccountState): Promise<void> {
  const { accountId, subscription } = state
  const { next, unpaid } = subscription!
  const period = formatInstant(periodNow(subscription!)!.end)
  if (next?.type === 'cancel') return lapse(deps, accountId, period)
  const order: RenewSubscription = {
    ...{ kind: 'renew_subscription', accountId, actor: ACTOR },
    requestId: `renew:${period}`,
    payment: null,
  }
  const dueId = renewalDueId(accountId, order.requestId, unpaid?.declines ?? 0)
  const { collector } = deps
  if (unpaid && (await lapsed(deps, state, period))) {
    if (!(collector && (await isOpen(collector, order, dueId))))
      await lapse(deps, accountId, period)
    return
  }
  if (!collector) {
    const due = dueOf(await deps.engine.preview({ ...order, payment: 'assumed' }), dueId)
    if (due) await noteUnpaid(deps, state, awaited(due))
    else await deps.engine.execute(order)
    return
  }
  await collect(deps, collector, { state, order, dueId })
}

interface Renewal {
  readonly state: AccountState
  readonly order: RenewSubscription
  readonly dueId: string
}

async function collect(
  deps: RenewalDeps,
  collector: FeeCollector,
  { state, order, dueId }: Renewal,
): Promise<void> {
  try {
    const done = await orderWithFee(deps.engine, collector, order, dueId)
    if (done.status === 'action_required') await noteUnpaid(deps, state, UNKNOWN)
    if ('attempt' in done)
      await noteUnpaid(deps, state, {
        code: done.code,
        retryMs: RETRY_DECLINED_MS,
        // another card, or another consent, pays the same fee; a refused payment needs another one
        declined: done.status !== 'uncovered',
        attempt: done.attempt,
      })
  } catch (error) {
    if (error instanceof FeeWaits) return
    await noteUnpaid(deps, state, UNKNOWN)
    throw error
  }
}

/**
 * Whether the last payment has come through after all, or may yet. What became of it is asked, not guessed: nobody
 * loses a plan whose fee was charged.
 * @throws ProviderUnavailable: it is not known; the next round asks again.
 */
async function isOpen(
  collector: FeeCollector,
  order: RenewSubscription,
  dueId: string,
): Promise<boolean> {
  try {
    const known = await collector.resume({ accountId: order.accountId, dueId }, order)
    return known?.status === 'decided' || known?.status === 'action_required'
  } catch (error) {
    if (error instanceof FeeWaits) return true
    throw error
  }
}

/** Somebody may be at it at this moment, or the processor does not answer. */
const UNKNOWN = { code: 'outcome_unknown', retryMs: RETRY_UNKNOWN_MS } as const

/** Nobody can be charged: it is told, and waits for a payment to be named. */
const awaited = (due: FeeDue): Unpaid => ({
  code: 'awaiting_payment',
  retryMs: null,
  attempt: { price: formatNanos(due.amount), tax: null, method: null, code: 'awaiting_payment' },
})

async function lapse({ engine }: RenewalDeps, accountId: string, period: string): Promise<void> {
  const requestId = `lapse:${period}`
  await engine.execute({ kind: 'lapse_subscription', accountId, actor: ACTOR, requestId })
}

/** Whether the grace is over: the very decision is asked, without making it. */
async function lapsed(deps: RenewalDeps, state: AccountState, period: string): Promise<boolean> {
  const result = await deps.engine.preview({
    kind: 'lapse_subscription',
    accountId: state.accountId,
    actor: ACTOR,
    requestId: `lapse:${period}`,
  })
  return result.status === 'posted'
}

interface Unpaid {
  readonly code: string
  readonly retryMs: number | null
  readonly declined?: boolean
  readonly attempt?: AttemptFacts
}

/** Named after the look that found it unpaid, so that two nodes note it once. */
async function noteUnpaid(
  { engine }: RenewalDeps,
  state: AccountState,
  why: Unpaid,
): Promise<void> {
  const { unpaid } = state.subscription!
  const period = formatInstant(periodNow(state.subscription!)!.end)
  const look = unpaid ? formatInstant(unpaid.retryAt) : 'first'
  await engine.execute({
    kind: 'fee_unpaid',
    accountId: state.accountId,
    requestId: `unpaid:${period}:${look}`,
    actor: ACTOR,
    code: why.code,
    declined: why.declined ?? false,
    retryMs: why.retryMs,
    ...(why.attempt && { attempt: why.attempt }),
  })
}
