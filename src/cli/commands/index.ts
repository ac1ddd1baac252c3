import type { Register } from '../program.ts'
import { registerAccounts } from './accounts.ts'
import { registerAlerts } from './alerts.ts'
import { registerArchive } from './archive.ts'
import { registerAudit } from './audit.ts'
import { registerAuditLog, registerVerifyRuns } from './audit-log.ts'
import { registerCalls } from './calls.ts'
import { registerCampaigns } from './campaigns.ts'
import { registerCards } from './cards.ts'
import { registerCase, registerCases } from './cases.ts'
import { registerPlans, registerPrices } from './catalogue.ts'
import { registerRefund, registerReverse, registerVoid } from './corrections.ts'
import { registerGrant, registerTopUp } from './credit.ts'
import { registerDemo } from './demo.ts'
import { registerDispute } from './dispute.ts'
import { registerDoctor } from './doctor.ts'
import { registerEstimate } from './estimate.ts'
import { registerExport } from './export.ts'
import { registerCheck, registerFindings, registerRemedies } from './findings.ts'
import { registerHealth } from './health.ts'
import { registerStateAt, registerTimeline } from './history.ts'
import { registerRerate } from './incident-draft.ts'
import { registerIncidents } from './incidents.ts'
import { registerInvoices } from './invoices.ts'
import { registerJobs } from './jobs.ts'
import { registerJournal } from './journal.ts'
import { registerKeys } from './keys.ts'
import { registerLog } from './log.ts'
import { registerMcp } from './mcp.ts'
import { registerMigrate } from './migrate.ts'
import { registerPark, registerUnpark } from './parking.ts'
import { registerPortals } from './portal.ts'
import { registerBuy, registerPurchases, registerRefundPurchase } from './purchases.ts'
import { registerRate } from './rate.ts'
import { registerEntry, registerExplain, registerReceipt } from './receipt.ts'
import { registerReconcile } from './reconcile.ts'
import { registerReload } from './reload.ts'
import { registerReplay } from './replay.ts'
import { registerReports } from './reports.ts'
import { registerServe } from './serve.ts'
import { registerSignInLinks } from './sign-in-link.ts'
import { registerSignIns } from './sign-ins.ts'
import { registerStaff } from './staff.ts'
import { registerStatements } from './statements.ts'
import { registerStatus } from './status.ts'
import { registerRenew, registerSubscribe, registerUnsubscribe } from './subscribe.ts'
import { registerResets, registerSubscription } from './subscription.ts'
import { registerAccessLog, registerMacros, registerSupportPolicy } from './support.ts'
import { registerCapRequests, registerCaps, registerMembers, registerProjects } from './team.ts'
import { registerBundles, registerPolicies } from './terms.ts'
import { registerUsage } from './usage.ts'
import { registerViews } from './usage-views.ts'
import { registerVerify } from './verify.ts'
import { registerVerifyStatement } from './verify-statement.ts'
import { registerWhoami } from './whoami.ts'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Register[] = [
  registerServe,
  registerDemo,
  registerReplay,
  registerMigrate,
  registerDoctor,
  registerVerify,
  registerArchive,
  registerLog,
  registerJobs,
  registerHealth,
  registerAuditLog,
  registerVerifyRuns,
  registerWhoami,
  registerMcp,
  registerStatus,
  registerCalls,
  registerUsage,
  registerViews,
  registerExport,
  registerTimeline,
  registerStateAt,
  registerReceipt,
  registerEntry,
  registerExplain,
  registerJournal,
  registerRate,
  registerEstimate,
  registerAudit,
  registerVerifyStatement,
  registerAccounts,
  registerKeys,
  registerStaff,
  registerSignInLinks,
  registerPortals,
  registerSignIns,
  registerMembers,
  registerProjects,
  registerCaps,
  registerCapRequests,
  registerAlerts,
  registerGrant,
  registerTopUp,
  registerFindings,
  registerCheck,
  registerPark,
  registerUnpark,
  registerRemedies,
  registerDispute,
  registerIncidents,
  registerRerate,
  registerCases,
  registerCase,
  registerSupportPolicy,
  registerMacros,
  registerAccessLog,
  registerReconcile,
  registerRefund,
  registerReverse,
  registerVoid,
  registerCards,
  registerBuy,
  registerBundles,
  registerPolicies,
  registerPurchases,
  registerRefundPurchase,
  registerReload,
  registerSubscribe,
  registerRenew,
  registerUnsubscribe,
  registerPlans,
  registerSubscription,
  registerStatements,
  registerInvoices,
  registerReports,
  registerResets,
  registerPrices,
  registerCampaigns,
]
