import { type Body, type CallOptions, OPERATIONS, perform, type QueryParams } from './operations.ts'
import { type Paging, pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** What used it: sums by group and time, trees of sessions, saved views. */
export function usageMethods(transport: Transport) {
  return {
    explore: (account_id: string, query: QueryParams<'exploreUsage'> = {}, options?: CallOptions) =>
      perform(transport, 'exploreUsage', { params: { account_id }, query }, options),
    /** One page of one level. */
    tree: (account_id: string, query: QueryParams<'getUsageTree'> = {}, options?: CallOptions) =>
      perform(transport, 'getUsageTree', { params: { account_id }, query }, options),
    views: (account_id: string, options?: CallOptions) =>
      perform(transport, 'listUsageViews', { params: { account_id } }, options),
    saveView: (account_id: string, body: Body<'createUsageView'>, options?: CallOptions) =>
      perform(transport, 'createUsageView', { params: { account_id }, body }, options),
    changeView: (
      account_id: string,
      view_id: string,
      body: Body<'changeUsageView'>,
      options?: CallOptions,
    ) => perform(transport, 'changeUsageView', { params: { account_id, view_id }, body }, options),
    deleteView: (account_id: string, view_id: string, options?: CallOptions) =>
      perform(transport, 'deleteUsageView', { params: { account_id, view_id } }, options),
  }
}

/** Files of calls or sums. */
export function exportMethods(transport: Transport) {
  return {
    create: (account_id: string, body: Body<'createExport'>, options?: CallOptions) =>
      perform(transport, 'createExport', { params: { account_id }, body }, options),
    list: (account_id: string, query: Paging = {}, options?: CallOptions) =>
      pages(query, (page) =>
        perform(transport, 'listExports', { params: { account_id }, query: page }, options),
      ),
    get: (account_id: string, export_id: string, options?: CallOptions) =>
      perform(transport, 'getExport', { params: { account_id, export_id } }, options),
    /** Where the file is, for a link of a page that has a session. */
    fileAddress: (account_id: string, export_id: string): string =>
      `${transport.baseUrl}${filePath(account_id, export_id)}`,
    /** The file as it comes. */
    file: (account_id: string, export_id: string, signal?: AbortSignal): Promise<Response> =>
      transport.open({
        method: 'GET',
        path: filePath(account_id, export_id),
        ...(signal && { signal }),
      }),
  }
}

const filePath = (account_id: string, export_id: string): string =>
  OPERATIONS.downloadExport[1]
    .replace('{account_id}', encodeURIComponent(account_id))
    .replace('{export_id}', encodeURIComponent(export_id))
