import { type Body, type CallOptions, perform, type QueryParams } from './operations.ts'
import { pages } from './pages.ts'
import type { Transport } from './transport.ts'

/** Who of the operator's people did what. */
export function auditLogMethods(transport: Transport) {
  return {
    list: (query: QueryParams<'listOrders'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listOrders', { query: page }, options)),
  }
}

/** Files with the bodies of old calls. */
export function archiveMethods(transport: Transport) {
  return {
    files: (query: QueryParams<'listArchiveFiles'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listArchiveFiles', { query: page }, options)),
  }
}

/** Every entry, chain and sum checked once more, in the background. */
export function verifyMethods(transport: Transport) {
  return {
    start: (body: Body<'startVerifyRun'> = {}, options?: CallOptions) =>
      perform(transport, 'startVerifyRun', { body }, options),
    list: (query: QueryParams<'listVerifyRuns'> = {}, options?: CallOptions) =>
      pages(query, (page) => perform(transport, 'listVerifyRuns', { query: page }, options)),
    get: (verify_run_id: string, options?: CallOptions) =>
      perform(transport, 'getVerifyRun', { params: { verify_run_id } }, options),
  }
}
