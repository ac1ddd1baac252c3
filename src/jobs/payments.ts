import { decodeState } from '../core/ledger/index.ts'
import { formatInstant, instant } from '../core/time/index.ts'
import type { Engine } from '../engine/types.ts'
import { advancePayment } from '../payments/advance.ts'
import type { PaymentsDeps } from '../payments/deps.ts'
import { disputeMoved } from '../payments/disputes.ts'
import { workEvent } from '../payments/events.ts'
import { reconcileDay, settledDay } from '../payments/reconcile.ts'
import { advanceRefund } from '../payments/refund.ts'
import { evaluateReload } from '../payments/reload.ts'
import { openEvents, staleRefunds, touchOpen } from '../store/control/purchase-refunds.ts'
import { stalePayments } from '../store/control/purchases.ts'
import { processorExceptions } from '../store/reconciliation/clearing.ts'
import { uncomparedDays } from '../store/reconciliation/runs.ts'
import { type DueAccount, dueAccounts } from '../store/statements/housekeeping.ts'
import { sweepAll, Tries } from './sweep-all.ts'

const ROUND_MAX = 200
/** What has not moved for this long was left by somebody who has died. */
const LEFT_MS = 30_000

/** Takes up payments, refunds and webhooks that were left in the middle. Returns how many. */
export async function recoverPayments(deps: PaymentsDeps, nowMs: number): Promise<number> {
  const before = instant(nowMs - LEFT_MS)
  const payments = await stalePayments(deps.pool, before, ROUND_MAX)
  const refunds = await staleRefunds(deps.pool, before, ROUND_MAX)
  const events = await openEvents(deps.pool, before, ROUND_MAX)
  if (payments.length + refunds.length + events.length === 0) return 0
  // a processor that is down is asked again after a while, not at once
  const taken = events.map(({ eventId }) => eventId)
  await touchOpen(deps.pool, { payments, refunds, events: taken, at: instant(nowMs) })
  // a payment that fails for ever holds up no refund
  const tries = new Tries()
  await tries.all(payments, String, (id) => advancePayment(deps, id))
  await tries.all(refunds, String, (id) => advanceRefund(deps, id))
  await tries.all(
    events,
    ({ eventId }) => eventId,
    async (event) => {
      await workEvent(deps, event)
    },
  )
  return tries.count()
}

/** Each reads three days of the processor's balance: what a longer standstill has left is for the next rounds. */
const DAYS_MAX = 7

/**
 * Compares each day of the processor's balance once, as soon as nothing of it can be on its way; after a standstill
 * those that it has left out, too. With that it looks at the disputes that are still open here: a webhook of their
 * end may have been lost, or not been understood by an earlier version. Returns how many days.
 */
export async function reconcilePayments(deps: PaymentsDeps, nowMs: number): Promise<number> {
  const days = await uncomparedDays(deps.pool, settledDay(nowMs), DAYS_MAX)
  if (days.length === 0) return 0
  const tries = new Tries()
  for (const day of days) await tries.all([day], formatInstant, (from) => reconcileDay(deps, from))
  const { openDisputes } = await processorExceptions(deps.pool)
  await tries.all([...openDisputes], String, (id) => disputeMoved(deps, id))
  tries.count()
  return days.length
}

/** Buys credit for the accounts whose terms say so. Returns how many payments were started. */
export async function sweepReloads(deps: PaymentsDeps, nowMs: number): Promise<number> {
  return sweepAll<DueAccount>({
    page: (after, limit) => dueAccounts(deps.pool, { at: nowMs, after, limit }),
    nameOf: (account) => account.account_id,
    work: async ({ account_id: id, state }) => {
      if (!decodeState(state).autoReload?.terms) return false
      return evaluateReload(deps, id)
    },
  })
}

/** Commits come in crowds: one look for all of them. */
const LOOK_AFTER_MS = 250

/** Looks for accounts to reload soon after commits, so that nobody waits for the next round of the job. */
export function watchReloads(
  deps: PaymentsDeps,
  engine: Pick<Engine, 'onCommit'>,
  onError: (job: string, error: unknown) => void,
): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<unknown> = Promise.resolve()
  const look = (): void => {
    timer = null
    looking = sweepReloads(deps, deps.nowMs()).catch((error: unknown) => onError('reloads', error))
  }
  const forget = engine.onCommit(() => {
    timer ??= setTimeout(look, LOOK_AFTER_MS).unref()
  })
  return {
    stop: async () => {
      forget()
      if (timer) clearTimeout(timer)
      await looking
    },
  }
}
