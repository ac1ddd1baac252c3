import type { EntryAnswer } from '../contract/schemas/entries.ts'
import { alertMethods } from './alerts.ts'
import { archiveMethods, auditLogMethods, verifyMethods } from './audit-log.ts'
import { campaignMethods } from './campaigns.ts'
import { caseMethods, disputeMethods, supportMethods } from './cases.ts'
import { type FollowOptions, followJournal } from './feed.ts'
import { findingMethods, remedyPolicyMethods } from './findings.ts'
import { incidentMethods } from './incidents.ts'
import { logMethods } from './log.ts'
import {
  type Answer,
  type Body,
  type CallOptions,
  perform,
  type QueryParams,
} from './operations.ts'
import { type Paging, pages } from './pages.ts'
import { parkingMethods } from './parking.ts'
import { autoReloadMethods, paymentMethodMethods, purchaseMethods } from './payments.ts'
import { priceDraftMethods } from './price-drafts.ts'
import { reconciliationMethods } from './reconciliation.ts'
import { doorMethods } from './sessions.ts'
import { staffMethods } from './staff.ts'
import { invoiceMethods, reportMethods, statementMethods } from './statements.ts'
import { capMethods, capRequestMethods, memberMethods, projectMethods } from './team.ts'
import { bundleListMethods, policyMethods } from './terms.ts'
import { createTransport, type Transport, type TransportOptions } from './transport.ts'
import { exportMethods, usageMethods } from './usage.ts'

export type { EntryAnswer } from '../contract/schemas/entries.ts'
export type { FollowOptions } from './feed.ts'
export type { Answer, Body, CallOptions, OperationId, QueryParams } from './operations.ts'
export { pages, take } from './pages.ts'
export { EverycentProblem, EverycentUnreachable } from './problem.ts'
export type { TransportOptions } from './transport.ts'

export type AccountState = Answer<'getState'>
export type CallListed = Answer<'listCalls'>['items'][number]
export type AccountListed = Answer<'listAccounts'>['items'][number]
export type Receipt = Answer<'getReceipt'>
export type RateAnswer = Answer<'rate'>
export type EstimateAnswer = Answer<'estimate'>
export type UsageExplored = Answer<'exploreUsage'>
export type UsageTree = Answer<'getUsageTree'>
export type UsageView = Answer<'listUsageViews'>['items'][number]
export type ExportAnswer = Answer<'getExport'>
export type RunningCall = Answer<'listRunningCalls'>['items'][number]

export type ClientOptions = TransportOptions

/**
 * The HTTP API as typed methods. Every method that changes something carries an idempotency key, also
 * over its own retries; refusals are thrown as `EverycentProblem`.
 */
export function createClient(options: ClientOptions) {
  const transport = createTransport(options)
  return {
    baseUrl: transport.baseUrl,
    /** Whom the token speaks for: an account key's own account, plan, member and role. */
    whoami: (options?: CallOptions) => perform(transport, 'whoami', {}, options),
    ...meteringMethods(transport),
    ...doorMethods(transport),
    accounts: accountMethods(transport),
    credit: creditMethods(transport),
    paymentMethods: paymentMethodMethods(transport),
    purchases: purchaseMethods(transport),
    autoReload: autoReloadMethods(transport),
    keys: keyMethods(transport),
    members: memberMethods(transport),
    projects: projectMethods(transport),
    caps: capMethods(transport),
    capRequests: capRequestMethods(transport),
    calls: callMethods(transport),
    usage: usageMethods(transport),
    exports: exportMethods(transport),
    alerts: alertMethods(transport),
    plans: planMethods(transport),
    subscriptions: subscriptionMethods(transport),
    priceBooks: priceBookMethods(transport),
    priceDrafts: priceDraftMethods(transport),
    policies: policyMethods(transport),
    bundleLists: bundleListMethods(transport),
    jobs: jobMethods(transport),
    campaigns: campaignMethods(transport),
    statements: statementMethods(transport),
    invoices: invoiceMethods(transport),
    reports: reportMethods(transport),
    findings: findingMethods(transport),
    disputes: disputeMethods(transport),
    incidents: incidentMethods(transport),
    cases: caseMethods(transport),
    support: supportMethods(transport),
    remedyPolicies: remedyPolicyMethods(transport),
    reconciliation: reconciliationMethods(transport),
    log: logMethods(transport),
    staff: staffMethods(transport),
    archive: archiveMethods(transport),
    auditLog: auditLogMethods(transport),
    verify: verifyMethods(transport),
    server: serverMethods(transport),
  }
}

