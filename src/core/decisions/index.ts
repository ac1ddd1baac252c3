import type { AccountState } from '../ledger/index.ts'
import { changePlan, openAccount, park, setControls } from './account.ts'
import { authorize } from './authorize.ts'
import { endReload, pauseAutoReload, setAutoReload } from './auto-reload.ts'
import { cancelSubscription } from './cancellation.ts'
import type { Command } from './commands.ts'
import { complete } from './complete.ts'
import { refund, reverse } from './correct.ts'
import type { Context, Decision } from './decision.ts'
import { chargeBack, freezeLot, unfreezeLot } from './dispute.ts'
import { expireHold, expireLot, extend, voidLot } from './expire.ts'
import { grant, topUp } from './lots.ts'
import type { PurchaseCommand } from './purchase-commands.ts'
import { decideRaise, requestRaise } from './raise.ts'
import { drawnBy, type PricedFacts, ratedAs, ratedBy, ratingBy, readingsOf } from './rated-again.ts'
import { reattribute } from './reattribute.ts'
import { record } from './record.ts'
import { refundPurchase, undoRefundPurchase } from './refund-purchase.ts'
import { feeUnpaid, lapseSubscription, renewSubscription } from './renewal.ts'
import { refuse } from './replay.ts'
import { rerate } from './rerate.ts'
import { grantReset, redeemReset } from './resets.ts'
import { returnFee } from './return-fee.ts'
import { callOf, release, settle } from './settle.ts'
import { closeStatement, issueInvoice, payOverage, voidInvoice } from './statement.ts'
import type { StatementCommand } from './statement-commands.ts'
import { changeSubscription } from './subscription.ts'

/**
 * Decides one command on an account's state. Pure: the same arguments give the same decision. A
 * business refusal is an answer; an exception is a bug.
 */
export function decide(state: AccountState | null, command: Command, context: Context): Decision {
  if (command.kind === 'open_account') return openAccount(state, command, context)
  return state ? decideOpen(state, command, context) : refuse({ code: 'account_unknown' })
}

function decideOpen(
  state: AccountState,
  command: Exclude<Command, { kind: 'open_account' }>,
  context: Context,
): Decision {
  if (isOfAnother(command, context)) return refuse({ code: 'hold_unknown' })
  switch (command.kind) {
    case 'authorize':
      return authorize(state, command, context)
    case 'settle':
      return settle(state, command, context)
    case 'release':
      return release(state, command, context)
    case 'extend':
      return extend(state, command, context)
    case 'record':
      return record(state, command, context)
    case 'complete':
      return complete(state, command, context)
    case 'change_plan':
      return changePlan(state, command, context)
    case 'set_controls':
      return setControls(state, command, context)
    case 'request_raise':
      return requestRaise(state, command, context)
    case 'decide_raise':
      return decideRaise(state, command, context)
    case 'grant':
      return grant(state, command, context)
    case 'top_up':
      return topUp(state, command, context)
    case 'void_lot':
      return voidLot(state, command, context)
    case 'expire_lot':
      return expireLot(state, command, context)
    case 'expire_hold':
      return expireHold(state, command, context)
    case 'refund':
      return refund(state, command, context)
    case 'rerate':
      return rerate(state, command, context)
    case 'reverse':
      return reverse(state, command, context)
    case 'reattribute':
      return reattribute(state, command, context)
    case 'change_subscription':
      return changeSubscription(state, command, context)
    case 'cancel_subscription':
      return cancelSubscription(state, command, context)
    case 'renew_subscription':
      return renewSubscription(state, command, context)
    case 'lapse_subscription':
      return lapseSubscription(state, command, context)
    case 'fee_unpaid':
      return feeUnpaid(state, command, context)
    case 'return_fee':
      return returnFee(state, command, context)
    case 'grant_reset':
      return grantReset(state, command, context)
    case 'redeem_reset':
      return redeemReset(state, command, context)
    case 'park':
    case 'unpark':
      return park(state, command, context)
    default:
      return decidePurchase(state, command, context)
  }
}

/** Money in and back, apart from the credit itself; statements and what is owed. */
function decidePurchase(
  state: AccountState,
  command: PurchaseCommand | StatementCommand,
  context: Context,
): Decision {
  switch (command.kind) {
    case 'set_auto_reload':
      return setAutoReload(state, command, context)
    case 'pause_auto_reload':
      return pauseAutoReload(state, command, context)
    case 'end_reload':
      return endReload(state, command, context)
    case 'refund_purchase':
      return refundPurchase(state, command, context)
    case 'undo_refund_purchase':
      return undoRefundPurchase(state, command, context)
    case 'freeze_lot':
      return freezeLot(state, command, context)
    case 'unfreeze_lot':
      return unfreezeLot(state, command, context)
    case 'charge_back':
      return chargeBack(state, command, context)
    case 'close_statement':
      return closeStatement(state, command, context)
    case 'issue_invoice':
      return issueInvoice(state, command, context)
    case 'pay_overage':
      return payOverage(state, command, context)
    case 'void_invoice':
      return voidInvoice(state, command, context)
  }
}

/** A call of another member, for one who may act on the own calls only: as if it did not exist. */
function isOfAnother(command: Command, { hold, prior }: Context): boolean {
  if (command.kind !== 'settle' && command.kind !== 'release' && command.kind !== 'extend')
    return false
  const { memberId } = command
  if (memberId === undefined) return false
  const calls = [hold?.call, ...prior.map(({ body }) => body.call)]
  return calls.some((call) => call !== undefined && call.member_id !== memberId)
}

export * from './cap-view.ts'
export * from './commands.ts'
export * from './decision.ts'
export { carried, spread } from './giving-back.ts'
export { placeHold } from './hold-state.ts'
export { beforehand, endedLots, nextDue, prune } from './housekeeping.ts'
export { owedToFinding } from './owed.ts'
export { changesBetween, type PastView, pastView, type SourceChange } from './past-view.ts'
export * from './plan-simulation.ts'
export { dueDraws } from './reattribute.ts'
export { EVENT_AGE_MAX_MS, EVENT_SKEW_MAX_MS } from './record.ts'
export * from './reload-due.ts'
export * from './reload-simulation.ts'
export { subscriptionDue } from './renewal.ts'
export { differingField } from './replay.ts'
export * from './results.ts'
export { selfCheck, unbalanced } from './self-check.ts'
export * from './view.ts'
export { callOf, drawnBy, type PricedFacts, ratedAs, ratedBy, ratingBy, readingsOf }
