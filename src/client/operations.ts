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
  authorize: ['POST', '/v1/authorize'],
  extend: ['POST', '/v1/extend'],
  settle: ['POST', '/v1/settle'],
  release: ['POST', '/v1/release'],
  record: ['POST', '/v1/record'],
  estimate: ['POST', '/v1/estimate'],
  rate: ['POST', '/v1/rate'],
  openAccount: ['POST', '/v1/accounts'],
  listAccounts: ['GET', '/v1/accounts'],
  getAccount: ['GET', '/v1/accounts/{account_id}'],
  getState: ['GET', '/v1/accounts/{account_id}/state'],
  changePlan: ['POST', '/v1/accounts/{account_id}/plan'],
  setControls: ['PATCH', '/v1/accounts/{account_id}/controls'],
  grant: ['POST', '/v1/accounts/{account_id}/grants'],
  topUp: ['POST', '/v1/accounts/{account_id}/top_ups'],
  voidLot: ['POST', '/v1/accounts/{account_id}/lots/{lot_id}/void'],
  refund: ['POST', '/v1/accounts/{account_id}/refunds'],
  reverse: ['POST', '/v1/accounts/{account_id}/reversals'],
  listPaymentMethods: ['GET', '/v1/accounts/{account_id}/payment_methods'],
  setUpPaymentMethod: ['POST', '/v1/accounts/{account_id}/payment_methods/setup'],
  addPaymentMethod: ['POST', '/v1/accounts/{account_id}/payment_methods'],
  removePaymentMethod: ['DELETE', '/v1/accounts/{account_id}/payment_methods/{method_id}'],
  listBundles: ['GET', '/v1/bundles'],
  previewPurchase: ['POST', '/v1/accounts/{account_id}/purchases/preview'],
  confirmPurchase: ['POST', '/v1/accounts/{account_id}/purchases'],
  listPurchases: ['GET', '/v1/accounts/{account_id}/purchases'],
  getPurchase: ['GET', '/v1/accounts/{account_id}/purchases/{payment_id}'],
  previewPurchaseRefund: [
    'POST',
    '/v1/accounts/{account_id}/purchases/{payment_id}/refunds/preview',
  ],
  refundPurchase: ['POST', '/v1/accounts/{account_id}/purchases/{payment_id}/refunds'],
  getAutoReload: ['GET', '/v1/accounts/{account_id}/auto_reload'],
  previewAutoReload: ['POST', '/v1/accounts/{account_id}/auto_reload/preview'],
  setAutoReload: ['POST', '/v1/accounts/{account_id}/auto_reload'],
  endAutoReload: ['DELETE', '/v1/accounts/{account_id}/auto_reload'],
  takePaymentWebhook: ['POST', '/webhooks/payments'],
  createKey: ['POST', '/v1/accounts/{account_id}/keys'],
  listKeys: ['GET', '/v1/accounts/{account_id}/keys'],
  revokeKey: ['DELETE', '/v1/accounts/{account_id}/keys/{key_id}'],
  listCalls: ['GET', '/v1/accounts/{account_id}/calls'],
  listEntries: ['GET', '/v1/accounts/{account_id}/entries'],
  getUsage: ['GET', '/v1/accounts/{account_id}/usage'],
  followEvents: ['GET', '/v1/accounts/{account_id}/events'],
  getReceipt: ['GET', '/v1/receipts/{receipt_id}'],
  explainReceipt: ['GET', '/v1/receipts/{receipt_id}/explanation'],
  createPlan: ['POST', '/v1/plans'],
  listPlans: ['GET', '/v1/plans'],
  getPlan: ['GET', '/v1/plans/{plan_id}/{version}'],
  publishPlan: ['POST', '/v1/plans/{plan_id}/{version}/publish'],
  retirePlan: ['POST', '/v1/plans/{plan_id}/{version}/retire'],
  publishPriceBook: ['POST', '/v1/price_books'],
  validatePriceBook: ['POST', '/v1/price_books/validate'],
  listPriceBooks: ['GET', '/v1/price_books'],
  getPriceBook: ['GET', '/v1/price_books/{price_book_id}'],
  diffPriceBooks: ['GET', '/v1/price_books/{price_book_id}/diff/{other_id}'],
  index: ['GET', '/'],
  healthz: ['GET', '/healthz'],
  readyz: ['GET', '/readyz'],
  metrics: ['GET', '/metrics'],
  openapi: ['GET', '/openapi.json'],
  getProblem: ['GET', '/errors/{code}'],
}

/** A repeat after a lost answer would do these a second time, so they are tried once only. */
const TRIED_ONCE: ReadonlySet<OperationId> = new Set<OperationId>(['createKey', 'addPaymentMethod'])

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
