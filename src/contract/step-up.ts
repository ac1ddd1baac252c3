import type { Permission } from './permissions.ts'
import type { OperationId } from './routes/index.ts'

/** A session that is older than this shows once more who it is, before money moves. */
export const STEP_UP_MS = 15 * 60_000

/** Permissions whose every change moves money, or says who may. */
const PERMISSIONS_OF_MONEY: readonly Permission[] = [
  'money_write',
  'controls_write',
  'cap_request_decide',
  'keys_write',
  'members_write',
  'staff_write',
  'incidents_write',
  'cases_approve',
]

/** Other changes that give money away. */
const OPERATIONS_OF_MONEY: readonly OperationId[] = [
  'grant',
  'topUp',
  'refund',
  'reverse',
  'publishPriceBook',
  'publishPlan',
  'publishCampaign',
  'raiseCampaignCeilings',
  'publishRemedyPolicy',
  'publishSupportPolicy',
  'approveFinding',
  'refundInCase',
]

/** Looks at what would happen and changes nothing, although it is sent as a change. */
const PREVIEWS: readonly OperationId[] = [
  'previewPurchase',
  'previewPurchaseRefund',
  'previewAutoReload',
  'previewSubscription',
  'setUpPaymentMethod',
  'beginHostedSetup',
  // What stops money needs no more than the session: it must not be harder than spending.
  'endAutoReload',
  'pauseAutoReload',
]

interface Asked {
  readonly id: OperationId
  readonly method: string
  readonly permission: Permission | 'public'
}

/** Whether a browser’s session needs a fresh sign-in for it; keys of programs do not. */
export function needsStepUp({ id, method, permission }: Asked): boolean {
  if (method === 'GET' || permission === 'public' || PREVIEWS.includes(id)) return false
  return PERMISSIONS_OF_MONEY.includes(permission) || OPERATIONS_OF_MONEY.includes(id)
}
