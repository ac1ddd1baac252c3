import type { Handlers } from '../handler.ts'
import { accountHandlers } from './accounts.ts'
import { alertHandlers } from './alerts.ts'
import { archiveHandlers } from './archive.ts'
import { auditLogHandlers } from './audit-log.ts'
import { reloadHandlers } from './auto-reload.ts'
import { callHandlers } from './calls.ts'
import { campaignAudienceHandlers } from './campaign-audience.ts'
import { campaignReviewHandlers } from './campaign-review.ts'
import { campaignHandlers } from './campaigns.ts'
import { capHandlers } from './caps.ts'
import { caseDecisionHandlers } from './case-decisions.ts'
import { caseFileHandlers } from './case-files.ts'
import { caseHandlers } from './cases.ts'
import { planHandlers, priceBookHandlers } from './catalogue.ts'
import { claimHandlers } from './claims.ts'
import { creditHandlers, keyHandlers } from './credit.ts'
import { disputeHandlers } from './disputes.ts'
import { endpointHandlers } from './endpoints.ts'
import { exploreHandlers } from './explore.ts'
import { exportHandlers } from './exports.ts'
import { findingHandlers } from './findings.ts'
import { healthHandlers } from './health.ts'
import { historyHandlers } from './history.ts'
import { identityHandlers } from './identities.ts'
import { incidentHandlers } from './incidents.ts'
import { invitationHandlers } from './invitations.ts'
import { billingPartyHandlers, invoiceHandlers } from './invoices.ts'
import { journalHandlers } from './journal.ts'
import { logHandlers } from './log.ts'
import { meteringHandlers } from './metering.ts'
import { parkingHandlers } from './parking.ts'
import { passkeyHandlers } from './passkeys.ts'
import { methodHandlers } from './payment-methods.ts'
import { purchaseHandlers, refundHandlers } from './payments.ts'
import { planComparisonHandlers } from './plan-comparison.ts'
import { planSimulationHandlers } from './plan-simulation.ts'
import { portalHandlers } from './portal.ts'
import { priceDraftHandlers } from './price-drafts.ts'
import { reconciliationHandlers } from './reconciliation.ts'
import { reportHandlers } from './reports.ts'
import { serverHandlers } from './server.ts'
import { sessionHandlers } from './sessions.ts'
import { signInLogHandlers } from './sign-in-log.ts'
import { staffHandlers } from './staff.ts'
import { statementHandlers } from './statements.ts'
import { resetHandlers, subscriptionHandlers } from './subscriptions.ts'
import { supportHandlers } from './support.ts'
import { teamHandlers } from './team.ts'
import { termsHandlers } from './terms.ts'
import { usageViewHandlers } from './usage-views.ts'
import { windowPromotionHandlers } from './window-promotions.ts'

export const HANDLERS: Handlers = {
  ...meteringHandlers,
  ...accountHandlers,
  ...creditHandlers,
  ...keyHandlers,
  ...teamHandlers,
  ...capHandlers,
  ...methodHandlers,
  ...purchaseHandlers,
  ...refundHandlers,
  ...reloadHandlers,
  ...journalHandlers,
  ...callHandlers,
  ...exploreHandlers,
  ...usageViewHandlers,
  ...exportHandlers,
  ...historyHandlers,
  ...alertHandlers,
  ...endpointHandlers,
  ...planHandlers,
  ...planSimulationHandlers,
  ...priceBookHandlers,
  ...priceDraftHandlers,
  ...campaignHandlers,
  ...campaignAudienceHandlers,
  ...campaignReviewHandlers,
  ...claimHandlers,
  ...planComparisonHandlers,
  ...subscriptionHandlers,
  ...resetHandlers,
  ...findingHandlers,
  ...incidentHandlers,
  ...caseHandlers,
  ...caseFileHandlers,
  ...parkingHandlers,
  ...caseDecisionHandlers,
  ...disputeHandlers,
  ...supportHandlers,
  ...reconciliationHandlers,
  ...staffHandlers,
  ...sessionHandlers,
  ...portalHandlers,
  ...passkeyHandlers,
  ...identityHandlers,
  ...invitationHandlers,
  ...signInLogHandlers,
  ...statementHandlers,
  ...invoiceHandlers,
  ...billingPartyHandlers,
  ...reportHandlers,
  ...windowPromotionHandlers,
  ...termsHandlers,
  ...logHandlers,
  ...healthHandlers,
  ...archiveHandlers,
  ...auditLogHandlers,
  ...serverHandlers,
}
