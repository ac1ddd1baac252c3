import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** Providers' bills and the payment processor, held against the journal. */
export function reconciliationMethods(transport: Transport) {
  return {
    /** The same file again is the import that there is. */
    importBill: (body: Body<'importBill'>, options?: CallOptions) =>
      perform(transport, 'importBill', { body }, options),
    imports: (options?: CallOptions) => perform(transport, 'listBillImports', {}, options),
    start: (body: Body<'startReconciliation'>, options?: CallOptions) =>
      perform(transport, 'startReconciliation', { body }, options),
    list: (query: QueryParams<'listReconciliations'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listReconciliations', { query: page }, options)),
    get: (run_id: string, options?: CallOptions) =>
      perform(transport, 'getReconciliation', { params: { run_id } }, options),
    resolve: (
      own: { readonly run_id: string; readonly number: number },
      body: Body<'resolveDifference'>,
      options?: CallOptions,
    ) => perform(transport, 'resolveDifference', { params: own, body }, options),
  }
}
