import { accountRoutes } from './accounts.ts'
import { alertRoutes } from './alerts.ts'
import { archiveRoutes } from './archive.ts'
import { auditLogRoutes } from './audit-log.ts'
import { campaignAudienceRoutes } from './campaign-audience.ts'
import { campaignRoutes } from './campaigns.ts'
import { caseRoutes } from './cases.ts'
import { catalogueRoutes } from './catalogue.ts'
import { disputeRoutes } from './disputes.ts'
import { exportRoutes } from './exports.ts'
import { findingRoutes } from './findings.ts'
import { healthRoutes } from './health.ts'
import { historyRoutes } from './history.ts'
import { identityRoutes } from './identities.ts'
import { incidentRoutes } from './incidents.ts'
import { invitationRoutes } from './invitations.ts'
import { invoiceRoutes } from './invoices.ts'
import { journalRoutes } from './journal.ts'
import { logRoutes } from './log.ts'
import { meteringRoutes } from './metering.ts'
import { parkingRoutes } from './parking.ts'
import { passkeyRoutes } from './passkeys.ts'
import { paymentRoutes } from './payments.ts'
import { portalRoutes } from './portal.ts'
import { priceDraftRoutes } from './price-drafts.ts'
import { reconciliationRoutes } from './reconciliation.ts'
import { reportRoutes } from './reports.ts'
import type { Route } from './route.ts'
import { serverRoutes } from './server.ts'
import { sessionRoutes } from './sessions.ts'
import { staffRoutes } from './staff.ts'
import { statementRoutes } from './statements.ts'
import { subscriptionRoutes } from './subscriptions.ts'
import { supportRoutes } from './support.ts'
import { teamRoutes } from './team.ts'
import { termsRoutes } from './terms.ts'
import { usageRoutes } from './usage.ts'

/**
 * Every route of the HTTP API, by operation id. The server, the OpenAPI document, the permission
 * matrix and the fuzz test all come from this table.
 */
export const ROUTES = {
  ...meteringRoutes,
  ...sessionRoutes,
  ...passkeyRoutes,
  ...identityRoutes,
  ...portalRoutes,
  ...accountRoutes,
  ...teamRoutes,
  ...invitationRoutes,
  ...paymentRoutes,
  ...journalRoutes,
  ...usageRoutes,
  ...exportRoutes,
  ...historyRoutes,
  ...alertRoutes,
  ...catalogueRoutes,
  ...priceDraftRoutes,
  ...campaignRoutes,
  ...campaignAudienceRoutes,
  ...subscriptionRoutes,
  ...termsRoutes,
  ...statementRoutes,
  ...invoiceRoutes,
  ...reportRoutes,
  ...findingRoutes,
  ...disputeRoutes,
  ...incidentRoutes,
  ...caseRoutes,
  ...parkingRoutes,
  ...supportRoutes,
  ...reconciliationRoutes,
  ...staffRoutes,
  ...logRoutes,
  ...archiveRoutes,
  ...auditLogRoutes,
  ...healthRoutes,
  ...serverRoutes,
} as const satisfies Readonly<Record<string, Route>>

export type Routes = typeof ROUTES
export type OperationId = keyof Routes

export type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route } from './route.ts'