export type Client = ReturnType<typeof createClient>

function meteringMethods(transport: Transport) {
  const post =
    <Id extends 'authorize' | 'extend' | 'settle' | 'release' | 'record' | 'estimate' | 'rate'>(
      id: Id,
    ) =>
    (body: Body<Id>, options?: CallOptions): Promise<Answer<Id>> =>
      perform(transport, id, { body }, options)
  return {
    /** Asks whether a call may be made and holds its worst case. */
    authorize: post('authorize'),
    extend: post('extend'),
    /** Ends a call and charges what was delivered. */
    settle: post('settle'),
    /** Ends an attempt that delivered nothing. */
    release: post('release'),
    /** Reports a call afterwards. */
    record: post('record'),
    /** Low, expected and worst cost, and which source would pay. Holds nothing. */
    estimate: post('estimate'),
    /** Prices a provider's response. Stores nothing. */
    rate: post('rate'),
  }
}

function accountMethods(transport: Transport) {
  return {
    open: (body: Body<'openAccount'>, options?: CallOptions) =>
      perform(transport, 'openAccount', { body }, options),
    list: (query: Paging = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listAccounts', { query: page }, options)),
    get: (account_id: string, options?: CallOptions) =>
      perform(transport, 'getAccount', { params: { account_id } }, options),
    /** Windows, lots, caps and calls in flight: what every screen shows. */
    state: (account_id: string, options?: CallOptions) =>
      perform(transport, 'getState', { params: { account_id } }, options),
    changePlan: (account_id: string, body: Body<'changePlan'>, options?: CallOptions) =>
      perform(transport, 'changePlan', { params: { account_id }, body }, options),
    ...parkingMethods(transport),
    /** Paid use, overage limit and caps. Charges nothing. */
    setControls: (account_id: string, body: Body<'setControls'>, options?: CallOptions) =>
      perform(transport, 'setControls', { params: { account_id }, body }, options),
    usage: (account_id: string, query: QueryParams<'getUsage'> = {}, options?: CallOptions) =>
      perform(transport, 'getUsage', { params: { account_id }, query }, options),
    ...historyMethods(transport),
    /** The journal as it grows; resumes by itself. */
    async *events(account_id: string, options: FollowOptions = {}): AsyncGenerator<EntryAnswer> {
      // Without a point to begin at, what happens before the first event would be lost with the
      // connection: the present number is that point.
      const signal = options.signal ? { signal: options.signal } : {}
      const afterSeq =
        options.afterSeq ??
        (await perform(transport, 'getState', { params: { account_id } }, signal)).seq
      yield* followJournal(transport, account_id, afterSeq, options)
    },
  }
}

function historyMethods(transport: Transport) {
  return {
    entries: (account_id: string, query: QueryParams<'listEntries'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listEntries', { params: { account_id }, query: page }, options),
      ),
    /** One journal entry by its number, and what it did in words. */
    entry: (
      account_id: string,
      seq: number,
      query: QueryParams<'getEntry'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getEntry', { params: { account_id, seq }, query }, options),
    /** What happened, as one list, the latest first. */
    timeline: (account_id: string, query: QueryParams<'getTimeline'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'getTimeline', { params: { account_id }, query: page }, options),
      ),
    /** An interval or a closed statement in words. */
    explanation: (
      account_id: string,
      query: QueryParams<'explainPeriod'> = {},
      options?: CallOptions,
    ) => perform(transport, 'explainPeriod', { params: { account_id }, query }, options),
    /** As it was known at a moment, and what changed until another. */
    stateAt: (account_id: string, query: QueryParams<'getStateAt'>, options?: CallOptions) =>
      perform(transport, 'getStateAt', { params: { account_id }, query }, options),
  }
}

function creditMethods(transport: Transport) {
  return {
    grant: (account_id: string, body: Body<'grant'>, options?: CallOptions) =>
      perform(transport, 'grant', { params: { account_id }, body }, options),
    topUp: (account_id: string, body: Body<'topUp'>, options?: CallOptions) =>
      perform(transport, 'topUp', { params: { account_id }, body }, options),
    voidLot: (account_id: string, lot_id: string, body: Body<'voidLot'>, options?: CallOptions) =>
      perform(transport, 'voidLot', { params: { account_id, lot_id }, body }, options),
    refund: (account_id: string, body: Body<'refund'>, options?: CallOptions) =>
      perform(transport, 'refund', { params: { account_id }, body }, options),
    reverse: (account_id: string, body: Body<'reverse'>, options?: CallOptions) =>
      perform(transport, 'reverse', { params: { account_id }, body }, options),
  }
}

function keyMethods(transport: Transport) {
  return {
    /** The key itself is in this answer only. Tried once: a repeat would make another. */
    create: (account_id: string, body: Body<'createKey'>, options?: CallOptions) =>
      perform(transport, 'createKey', { params: { account_id }, body }, options),
    list: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listKeys', { params: { account_id } }, options),
    revoke: (account_id: string, key_id: string, options?: CallOptions) =>
      perform(transport, 'revokeKey', { params: { account_id, key_id } }, options),
  }
}

function callMethods(transport: Transport) {
  return {
    list: (account_id: string, query: QueryParams<'listCalls'> = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listCalls', { params: { account_id }, query: page }, options),
      ),
    /** One page, for lists that grow as they are read. */
    page: (account_id: string, query: QueryParams<'listCalls'> = {}, options?: CallOptions) =>
      perform(transport, 'listCalls', { params: { account_id }, query }, options),
    /** Calls in flight, the latest first. */
    running: (account_id: string, query: Paging = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listRunningCalls', { params: { account_id }, query: page }, options),
      ),
    receipt: (receipt_id: string, query: QueryParams<'getReceipt'> = {}, options?: CallOptions) =>
      perform(transport, 'getReceipt', { params: { receipt_id }, query }, options),
    explanation: (
      receipt_id: string,
      query: QueryParams<'explainReceipt'> = {},
      options?: CallOptions,
    ) => perform(transport, 'explainReceipt', { params: { receipt_id }, query }, options),
  }
}

function planMethods(transport: Transport) {
  const ofVersion =
    <Id extends 'publishPlan' | 'retirePlan'>(id: Id) =>
    (plan_id: string, version: number, options?: CallOptions) =>
      perform(transport, id as 'publishPlan', { params: { plan_id, version } }, options)
  return {
    create: (body: Body<'createPlan'>, options?: CallOptions) =>
      perform(transport, 'createPlan', { body }, options),
    list: (query: QueryParams<'listPlans'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listPlans', { query: page }, options)),
    get: (
      plan_id: string,
      version: number,
      query: QueryParams<'getPlan'> = {},
      options?: CallOptions,
    ) => perform(transport, 'getPlan', { params: { plan_id, version }, query }, options),
    /** What it would have made of what an account did. Reads only. */
    simulate: (body: Body<'simulatePlan'>, options?: CallOptions) =>
      perform(transport, 'simulatePlan', { body }, options),
    publish: ofVersion('publishPlan'),
    retire: ofVersion('retirePlan'),
  }
}

function subscriptionMethods(transport: Transport) {
  const order =
    <Id extends 'changeSubscription' | 'cancelSubscription' | 'renewSubscription' | 'grantReset'>(
      id: Id,
    ) =>
    (account_id: string, body: Body<Id>, options?: CallOptions): Promise<EntryAnswer> =>
      perform(
        transport,
        id as 'changeSubscription',
        { params: { account_id }, body: body as Body<'changeSubscription'> },
        options,
      )
  return {
    get: (account_id: string, query: QueryParams<'getSubscription'> = {}, options?: CallOptions) =>
      perform(transport, 'getSubscription', { params: { account_id }, query }, options),
    /** Every plan on offer, and what a switch to each would charge now. */
    compare: (account_id: string, query: QueryParams<'comparePlans'> = {}, options?: CallOptions) =>
      perform(transport, 'comparePlans', { params: { account_id }, query }, options),
    /** What a change would do and cost; `preview_id` executes exactly that. */
    preview: (
      account_id: string,
      body: Body<'previewSubscription'>,
      query: QueryParams<'previewSubscription'> = {},
      options?: CallOptions,
    ) =>
      perform(transport, 'previewSubscription', { params: { account_id }, body, query }, options),
    change: order('changeSubscription'),
    cancel: order('cancelSubscription'),
    /** With a payment that was received. */
    renew: order('renewSubscription'),
    grantReset: order('grantReset'),
    resets: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listResets', { params: { account_id } }, options),
    redeemReset: (
      account_id: string,
      reset_id: string,
      body: Body<'redeemReset'>,
      options?: CallOptions,
    ) => perform(transport, 'redeemReset', { params: { account_id, reset_id }, body }, options),
    publishWindowPromotion: (body: Body<'publishWindowPromotion'>, options?: CallOptions) =>
      perform(transport, 'publishWindowPromotion', { body }, options),
    windowPromotions: (options?: CallOptions) =>
      perform(transport, 'listWindowPromotions', {}, options),
  }
}

function priceBookMethods(transport: Transport) {
  return {
    publish: (body: Body<'publishPriceBook'>, options?: CallOptions) =>
      perform(transport, 'publishPriceBook', { body }, options),
    validate: (body: Body<'validatePriceBook'>, options?: CallOptions) =>
      perform(transport, 'validatePriceBook', { body }, options),
    list: (query: QueryParams<'listPriceBooks'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listPriceBooks', { query: page }, options)),
    get: (price_book_id: string, options?: CallOptions) =>
      perform(transport, 'getPriceBook', { params: { price_book_id } }, options),
    diff: (price_book_id: string, other_id: string, options?: CallOptions) =>
      perform(transport, 'diffPriceBooks', { params: { price_book_id, other_id } }, options),
  }
}

function jobMethods(transport: Transport) {
  return {
    list: (options?: CallOptions) => perform(transport, 'listJobs', {}, options),
    run: (job_name: string, options?: CallOptions) =>
      perform(transport, 'runJob', { params: { job_name } }, options),
  }
}

function serverMethods(transport: Transport) {
  const read =
    <Id extends 'index' | 'healthz' | 'readyz' | 'openapi'>(id: Id) =>
    (options?: CallOptions): Promise<Answer<Id>> =>
      perform(transport, id, {}, options)
  return {
    index: read('index'),
    health: read('healthz'),
    ready: read('readyz'),
    openapi: read('openapi'),
    /** How the platform is, one tile a subject. */
    tiles: (query: QueryParams<'getHealth'> = {}, options?: CallOptions) =>
      perform(transport, 'getHealth', { query }, options),
    metrics: async (): Promise<string> =>
      (await transport.open({ method: 'GET', path: '/metrics' })).text(),
    problem: (code: string, options?: CallOptions) =>
      perform(transport, 'getProblem', { params: { code } }, options),
  }
}
