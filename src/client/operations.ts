import type {
  BodyOf,
  OperationId,
  ParamsOf,
  QueryOf,
  Route,
  Routes,
} from '../contract/routes/index.ts'
import type { RequestOptions, Transport } from './transport.ts'

export type { OperationId } from '../contract/routes/index.ts'

export type Body<Id extends OperationId> = BodyOf<Routes[Id]>
type Params<Id extends OperationId> = ParamsOf<Routes[Id]>
export type QueryParams<Id extends OperationId> = QueryOf<Routes[Id]>

/** What a route answers with: read off its schema as its body would be. */
export type Answer<Id extends OperationId> = Routes[Id] extends {
  readonly success: { readonly schema: infer S }
}
  ? Omit<Routes[Id], 'body'> & { readonly body: S } extends infer R extends Route
    ? BodyOf<R>
    : never
  : undefined

/**
 * Method and path of every route. The contract is imported for its types only, and those are literal:
 * a route that is missing here, or written differently, does not compile.
 */
export const OPERATIONS: {
  readonly [Id in OperationId]: readonly [Routes[Id]['method'], Routes[Id]['path']]
} = {
  getSession: ['GET', '/v1/session'],
  endSession: ['DELETE', '/v1/session'],
  changeSessionAccount: ['POST', '/v1/session/account'],
  stepUp: ['POST', '/v1/session/step_up'],
  setOwnPassword: ['POST', '/v1/session/password'],
  listSessions: ['GET', '/v1/sessions'],
  endOtherSession: ['DELETE', '/v1/sessions/{session_id}'],
  requestEmailLink: ['POST', '/v1/sign_in/email'],
  signInWithLink: ['POST', '/v1/sign_in/link'],
  signInWithPassword: ['POST', '/v1/sign_in/password'],
  askForPasskey: ['POST', '/v1/passkeys/challenges'],
  addPasskey: ['POST', '/v1/passkeys'],
  listPasskeys: ['GET', '/v1/passkeys'],
  renamePasskey: ['PATCH', '/v1/passkeys/{passkey_id}'],
  removePasskey: ['DELETE', '/v1/passkeys/{passkey_id}'],
  signInWithPasskey: ['POST', '/v1/sign_in/passkey'],
  stepUpWithPasskey: ['POST', '/v1/session/step_up/passkey'],
  listOwnSignIns: ['GET', '/v1/session/sign_ins'],
  listSignIns: ['GET', '/v1/sign_ins'],
  createSignInLink: ['POST', '/v1/sign_in_links'],
  createPortalLink: ['POST', '/v1/accounts/{account_id}/portal_links'],
  authorize: ['POST', '/v1/authorize'],
  extend: ['POST', '/v1/extend'],
  settle: ['POST', '/v1/settle'],
  release: ['POST', '/v1/release'],
  record: ['POST', '/v1/record'],
  estimate: ['POST', '/v1/estimate'],
  rate: ['POST', '/v1/rate'],
  openAccount: ['POST', '/v1/accounts'],
  listAccounts: ['GET', '/v1/accounts'],
  whoami: ['GET', '/v1/whoami'],
  getAccount: ['GET', '/v1/accounts/{account_id}'],
  getState: ['GET', '/v1/accounts/{account_id}/state'],
  changePlan: ['POST', '/v1/accounts/{account_id}/plan'],
  setControls: ['PATCH', '/v1/accounts/{account_id}/controls'],
  grant: ['POST', '/v1/accounts/{account_id}/grants'],
  topUp: ['POST', '/v1/accounts/{account_id}/top_ups'],
  parkAccount: ['POST', '/v1/accounts/{account_id}/park'],
  unparkAccount: ['POST', '/v1/accounts/{account_id}/unpark'],
  voidLot: ['POST', '/v1/accounts/{account_id}/lots/{lot_id}/void'],
  refund: ['POST', '/v1/accounts/{account_id}/refunds'],
  reverse: ['POST', '/v1/accounts/{account_id}/reversals'],
  listPaymentMethods: ['GET', '/v1/accounts/{account_id}/payment_methods'],
  setUpPaymentMethod: ['POST', '/v1/accounts/{account_id}/payment_methods/setup'],
  beginHostedSetup: ['POST', '/v1/accounts/{account_id}/payment_methods/hosted'],
  finishHostedSetup: [
    'POST',
    '/v1/accounts/{account_id}/payment_methods/hosted/{setup_ref}/finish',
  ],
  addPaymentMethod: ['POST', '/v1/accounts/{account_id}/payment_methods'],
  listPaymentMethodHistory: ['GET', '/v1/accounts/{account_id}/payment_methods/history'],
  chooseDefaultPaymentMethod: [
    'POST',
    '/v1/accounts/{account_id}/payment_methods/{method_id}/default',
  ],
  removePaymentMethod: ['DELETE', '/v1/accounts/{account_id}/payment_methods/{method_id}'],
  listBundles: ['GET', '/v1/bundles'],
  previewPurchase: ['POST', '/v1/accounts/{account_id}/purchases/preview'],
  confirmPurchase: ['POST', '/v1/accounts/{account_id}/purchases'],
  listPurchases: ['GET', '/v1/accounts/{account_id}/purchases'],
  getPurchase: ['GET', '/v1/accounts/{account_id}/purchases/{payment_id}'],
  answerTestBank: ['POST', '/v1/accounts/{account_id}/purchases/{payment_id}/test_bank'],
  previewPurchaseRefund: [
    'POST',
    '/v1/accounts/{account_id}/purchases/{payment_id}/refunds/preview',
  ],
  refundPurchase: ['POST', '/v1/accounts/{account_id}/purchases/{payment_id}/refunds'],
  getAutoReload: ['GET', '/v1/accounts/{account_id}/auto_reload'],
  previewAutoReload: ['POST', '/v1/accounts/{account_id}/auto_reload/preview'],
  setAutoReload: ['POST', '/v1/accounts/{account_id}/auto_reload'],
  pauseAutoReload: ['POST', '/v1/accounts/{account_id}/auto_reload/pause'],
  resumeAutoReload: ['POST', '/v1/accounts/{account_id}/auto_reload/resume'],
  endAutoReload: ['DELETE', '/v1/accounts/{account_id}/auto_reload'],
  takePaymentWebhook: ['POST', '/webhooks/payments'],
  createKey: ['POST', '/v1/accounts/{account_id}/keys'],
  listKeys: ['GET', '/v1/accounts/{account_id}/keys'],
  revokeKey: ['DELETE', '/v1/accounts/{account_id}/keys/{key_id}'],
  addMember: ['POST', '/v1/accounts/{account_id}/members'],
  listMembers: ['GET', '/v1/accounts/{account_id}/members'],
  changeMember: ['PATCH', '/v1/accounts/{account_id}/members/{member_id}'],
  removeMember: ['DELETE', '/v1/accounts/{account_id}/members/{member_id}'],
  getMemberHistory: ['GET', '/v1/accounts/{account_id}/members/{member_id}/history'],
  addProject: ['POST', '/v1/accounts/{account_id}/projects'],
  listProjects: ['GET', '/v1/accounts/{account_id}/projects'],
  changeProject: ['PATCH', '/v1/accounts/{account_id}/projects/{project_id}'],
  getEffectiveCaps: ['GET', '/v1/accounts/{account_id}/caps/effective'],
  requestRaise: ['POST', '/v1/accounts/{account_id}/cap_requests'],
  listCapRequests: ['GET', '/v1/accounts/{account_id}/cap_requests'],
  getCapRequest: ['GET', '/v1/accounts/{account_id}/cap_requests/{request_id}'],
  approveCapRequest: ['POST', '/v1/accounts/{account_id}/cap_requests/{request_id}/approve'],
  denyCapRequest: ['POST', '/v1/accounts/{account_id}/cap_requests/{request_id}/deny'],
  withdrawCapRequest: ['POST', '/v1/accounts/{account_id}/cap_requests/{request_id}/withdraw'],
  listCalls: ['GET', '/v1/accounts/{account_id}/calls'],
  listEntries: ['GET', '/v1/accounts/{account_id}/entries'],
  getUsage: ['GET', '/v1/accounts/{account_id}/usage'],
  followEvents: ['GET', '/v1/accounts/{account_id}/events'],
  getReceipt: ['GET', '/v1/receipts/{receipt_id}'],
  getTimeline: ['GET', '/v1/accounts/{account_id}/timeline'],
  explainPeriod: ['GET', '/v1/accounts/{account_id}/explanation'],
  getStateAt: ['GET', '/v1/accounts/{account_id}/state_at'],
  explainReceipt: ['GET', '/v1/receipts/{receipt_id}/explanation'],
  listAlerts: ['GET', '/v1/accounts/{account_id}/alerts'],
  countUnreadAlerts: ['GET', '/v1/accounts/{account_id}/alerts/unread'],
  markAlertsSeen: ['POST', '/v1/accounts/{account_id}/alerts/seen'],
  getAlertSettings: ['GET', '/v1/accounts/{account_id}/alert_settings'],
  setAlertSettings: ['PATCH', '/v1/accounts/{account_id}/alert_settings'],
  listEndpoints: ['GET', '/v1/accounts/{account_id}/notification_endpoints'],
  createEndpoint: ['POST', '/v1/accounts/{account_id}/notification_endpoints'],
  changeEndpoint: ['PATCH', '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}'],
  removeEndpoint: ['DELETE', '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}'],
  rotateEndpointSecret: [
    'POST',
    '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}/rotate',
  ],
  testEndpoint: ['POST', '/v1/accounts/{account_id}/notification_endpoints/{endpoint_id}/test'],
  listDeliveries: ['GET', '/v1/accounts/{account_id}/deliveries'],
  redeliver: ['POST', '/v1/accounts/{account_id}/alerts/{notification_id}/redeliver'],
  createPlan: ['POST', '/v1/plans'],
  listPlans: ['GET', '/v1/plans'],
  getPlan: ['GET', '/v1/plans/{plan_id}/{version}'],
  publishPlan: ['POST', '/v1/plans/{plan_id}/{version}/publish'],
  retirePlan: ['POST', '/v1/plans/{plan_id}/{version}/retire'],
  getSubscription: ['GET', '/v1/accounts/{account_id}/subscription'],
  previewSubscription: ['POST', '/v1/accounts/{account_id}/subscription/preview'],
  changeSubscription: ['POST', '/v1/accounts/{account_id}/subscription/change'],
  cancelSubscription: ['POST', '/v1/accounts/{account_id}/subscription/cancel'],
  renewSubscription: ['POST', '/v1/accounts/{account_id}/subscription/renew'],
  listResets: ['GET', '/v1/accounts/{account_id}/resets'],
  grantReset: ['POST', '/v1/accounts/{account_id}/resets'],
  redeemReset: ['POST', '/v1/accounts/{account_id}/resets/{reset_id}/redeem'],
  publishWindowPromotion: ['POST', '/v1/window_promotions'],
  listWindowPromotions: ['GET', '/v1/window_promotions'],
  publishPriceBook: ['POST', '/v1/price_books'],
  validatePriceBook: ['POST', '/v1/price_books/validate'],
  listPriceBooks: ['GET', '/v1/price_books'],
  getPriceBook: ['GET', '/v1/price_books/{price_book_id}'],
  diffPriceBooks: ['GET', '/v1/price_books/{price_book_id}/diff/{other_id}'],
  createCampaign: ['POST', '/v1/campaigns'],
  validateCampaign: ['POST', '/v1/campaigns/validate'],
  listCampaigns: ['GET', '/v1/campaigns'],
  getCampaign: ['GET', '/v1/campaigns/{campaign_id}'],
  getCampaignHistory: ['GET', '/v1/campaigns/{campaign_id}/changes'],
  publishCampaign: ['POST', '/v1/campaigns/{campaign_id}/publish'],
  pauseCampaign: ['POST', '/v1/campaigns/{campaign_id}/pause'],
  closeCampaign: ['POST', '/v1/campaigns/{campaign_id}/close'],
  raiseCampaignCeilings: ['POST', '/v1/campaigns/{campaign_id}/ceilings'],
  getCampaignFunnel: ['GET', '/v1/campaigns/{campaign_id}/funnel'],
  compareCampaign: ['GET', '/v1/campaigns/{campaign_id}/comparison'],
  listCampaignAccounts: ['GET', '/v1/campaigns/{campaign_id}/accounts'],
  announceCampaign: ['POST', '/v1/campaigns/{campaign_id}/announce'],
  listClaims: ['GET', '/v1/campaigns/{campaign_id}/claims'],
  releaseClaim: ['POST', '/v1/campaigns/{campaign_id}/claims/{account_id}/release'],
  rejectClaim: ['POST', '/v1/campaigns/{campaign_id}/claims/{account_id}/reject'],
  markCampaignTold: ['POST', '/v1/campaigns/{campaign_id}/told'],
  listAccountCampaigns: ['GET', '/v1/accounts/{account_id}/campaigns'],
  claimCampaign: ['POST', '/v1/accounts/{account_id}/campaigns/{campaign_id}/claim'],
  seeCampaign: ['POST', '/v1/accounts/{account_id}/campaigns/{campaign_id}/seen'],
  getFacts: ['GET', '/v1/accounts/{account_id}/facts'],
  stateFacts: ['PATCH', '/v1/accounts/{account_id}/facts'],
  publishPolicy: ['POST', '/v1/policies'],
  listPolicies: ['GET', '/v1/policies'],
  publishBundleList: ['POST', '/v1/bundle_lists'],
  listBundleLists: ['GET', '/v1/bundle_lists'],
  listStatements: ['GET', '/v1/accounts/{account_id}/statements'],
  getStatement: ['GET', '/v1/accounts/{account_id}/statements/{statement_number}'],
  getStatementProof: ['GET', '/v1/accounts/{account_id}/statements/{statement_number}/proof'],
  listInvoices: ['GET', '/v1/accounts/{account_id}/invoices'],
  getInvoice: ['GET', '/v1/accounts/{account_id}/invoices/{invoice_id}'],
  voidInvoice: ['POST', '/v1/accounts/{account_id}/invoices/{invoice_id}/void'],
  payOverage: ['POST', '/v1/accounts/{account_id}/overage_payments'],
  getBillingProfile: ['GET', '/v1/accounts/{account_id}/billing_profile'],
  changeBillingProfile: ['PATCH', '/v1/accounts/{account_id}/billing_profile'],
  getIssuer: ['GET', '/v1/invoice_issuer'],
  changeIssuer: ['PATCH', '/v1/invoice_issuer'],
  getLiability: ['GET', '/v1/reports/liability'],
  getBreakage: ['GET', '/v1/reports/breakage'],
  getJapanReport: ['GET', '/v1/reports/japan_prepaid'],
  createIncident: ['POST', '/v1/incidents'],
  listIncidents: ['GET', '/v1/incidents'],
  getIncident: ['GET', '/v1/incidents/{incident_id}'],
  reviseIncident: ['PATCH', '/v1/incidents/{incident_id}'],
  measureIncident: ['POST', '/v1/incidents/{incident_id}/measure'],
  getIncidentImpact: ['GET', '/v1/incidents/{incident_id}/impact'],
  listIncidentCalls: ['GET', '/v1/incidents/{incident_id}/calls'],
  stepIncident: ['POST', '/v1/incidents/{incident_id}/steps'],
  getIncidentEvents: ['GET', '/v1/incidents/{incident_id}/events'],
  getIncidentReport: ['GET', '/v1/incidents/{incident_id}/report'],
  getPublicIncidentReport: ['GET', '/v1/incident_reports/{incident_id}'],
  listFindings: ['GET', '/v1/findings'],
  listAccountFindings: ['GET', '/v1/accounts/{account_id}/findings'],
  checkAccount: ['POST', '/v1/accounts/{account_id}/check'],
  getFinding: ['GET', '/v1/accounts/{account_id}/findings/{finding_key}'],
  approveFinding: ['POST', '/v1/accounts/{account_id}/findings/{finding_key}/approve'],
  dismissFinding: ['POST', '/v1/accounts/{account_id}/findings/{finding_key}/dismiss'],
  publishRemedyPolicy: ['POST', '/v1/remedy_policies'],
  listRemedyPolicies: ['GET', '/v1/remedy_policies'],
  openDispute: ['POST', '/v1/accounts/{account_id}/disputes'],
  listDisputes: ['GET', '/v1/accounts/{account_id}/disputes'],
  getDispute: ['GET', '/v1/accounts/{account_id}/disputes/{case_id}'],
  acceptOffer: ['POST', '/v1/accounts/{account_id}/disputes/{case_id}/accept'],
  writeInDispute: ['POST', '/v1/accounts/{account_id}/disputes/{case_id}/messages'],
  withdrawDispute: ['POST', '/v1/accounts/{account_id}/disputes/{case_id}/withdraw'],
  appealDecision: ['POST', '/v1/accounts/{account_id}/disputes/{case_id}/appeal'],
  askForPerson: ['POST', '/v1/accounts/{account_id}/person'],
  listCases: ['GET', '/v1/cases'],
  getCase: ['GET', '/v1/cases/{case_id}'],
  compareCase: ['GET', '/v1/cases/{case_id}/comparison'],
  getCaseBundle: ['GET', '/v1/cases/{case_id}/bundle'],
  addToCase: ['POST', '/v1/cases/{case_id}/steps'],
  takeCase: ['POST', '/v1/cases/{case_id}/take'],
  assignCase: ['POST', '/v1/cases/{case_id}/assignee'],
  replyInCase: ['POST', '/v1/cases/{case_id}/replies'],
  escalateCase: ['POST', '/v1/cases/{case_id}/escalate'],
  refundInCase: ['POST', '/v1/cases/{case_id}/refunds'],
  approveCaseRefund: ['POST', '/v1/cases/{case_id}/refunds/approve'],
  denyCaseRefund: ['POST', '/v1/cases/{case_id}/refunds/deny'],
  rejectCase: ['POST', '/v1/cases/{case_id}/reject'],
  mergeCase: ['POST', '/v1/cases/{case_id}/merge'],
  reopenCase: ['POST', '/v1/cases/{case_id}/reopen'],
  sampleCase: ['POST', '/v1/cases/{case_id}/sample'],
  getSampling: ['GET', '/v1/case_sampling'],
  publishSupportPolicy: ['POST', '/v1/support_policies'],
  listSupportPolicies: ['GET', '/v1/support_policies'],
  publishMacro: ['POST', '/v1/macros'],
  listMacros: ['GET', '/v1/macros'],
  listAccess: ['GET', '/v1/accounts/{account_id}/access_log'],
  unmaskAccount: ['POST', '/v1/accounts/{account_id}/unmask'],
  importBill: ['POST', '/v1/reconciliation/imports'],
  listBillImports: ['GET', '/v1/reconciliation/imports'],
  startReconciliation: ['POST', '/v1/reconciliation/runs'],
  listReconciliations: ['GET', '/v1/reconciliation/runs'],
  getReconciliation: ['GET', '/v1/reconciliation/runs/{run_id}'],
  resolveDifference: ['POST', '/v1/reconciliation/runs/{run_id}/differences/{number}/resolve'],
  addStaff: ['POST', '/v1/staff'],
  listStaff: ['GET', '/v1/staff'],
  changeStaff: ['PATCH', '/v1/staff/{staff_id}'],
  removeStaff: ['DELETE', '/v1/staff/{staff_id}'],
  renewStaffToken: ['POST', '/v1/staff/{staff_id}/token'],
  getCheckpoint: ['GET', '/v1/log/checkpoint'],
  listCheckpoints: ['GET', '/v1/log/checkpoints'],
  getConsistency: ['GET', '/v1/log/consistency'],
  getLogKeys: ['GET', '/v1/log/keys'],
  getSealedHead: ['GET', '/v1/accounts/{account_id}/sealed_head'],
  simulatePlan: ['POST', '/v1/plans/simulate'],
  createPriceDraft: ['POST', '/v1/price_book_drafts'],
  listPriceDrafts: ['GET', '/v1/price_book_drafts'],
  getPriceDraft: ['GET', '/v1/price_book_drafts/{draft_id}'],
  revisePriceDraft: ['PATCH', '/v1/price_book_drafts/{draft_id}'],
  publishPriceDraft: ['POST', '/v1/price_book_drafts/{draft_id}/publish'],
  discardPriceDraft: ['POST', '/v1/price_book_drafts/{draft_id}/discard'],
  previewPriceImpact: ['POST', '/v1/price_books/impact'],
  listOrders: ['GET', '/v1/audit_log'],
  startVerifyRun: ['POST', '/v1/verify/runs'],
  listVerifyRuns: ['GET', '/v1/verify/runs'],
  getVerifyRun: ['GET', '/v1/verify/runs/{verify_run_id}'],
  getHealth: ['GET', '/v1/health/tiles'],
  index: ['GET', '/'],
  healthz: ['GET', '/healthz'],
  readyz: ['GET', '/readyz'],
  metrics: ['GET', '/metrics'],
  listJobs: ['GET', '/v1/jobs'],
  runJob: ['POST', '/v1/jobs/{job_name}/runs'],
  openapi: ['GET', '/openapi.json'],
  getProblem: ['GET', '/errors/{code}'],
}

/** A repeat after a lost answer would do these a second time, so they are tried once only. */
const TRIED_ONCE: ReadonlySet<OperationId> = new Set<OperationId>([
  'createKey',
  'addStaff',
  'createPriceDraft',
  'startVerifyRun',
  'addToCase',
  'replyInCase',
  'writeInDispute',
  'escalateCase',
  'appealDecision',
  'renewStaffToken',
  'createEndpoint',
  'rotateEndpointSecret',
  'testEndpoint',
  'redeliver',
  'addPaymentMethod',
])

/** What any call may carry besides its content. */
export interface CallOptions {
  /** Yours, to be safe across restarts; made when left out. Kept across retries either way. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

export interface Content<Id extends OperationId> {
  readonly params?: Params<Id>
  readonly query?: QueryParams<Id>
  readonly body?: Body<Id>
}

/** Calls one route: its content and its answer are typed by the contract. */
export function perform<Id extends OperationId>(
  transport: Transport,
  id: Id,
  content: Content<Id>,
  options: CallOptions = {},
): Promise<Answer<Id>> {
  return transport.request<Answer<Id>>(requestFor(id, content, options))
}

export function requestFor<Id extends OperationId>(
  id: Id,
  content: Content<Id>,
  options: CallOptions = {},
): RequestOptions {
  const [method, path] = OPERATIONS[id]
  return {
    method,
    path: fillPath(path, content.params as Record<string, unknown> | undefined),
    ...(content.query !== undefined && {
      query: content.query as RequestOptions['query'] & object,
    }),
    ...(content.body !== undefined && { body: content.body }),
    ...(TRIED_ONCE.has(id) && { once: true }),
    ...options,
  }
}

/** Ids go into a path escaped: `../x` stays an id. */
function fillPath(path: string, params: Record<string, unknown> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? '')
    // Dot segments are resolved away before a request is sent, escaped or not.
    if (value === '' || value === '.' || value === '..')
      throw new TypeError(`${name} is missing or is not an id`)
    return encodeURIComponent(value)
  })
}
